/** SIP over UDP and TCP sockets of one port. */
import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from 'node:dgram';
import { lookup as lookUp, type LookupOneOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Fault } from '#base/fault.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { Counter, Metrics } from '#ports/metrics.ts';
import type { SipHop, SipReceiver, SipTransport } from '#ports/sip-transport.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import { sipListenFault } from './sip-listen-fault.ts';
import { TcpFlows } from './tcp-flows.ts';

export interface SipTransportOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Whether a hop that others chose may be at this address; default: everywhere. */
  readonly mayReach?: (address: string, hop: SipHop) => boolean;
  /** Open TCP connections, ours and theirs. */
  readonly maxConnections?: number;
  /** Of them from one address. */
  readonly maxConnectionsPerAddress?: number;
  /** A connection that brings nothing for this long is closed. */
  readonly idleMs?: number;
  /** So is one that owes the rest of a message, or its first one, for this long. */
  readonly unfinishedMs?: number;
}

/** A burst of 5,000 INVITEs of 1 kB waits here while the loop is busy. */
const receiveBufferBytes = 8 * 1024 * 1024;
/** Names are asked again after this, so that a trunk may move. */
const nameLifetimeMs = 60_000;
/** Names of trunks and contacts; more than this many at once is somebody playing. */
const mostNames = 1024;

/** A flow's address is a literal, which needs no looking up: sending stays in the same turn. A host to bind to may be a name. */
const literalFirst = (
  name: string,
  options: LookupOneOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void => {
  const family = isIP(name);
  if (family === 0) lookUp(name, options, callback);
  else callback(null, name, family);
};

const udpFlow = (address: string, port: number): Flow => ({
  transport: 'udp',
  remoteAddress: address,
  remotePort: port,
  reliable: false,
  key: `udp:${address}:${port}`,
});

/** Fulfils `SipTransport` with node's sockets. */
export class NetSipTransport implements SipTransport {
  readonly #options: SipTransportOptions;
  readonly #tcp: TcpFlows;
  readonly #failedSends: Counter;
  readonly #names = new Map<string, { readonly address: string; readonly until: number }>();
  /** Flows are values that repeat with each datagram: the last ones are kept to spare the garbage. */
  readonly #flows = new Map<string, Flow>();
  #udp: DatagramSocket | null = null;
  /** Datagrams handed to the system that it has not taken yet. */
  #leaving = 0;
  #whenAllLeft: (() => void) | null = null;
  #isClosed = false;

  constructor(options: SipTransportOptions) {
    this.#options = options;
    this.#failedSends = options.metrics.counter(
      'sip_send_failures_total',
      'SIP messages that the system refused to send',
    );
    this.#tcp = new TcpFlows(options);
  }

  async listen(
    address: { readonly host: string; readonly port: number },
    receiver: SipReceiver,
  ): Promise<{ readonly port: number }> {
    if (this.#udp) throw new Fault('sip/listen', 'already listening');
    // The kernel chooses a UDP port that TCP may not have: with port 0, try again.
    for (let attempt = 0; ; attempt++) {
      const udp = await this.#bind(address, receiver);
      const { port } = udp.address();
      try {
        await this.#tcp.listen(address.host, port, receiver);
        this.#udp = udp;
        return { port };
      } catch (error) {
        udp.close();
        if (address.port !== 0 || attempt >= 9) throw sipListenFault(error, { ...address, port });
      }
    }
  }

  send(flow: Flow, bytes: Buffer): void {
    if (flow.reliable) {
      this.#tcp.send(flow, bytes);
      return;
    }
    if (!this.#udp || this.#isClosed) return;
    this.#leaving++;
    try {
      this.#udp.send(bytes, flow.remotePort, flow.remoteAddress, this.#afterSend);
    } catch (error) {
      this.#afterSend(error instanceof Error ? error : new Error(String(error)));
    }
  }

  datagramFlow(address: string, port: number): Flow {
    const key = `${address}:${port}`;
    const known = this.#flows.get(key);
    if (known) return known;
    if (this.#flows.size >= 4096) this.#flows.clear();
    const flow = udpFlow(address, port);
    this.#flows.set(key, flow);
    return flow;
  }

  findFlow(hop: SipHop): Flow | Promise<Flow | null> {
    const address = isIP(hop.host) === 0 ? this.#knownAddress(hop.host) : hop.host;
    if (address === null) return this.#findByName(hop);
    return this.#toAddress(hop, address);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([this.#tcp.close(), this.#udp ? this.#closeUdp(this.#udp) : undefined]);
  }

  /** Node drops a datagram that it has not sent when its socket closes; the last one is mostly a BYE. */
  async #closeUdp(udp: DatagramSocket): Promise<void> {
    if (this.#leaving > 0) await new Promise<void>((resolve) => (this.#whenAllLeft = resolve));
    await new Promise<void>((resolve) => udp.close(() => resolve()));
  }

  #toAddress(hop: SipHop, address: string): Flow | Promise<Flow | null> {
    const { mayReach, log } = this.#options;
    if (hop.isForeign === true && mayReach?.(address, hop) === false) {
      log.warn('sip.host-not-allowed', { host: hop.host, address });
      return Promise.resolve(null);
    }
    return hop.transport === 'udp'
      ? this.datagramFlow(address, hop.port)
      : this.#tcp.connect(address, hop.port);
  }

  #knownAddress(name: string): string | null {
    const known = this.#names.get(name);
    return known && known.until > this.#options.clock.monoMs() ? known.address : null;
  }

  async #findByName(hop: SipHop): Promise<Flow | null> {
    try {
      const { address } = await lookup(hop.host);
      if (this.#names.size >= mostNames) this.#names.clear();
      this.#names.set(hop.host, {
        address,
        until: this.#options.clock.monoMs() + nameLifetimeMs,
      });
      return await this.#toAddress(hop, address);
    } catch (error) {
      this.#options.log.warn('sip.name-unknown', { host: hop.host, error: String(error) });
      return null;
    }
  }

  readonly #afterSend = (error: Error | null): void => {
    this.#leaving--;
    if (this.#leaving === 0) this.#whenAllLeft?.();
    if (error === null || this.#isClosed) return;
    this.#failedSends.add();
    this.#options.log.warn('sip.send-failed', { error: error.message });
  };

  #bind(
    address: { readonly host: string; readonly port: number },
    receiver: SipReceiver,
  ): Promise<DatagramSocket> {
    const type = isIP(address.host) === 6 ? 'udp6' : 'udp4';
    const socket = createSocket({
      type,
      recvBufferSize: receiveBufferBytes,
      lookup: literalFirst,
    });
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => reject(sipListenFault(error, address)));
      socket.bind(address.port, address.host, () => {
        socket.removeAllListeners('error');
        socket.on('error', (error) =>
          this.#options.log.error('sip.socket', { error: error.message }),
        );
        socket.on('message', (bytes: Buffer, peer: RemoteInfo) =>
          receiver.onMessage(
            this.datagramFlow(peer.address, peer.port),
            bytes,
            this.#options.clock.monoMs(),
          ),
        );
        resolve(socket);
      });
    });
  }
}
