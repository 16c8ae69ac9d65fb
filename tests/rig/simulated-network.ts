/** A network and its time without a machine: datagrams, delays and clocks all move only when the test says so. */
import type { MediaSocket, OpenSocket, SocketReader } from '#live/media/media-socket.ts';

export interface Datagram {
  readonly bytes: Uint8Array;
  readonly fromAddress: string;
  readonly fromPort: number;
  readonly toAddress: string;
  readonly toPort: number;
  readonly atMs: number;
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Calls run in the order of their instants, ties in the order they were made. */
export class SimulatedTime {
  nowMonoMs: number;
  readonly #startMonoMs: number;
  readonly #startWallMs: number;
  readonly #heap: Due[] = [];
  #order = 0;

  /** @param startMonoMs far from zero, like a machine that has been up for a while */
  constructor(startMonoMs = 5_000_000, startWallMs = 1_795_219_200_000) {
    this.nowMonoMs = startMonoMs;
    this.#startMonoMs = startMonoMs;
    this.#startWallMs = startWallMs;
  }

  readonly clock = {
    monoMs: (): number => this.nowMonoMs,
    nowMs: (): number => this.#startWallMs + this.nowMonoMs - this.#startMonoMs,
  };

  at(atMs: number, run: () => void): void {
    const heap = this.#heap;
    const due = { atMs, order: this.#order++, run };
    let i = heap.push(due) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !this.#isBefore(due, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = due;
  }

  every(periodMs: number, run: () => void): void {
    const next = (atMs: number): void =>
      this.at(atMs, () => {
        run();
        next(atMs + periodMs);
      });
    next(this.nowMonoMs + periodMs);
  }

  /** Runs everything due within the next `ms`. */
  advance(ms: number): void {
    const until = this.nowMonoMs + ms;
    for (let due = this.#heap[0]; due !== undefined && due.atMs <= until; due = this.#heap[0]) {
      this.#removeFirst();
      this.nowMonoMs = Math.max(this.nowMonoMs, due.atMs);
      due.run();
    }
    this.nowMonoMs = until;
  }

  #isBefore(a: Due, b: Due): boolean {
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      const left = heap[child];
      const right = heap[child + 1];
      if (left === undefined) break;
      if (right !== undefined && this.#isBefore(right, left)) child++;
      const least = heap[child];
      if (least === undefined || !this.#isBefore(least, last)) break;
      heap[i] = least;
      i = child;
    }
    heap[i] = last;
  }
}

/** Delivers between the engine's sockets and the test's phones; keeps what the engine sent nowhere else. */
export class SimulatedNetwork {
  readonly host = '192.0.2.1';
  /** Ports that somebody else on the machine holds already. */
  readonly taken = new Set<number>();
  readonly #time: SimulatedTime;
  readonly #sockets = new Map<number, SocketReader>();
  readonly #phones = new Map<string, (datagram: Datagram) => void>();
  #nextPort = 40_000;

  constructor(time: SimulatedTime) {
    this.#time = time;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  readonly open: OpenSocket = (wanted, reader) => {
    const port = wanted === 0 ? (this.#nextPort += 2) : wanted;
    if (this.taken.has(port) || this.#sockets.has(port))
      return Promise.reject(new Error(`EADDRINUSE ${port}`));
    this.#sockets.set(port, reader);
    let connected: string | null = null;
    const socket: MediaSocket = {
      port,
      get isConnected() {
        return connected !== null;
      },
      send: (bytes, toPort, toAddress) => {
        const atMs = this.#time.nowMonoMs;
        const datagram = { bytes, fromAddress: this.host, fromPort: port, toAddress, toPort, atMs };
        this.#phones.get(`${toAddress}:${toPort}`)?.(datagram);
      },
      connect: (toPort, toAddress) => {
        connected = `${toAddress}:${toPort}`;
      },
      disconnect: () => {
        connected = null;
      },
      close: () => {
        this.#sockets.delete(port);
      },
    };
    return Promise.resolve(socket);
  };

  /** A phone's address: `receive` gets what the engine sends there. */
  attach(address: string, port: number, receive: (datagram: Datagram) => void): void {
    this.#phones.set(`${address}:${port}`, receive);
  }

  /** To a socket of the engine, now. The bytes become the reader's. */
  deliver(toPort: number, bytes: Uint8Array, fromAddress: string, fromPort: number): void {
    this.#sockets.get(toPort)?.datagram(bytes, fromAddress, fromPort);
  }
}

/** Numbers 0…1 that are the same in every run (xorshift32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};
