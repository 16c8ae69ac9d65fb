import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import type { MediaSocket, OpenSocket, SocketReader } from './media-socket.ts';
import { Strangers } from './strangers.ts';

/** 1 MB holds a second of stall of one leg many times over; the kernel may grant less (net.core.rmem_max). */
const receiveBufferBytes = 1_048_576;

/**
 * Hearing what became of a packet costs as much as sending it (3.3 µs beside 3). One packet a second per leg is enough to see that the
 * network, a filter or the system refuses them.
 */
const askEvery = 50;

/** Addresses are literals already: nothing is looked up, and sending stays synchronous. */
const literal =
  (family: 4 | 6) =>
  (
    address: string,
    _options: unknown,
    callback: (error: null, address: string, family: number) => void,
  ): void =>
    callback(null, address, family);

class UdpSocket implements MediaSocket {
  readonly port: number;
  readonly #socket: Socket;
  readonly #strangers: Strangers;
  /** Without a callback the system's refusals go unseen. */
  readonly #sent: (error: Error | null) => void;
  #untilAsked = 0;
  #state: 'open' | 'connected' | 'closed' = 'open';

  constructor(socket: Socket, reader: SocketReader, strangersAt: (port: number) => Strangers) {
    this.#socket = socket;
    this.#sent = (error) => {
      if (error !== null) reader.error();
    };
    this.port = socket.address().port;
    this.#strangers = strangersAt(this.port);
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  send(bytes: Uint8Array, port: number, address: string): void {
    const asks = this.#untilAsked-- === 0;
    if (asks) this.#untilAsked = askEvery - 1;
    if (this.#state === 'connected') this.#socket.send(bytes, asks ? this.#sent : undefined);
    else if (this.#state === 'open')
      this.#socket.send(bytes, port, address, asks ? this.#sent : undefined);
  }

  connect(port: number, address: string): void {
    if (this.#state !== 'open') return;
    this.#socket.connect(port, address);
    try {
      // With a literal address the connection is made before `connect` returns, or refused by an error event.
      this.#socket.remoteAddress();
      this.#state = 'connected';
    } catch {
      this.#state = 'open';
      return;
    }
    this.#strangers.open();
  }

  disconnect(): void {
    if (this.#state !== 'connected') return;
    this.#state = 'open';
    this.#strangers.close();
    this.#socket.disconnect();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#strangers.close();
    this.#socket.close();
  }
}

const boundTo = (options: SocketOptions, address: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket(options);
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ port, address, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });

/** A port nobody has: Linux lets go of a port it chose itself when the socket is disconnected, of a named one it does not. */
const freePort = async (options: SocketOptions, address: string): Promise<number> => {
  const probe = await boundTo({ ...options, reuseAddr: false }, address, 0);
  const { port } = probe.address();
  probe.close();
  return port;
};

/** Opens UDP sockets on one local address. */
export const udpSockets = (host: string): OpenSocket => {
  const family = host.includes(':') ? 6 : 4;
  const lookup = literal(family);
  const options: SocketOptions = {
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: receiveBufferBytes,
    lookup,
  };
  return async (wanted, reader, kind) => {
    const port = wanted === 0 && kind === 'rtp' ? await freePort(options, host) : wanted;
    const socket = await boundTo({ ...options, reuseAddr: kind === 'rtp' }, host, port);
    socket.on('error', () => reader.error());
    socket.on('message', (bytes, source) => reader.datagram(bytes, source.address, source.port));
    return new UdpSocket(
      socket,
      reader,
      (bound) => new Strangers({ host, port: bound, lookup, reader }),
    );
  };
};
