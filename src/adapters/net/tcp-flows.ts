/** SIP over TCP: connections of both directions, framed, bounded, and closed when they are slow or silent. */
import { createServer, type Server, type Socket, createConnection } from 'node:net';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { Counter, Gauge, Metrics } from '#ports/metrics.ts';
import type { SipReceiver } from '#ports/sip-transport.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import { StreamFramer } from '#protocol/sip/stream-framer.ts';

export interface TcpFlowOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly maxConnections?: number;
  readonly maxConnectionsPerAddress?: number;
  readonly idleMs?: number;
  readonly unfinishedMs?: number;
}

/** A socket and its buffers cost some 20 kB: 5,000 phones are 100 MB at worst. */
const defaultMaxConnections = 5000;
/** An office behind one address. */
const defaultMaxPerAddress = 500;
/** Longer than the longest registration (an hour), so that a silent phone keeps its connection between two REGISTERs. */
const defaultIdleMs = 65 * 60_000;
/** A message that is not whole after this comes from a slow or half-open peer; so does a connection that never spoke. */
const defaultUnfinishedMs = 20_000;
const sweepMs = 1000;
/** Timer B would give up after 32 s; a peer on the net connects within a few round trips. */
const connectMs = 5000;
/** What a peer that does not read may cost us. */
const mostUnsentBytes = 1024 * 1024;
/** The kernel finds out about a vanished peer. */
const keepAliveMs = 60_000;
const pong = Buffer.from('\r\n');

interface Connection {
  readonly flow: Flow;
  readonly socket: Socket;
  readonly framer: StreamFramer;
  heardAt: number;
  /** Since when the peer owes us the rest of a message (or its first one); null when it owes nothing. */
  owesSince: number | null;
}

export class TcpFlows {
  readonly #options: TcpFlowOptions;
  readonly #connections = new Map<string, Connection>();
  readonly #perAddress = new Map<string, number>();
  /** Connections of ours by `address:port`, those underway too. */
  readonly #outgoing = new Map<string, Promise<Flow | null>>();
  readonly #refused: Counter;
  readonly #open: Gauge;
  #receiver: SipReceiver | null = null;
  #server: Server | null = null;
  #sweep: NodeJS.Timeout | null = null;
  #serial = 0;
  #isClosed = false;

