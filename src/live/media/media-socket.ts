/** A datagram socket as the media engine needs it, so that tests move packets without a network. */
export interface MediaSocket {
  readonly port: number;
  readonly isConnected: boolean;
  /** Fire and forget; to the connected peer when there is one. The bytes must not change afterwards. */
  send(bytes: Uint8Array, port: number, address: string): void;
  /** From now on this is the only source heard here; whoever else sends still reaches the reader, who counts it. */
  connect(port: number, address: string): void;
  disconnect(): void;
  close(): void;
}

export interface SocketReader {
  /** The bytes are the reader's. */
  datagram(bytes: Uint8Array, address: string, port: number): void;
  /** The peer's port is closed, or the network refused: counted, never fatal. */
  error(): void;
  /** Datagrams of others than the connected peer go uncounted for now. @param why the system's error code, or `flood` */
  strangersUnseen(why: string): void;
}

/**
 * Binds; rejects when the port is taken. Port 0 = any.
 *
 * An `rtp` socket may be connected and shares its port with the ear for strangers, so the system no longer refuses the port to
 * another process that shares too. The `rtcp` socket beside it is exclusive: it is what reserves the pair.
 */
export type OpenSocket = (
  port: number,
  reader: SocketReader,
  kind: 'rtp' | 'rtcp',
) => Promise<MediaSocket>;
