/** Signalling on a real loopback port with a directory of the test's own. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import type { AgentEntry, Directory, TrunkEntry } from '#core/directory.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import type { IncomingLeg, LegEvent, OutgoingLegOrder, SipLeg } from '#live/signalling/leg.ts';
import { createSignalling, type SipSignalling } from '#live/signalling/signalling.ts';
import type { Clock } from '#ports/clock.ts';
import type { KeptPhones } from '#ports/kept-phones.ts';
import { makeHa1 } from '#protocol/sip/digest.ts';
import { agentEntry, trunkEntry } from './directory-entries.ts';
import { silentLog, silentMetrics } from './silent.ts';
import { SipPeer } from './sip-peer.ts';

export const realm = '127.0.0.1';
const tenantId = 'tenant' as TenantId;
const sdp = Buffer.from('v=0\r\n');

export const passwordOf = (user: string): string => `secret-of-${user}`;

export const agentOf = (sipUsername: string): AgentEntry => {
  const who = { username: sipUsername, realm, password: passwordOf(sipUsername) };
  return agentEntry(sipUsername, {
    id: `agent-${sipUsername}` as AgentId,
    tenantId,
    ha1: { md5: makeHa1('MD5', who), sha256: makeHa1('SHA-256', who) },
  });
};

export const trunkOf = (facts: Partial<TrunkEntry>): TrunkEntry =>
  trunkEntry({ tenantId, name: 'carrier', allowedAddresses: [], ...facts });

/** A leg with what it told. */
export class HeardLeg {
  readonly events: LegEvent[] = [];
  incoming: IncomingLeg | null = null;
  leg: SipLeg | null = null;
  onEvent: (event: LegEvent) => void = () => undefined;

  readonly listener = (event: LegEvent): void => {
    this.events.push(event);
    this.onEvent(event);
  };

  /** The first event of this kind, within five seconds. */
  async heard<K extends LegEvent['kind']>(kind: K): Promise<Extract<LegEvent, { kind: K }>> {
    const until = performance.now() + 5000;
    for (;;) {
      const event = this.events.find((one) => one.kind === kind);
      if (event) return event as Extract<LegEvent, { kind: K }>;
      if (performance.now() > until) throw new Error(`no ${kind} within 5 s`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

export interface RunningSignalling {
  readonly signalling: SipSignalling;
  readonly port: number;
  readonly metrics: ReturnType<typeof silentMetrics>;
  readonly log: ReturnType<typeof silentLog>;
  readonly incoming: HeardLeg[];
  setDirectory(parts: Partial<Directory>): void;
  nextIncoming(): Promise<HeardLeg>;
  /** A call out, by +15550100 with half a minute to ring unless told. */
  place(
    to: OutgoingLegOrder['to'],
    wish?: Partial<OutgoingLegOrder>,
  ): HeardLeg & { readonly leg: SipLeg };
}

export const startSignalling = async (
  parts: Partial<Directory>,
  options: {
    readonly shedLagMs?: number;
    readonly clock?: Clock;
    readonly host?: string;
    readonly port?: number;
    readonly keptPhones?: KeptPhones;
  } = {},
): Promise<RunningSignalling> => {
  const listeners = new Set<(directory: Directory) => void>();
  const empty = { version: 1, tenants: [], trunks: [], numbers: [], agents: [], queues: [] };
  let directory: Directory = { ...empty, ...parts };
  const log = silentLog();
  const metrics = silentMetrics();
  const { host = '127.0.0.1' } = options;
  const signalling = createSignalling({
    host,
    port: 0,
    domain: realm,
    publicAddress: host,
    transport: new NetSipTransport({ clock: systemClock, log, metrics }),
    clock: systemClock,
    log,
    metrics,
    keptPhones: { read: () => [], changed: () => undefined, nameOf: (secret) => secret },
    directory: {
      current: () => directory,
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    ...options,
  });
  const incoming: HeardLeg[] = [];
  signalling.onIncoming((offered) => {
    const heard = new HeardLeg();
    heard.incoming = offered;
    heard.leg = offered.leg;
    incoming.push(heard);
    return heard.listener;
  });
  const { port } = await signalling.listen();
  let taken = 0;
  return {
    signalling,
    port,
    metrics,
    log,
    incoming,
    setDirectory: (next) => {
      directory = { ...directory, ...next, version: directory.version + 1 };
      for (const listener of listeners) listener(directory);
    },
    nextIncoming: async () => {
      const until = performance.now() + 5000;
      while (incoming.length <= taken) {
        if (performance.now() > until) throw new Error('no call came in within 5 s');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const heard = incoming[taken++];
      if (heard === undefined) throw new Error('unreachable');
      return heard;
    },
    place: (to, wish = {}) => {
      const call = new HeardLeg();
      const order = { callerNumber: '+15550100', displayName: '', sdp, ringSeconds: 30 };
      const leg = signalling.place({ ...order, to, ...wish }, call.listener);
      return Object.assign(call, { leg });
    },
  };
};

/** What one test file opens on the wire; all of it is closed together, what came last first. */
export const sipRoom = () => {
  const closers: (() => unknown)[] = [];
  const peerOf = async (connecting: Promise<SipPeer>): Promise<SipPeer> => {
    const peer = await connecting;
    closers.push(() => peer.close());
    return peer;
  };
  return {
    start: async (...args: Parameters<typeof startSignalling>): Promise<RunningSignalling> => {
      const running = await startSignalling(...args);
      closers.push(() => running.signalling.close());
      return running;
    },
    udpPeer: (...args: Parameters<typeof SipPeer.udp>): Promise<SipPeer> =>
      peerOf(SipPeer.udp(...args)),
    tcpPeer: (serverPort: number): Promise<SipPeer> => peerOf(SipPeer.tcp(serverPort)),
    close: async (): Promise<void> => {
      for (const close of closers.reverse()) await close();
    },
  };
};