  constructor(options: TcpFlowOptions) {
    this.#options = options;
    this.#refused = options.metrics.counter(
      'sip_connections_refused_total',
      'TCP connections that were closed by a limit, by reason',
      ['reason'],
    );
    this.#open = options.metrics.gauge('sip_connections', 'TCP connections that are open');
  }

  listen(host: string, port: number, receiver: SipReceiver): Promise<void> {
    this.#receiver = receiver;
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, () => {
        server.removeListener('error', reject);
        server.on('error', (error) =>
          this.#options.log.error('sip.tcp-server', { error: error.message }),
        );
        this.#server = server;
        this.#sweep = setInterval(() => this.#closeLate(), sweepMs);
        resolve();
      });
    });
  }

  /** On a connection that is gone, `onFlowClosed` follows later. */
  send(flow: Flow, bytes: Buffer): void {
    const connection = this.#connections.get(flow.key);
    if (connection === undefined) {
      setImmediate(() => this.#receiver?.onFlowClosed(flow));
      return;
    }
    connection.socket.write(bytes);
    if (connection.socket.writableLength > mostUnsentBytes) this.#refuse(connection, 'unread');
  }

  /** An open connection of ours to this peer, or a new one. Null: it cannot be reached, or there is no room now. */
  connect(address: string, port: number): Promise<Flow | null> {
    const peer = `${address}:${port}`;
    const known = this.#outgoing.get(peer);
    if (known) return known;
    if (this.#isFull(address)) {
      this.#refused.add(1, { reason: 'full' });
      return Promise.resolve(null);
    }
    const flow = this.#connectAnew(address, port);
    this.#outgoing.set(peer, flow);
    return flow;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#sweep) clearInterval(this.#sweep);
    for (const { socket } of this.#connections.values()) socket.end();
    const server = this.#server;
    if (server === null) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      // What a peer does not close by itself is closed now; a flushed BYE needs no more than this turn.
      setImmediate(() => {
        for (const { socket } of this.#connections.values()) socket.destroy();
      });
    });
  }

  #connectAnew(address: string, port: number): Promise<Flow | null> {
    const peer = `${address}:${port}`;
    return new Promise((resolve) => {
      const socket = createConnection({ host: address, port, noDelay: true });
      const giveUp = (why: string): void => {
        this.#options.log.warn('sip.tcp-unreachable', { address, port, why });
        this.#outgoing.delete(peer);
        socket.destroy();
        resolve(null);
      };
      const timer = setTimeout(() => giveUp('no answer'), connectMs);
      const onError = (error: Error): void => {
        clearTimeout(timer);
        giveUp(error.message);
      };
      socket.once('error', onError);
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.removeListener('error', onError);
        socket.once('close', () => this.#outgoing.delete(peer));
        resolve(this.#adopt(socket, address, port, null));
      });
    });
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined || this.#isFull(remoteAddress)) {
      this.#refused.add(1, { reason: 'full' });
      socket.destroy();
      return;
    }
    this.#adopt(socket, remoteAddress, remotePort, this.#options.clock.monoMs());
  }

  #isFull(address: string): boolean {
    const { maxConnections = defaultMaxConnections, maxConnectionsPerAddress } = this.#options;
    const most = maxConnectionsPerAddress ?? defaultMaxPerAddress;
    return (
      this.#isClosed ||
      this.#connections.size >= maxConnections ||
      (this.#perAddress.get(address) ?? 0) >= most
    );
  }

  #adopt(socket: Socket, address: string, port: number, owesSince: number | null): Flow {
    const flow: Flow = {
      transport: 'tcp',
      remoteAddress: address,
      remotePort: port,
      reliable: true,
      key: `tcp:${address}:${port}#${++this.#serial}`,
    };
    const connection: Connection = {
      flow,
      socket,
      framer: new StreamFramer(),
      heardAt: this.#options.clock.monoMs(),
      owesSince,
    };
    this.#connections.set(flow.key, connection);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    this.#open.set(this.#connections.size);
    socket.setKeepAlive(true, keepAliveMs);
    socket.on('data', (chunk: Buffer) => this.#take(connection, chunk));
    socket.on('error', (error) =>
      this.#options.log.debug('sip.tcp', { peer: flow.key, error: error.message }),
    );
    socket.on('close', () => this.#forget(connection));
    return flow;
  }

  #take(connection: Connection, chunk: Buffer): void {
    const now = this.#options.clock.monoMs();
    const { flow, framer, socket } = connection;
    connection.heardAt = now;
    for (const frame of framer.push(chunk)) {
      switch (frame.kind) {
        case 'message':
          connection.owesSince = null;
          this.#receiver?.onMessage(flow, frame.bytes, now);
          break;
        case 'ping':
          connection.owesSince = null;
          socket.write(pong);
          break;
        case 'fault':
          if (frame.head) this.#receiver?.onMessage(flow, frame.head, now);
          this.#refuse(connection, 'malformed');
          break;
      }
    }
    if (framer.pendingBytes === 0) return;
    connection.owesSince ??= now;
  }

  /** Ends the connection after what is written has left. */
  #refuse(connection: Connection, reason: string): void {
    this.#refused.add(1, { reason });
    this.#options.log.warn('sip.connection-closed', { peer: connection.flow.key, reason });
    if (reason === 'malformed') connection.socket.destroySoon();
    else connection.socket.destroy();
  }

  #closeLate(): void {
    const now = this.#options.clock.monoMs();
    const { idleMs = defaultIdleMs, unfinishedMs = defaultUnfinishedMs } = this.#options;
    for (const connection of this.#connections.values()) {
      const { owesSince, heardAt } = connection;
      if (owesSince !== null && now - owesSince > unfinishedMs) this.#refuse(connection, 'slow');
      else if (now - heardAt > idleMs) this.#refuse(connection, 'idle');
    }
  }

  #forget({ flow }: Connection): void {
    if (!this.#connections.delete(flow.key)) return;
    const left = (this.#perAddress.get(flow.remoteAddress) ?? 1) - 1;
    if (left <= 0) this.#perAddress.delete(flow.remoteAddress);
    else this.#perAddress.set(flow.remoteAddress, left);
    this.#open.set(this.#connections.size);
    if (!this.#isClosed) this.#receiver?.onFlowClosed(flow);
  }
}
