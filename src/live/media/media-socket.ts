/** A datagram socket as the media engine needs it, so that tests move packets without a network. */
export interface MediaSocket {
  readonly port: number;
  readonly isConnected: boolean;
  /** Fire and forget; to the connected peer when there is one. The bytes must not change afterwards. */
  send(bytes: Uint8Array, port: number, address: string): void;
  /** From now on the kernel drops every other source. */
  connect(port: number, address: string): void;
  disconnect(): void;
  close(): void;
}

export interface SocketReader {
  /** The bytes are the reader's. */
  datagram(bytes: Uint8Array, address: string, port: number): void;
  /** The peer's port is closed, or the network refused: counted, never fatal. */
  error(): void;
}

/** Binds; rejects when the port is taken. Port 0 = any. */
export type OpenSocket = (port: number, reader: SocketReader) => Promise<MediaSocket>;
