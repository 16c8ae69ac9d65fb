import { createSocket, type Socket } from 'node:dgram';
import type { MediaSocket, OpenSocket } from './media-socket.ts';

/** 1 MB holds a second of stall of one leg many times over; the kernel may grant less (net.core.rmem_max). */
const receiveBufferBytes = 1_048_576;

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
  #state: 'open' | 'connected' | 'closed' = 'open';

  constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  send(bytes: Uint8Array, port: number, address: string): void {
    if (this.#state === 'connected') this.#socket.send(bytes);
    else if (this.#state === 'open') this.#socket.send(bytes, port, address);
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
    }
  }

  disconnect(): void {
    if (this.#state !== 'connected') return;
    this.#state = 'open';
    this.#socket.disconnect();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#socket.close();
  }
}

/** Opens UDP sockets on one local address. */
export const udpSockets = (host: string): OpenSocket => {
  const family = host.includes(':') ? 6 : 4;
  return (port, reader) =>
    new Promise((resolve, reject) => {
      const socket = createSocket({
        type: family === 6 ? 'udp6' : 'udp4',
        recvBufferSize: receiveBufferBytes,
        lookup: literal(family),
      });
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ port, address: host, exclusive: true }, () => {
        socket.removeAllListeners('error');
        const opened = new UdpSocket(socket);
        socket.on('error', () => reader.error());
        socket.on('message', (bytes, source) =>
          reader.datagram(bytes, source.address, source.port),
        );
        resolve(opened);
      });
    });
};
