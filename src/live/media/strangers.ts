import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import type { SocketReader } from './media-socket.ts';

/** Strangers' datagrams are counted and thrown away: what does not fit here is not worth memory. */
const receiveBufferBytes = 65_536;
/** Twenty voice streams' worth. Beyond it the kernel drops again, so that a flood costs the thread next to nothing. */
const maxPerSecond = 1000;
const windowMs = 1000;

export interface StrangersOptions {
  readonly host: string;
  readonly port: number;
  readonly lookup: NonNullable<SocketOptions['lookup']>;
  readonly reader: SocketReader;
}

/**
 * Hears everybody but the peer at the port of a connected socket: Linux hands a datagram to the connected socket where the source
 * fits and else to an unconnected one on the same port (both with SO_REUSEADDR). Elsewhere the rule differs and nothing is opened.
 */
export class Strangers {
  readonly #options: StrangersOptions;
  #socket: Socket | null = null;
  #resume: NodeJS.Timeout | null = null;
  #heard = 0;
  #windowEndsAtMs = 0;

  constructor(options: StrangersOptions) {
    this.#options = options;
  }

  /** Call it only while the other socket is connected: of two unconnected ones the kernel picks the wrong one. */
  open(): void {
    if (this.#socket !== null || process.platform !== 'linux') return;
    const { host, port, lookup, reader } = this.#options;
    const socket = createSocket({
      type: host.includes(':') ? 'udp6' : 'udp4',
      reuseAddr: true,
      recvBufferSize: receiveBufferBytes,
      lookup,
    });
    this.#socket = socket;
    // Most likely the process has no file descriptor left: the call goes on, as it did before anybody counted.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#socket === socket) this.close();
      reader.strangersUnseen(error.code ?? error.message);
    });
    socket.on('message', (bytes, { address, port: from }) => this.#count(bytes, address, from));
    socket.bind({ port, address: host, exclusive: true });
  }

  #count(bytes: Uint8Array, address: string, port: number): void {
    const nowMs = performance.now();
    if (nowMs >= this.#windowEndsAtMs) {
      this.#windowEndsAtMs = nowMs + windowMs;
      this.#heard = 0;
    }
    this.#options.reader.datagram(bytes, address, port);
    if (++this.#heard < maxPerSecond) return;
    this.close();
    this.#resume = setTimeout(() => {
      this.#resume = null;
      this.open();
    }, windowMs).unref();
    this.#options.reader.strangersUnseen('flood');
  }

  /** Idempotent; `open` may follow. */
  close(): void {
    if (this.#resume !== null) clearTimeout(this.#resume);
    this.#resume = null;
    this.#socket?.close();
    this.#socket = null;
  }
}
