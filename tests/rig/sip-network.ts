/** Two or more SIP endpoints on a network that is only memory and simulated time: loss, delay and order are the test's. */
import type { Authorize } from '#protocol/sip/dialog-usage.ts';
import type { IncomingInvite, IncomingInviteUser } from '#protocol/sip/dialog-uas.ts';
import type { OutgoingInvite, OutgoingInviteUser } from '#protocol/sip/dialog-uac.ts';
import { type Admission, type EndpointUser, SipEndpoint } from '#protocol/sip/endpoint.ts';
import type { Oddity } from '#protocol/sip/endpoint-core.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import type { SipMessage, SipRequest, SipResponse } from '#protocol/sip/message.ts';
import { parseMessage } from '#protocol/sip/parse.ts';
import { TimingWheel } from '#protocol/sip/timing-wheel.ts';

/** One message on its way. */
export interface Packet {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  /** `INVITE`, `ACK`, … or `200 INVITE`. */
  readonly what: string;
  readonly message: SipMessage;
}

/** What happens to a packet: delivered after some milliseconds, or lost. */
export type Fate = (packet: Packet) => number | 'lost';

const flowTo = (address: string, reliable: boolean): Flow => ({
  transport: reliable ? 'tcp' : 'udp',
  remoteAddress: address,
  remotePort: 5060,
  reliable,
  key: `${reliable ? 'tcp' : 'udp'}:${address}:5060`,
});

const wordOf = (message: SipMessage): string =>
  message.kind === 'request'
    ? message.method
    : `${message.status} ${(message.headers.get('CSeq') ?? '').split(' ')[1] ?? ''}`;

export class SipNetwork {
  now = 0;
  readonly wheel = new TimingWheel(0, () => undefined);
  /** Everything that was sent, lost or not. */
  readonly packets: Packet[] = [];
  readonly isReliable: boolean;
  fate: Fate = () => 10;
  readonly #parties = new Map<string, Party>();
  #underway: { readonly dueAt: number; readonly deliver: () => void }[] = [];

  constructor(options: { readonly reliable?: boolean } = {}) {
    this.isReliable = options.reliable ?? false;
  }

  party(address: string, random?: () => number): Party {
    const party = new Party(this, address, random);
    this.#parties.set(address, party);
    return party;
  }

  flowTo(address: string): Flow {
    return flowTo(address, this.isReliable);
  }

  /** Sends bytes as if they came from `from`. */
  send(from: string, to: string, bytes: Buffer): void {
    const parsed = parseMessage(bytes);
    if (parsed.ok) {
      const packet: Packet = {
        at: this.now,
        from,
        to,
        what: wordOf(parsed.message),
        message: parsed.message,
      };
      this.packets.push(packet);
      const fate = this.fate(packet);
      if (fate === 'lost') return;
      this.#deliver(from, to, bytes, fate);
    } else this.#deliver(from, to, bytes, 10);
  }

  /** Time passes. */
  until(instant: number): void {
    while (this.now < instant) {
      this.now += 10;
      const due = this.#underway.filter(({ dueAt }) => dueAt <= this.now);
      this.#underway = this.#underway.filter(({ dueAt }) => dueAt > this.now);
      for (const { deliver } of due) deliver();
      this.wheel.advance(this.now);
    }
  }

  pass(ms: number): void {
    this.until(this.now + ms);
  }

  /** Words of everything sent, in order: `a>b INVITE`. */
  trace(filter: (packet: Packet) => boolean = () => true): string[] {
    return this.packets.filter(filter).map(({ from, to, what }) => `${from}>${to} ${what}`);
  }

  #deliver(from: string, to: string, bytes: Buffer, delayMs: number): void {
    const deliver = (): void =>
      this.#parties.get(to)?.endpoint.receive(this.flowTo(from), bytes, this.now);
    this.#underway.push({ dueAt: this.now + delayMs, deliver });
  }
}

/** One endpoint and everything it hears: `invite`, `ringing 180`, `answered`, `confirmed`, `offer`, `ended bye`, … */
export class Party implements EndpointUser {
  readonly heard: string[] = [];
  readonly oddities: Oddity[] = [];
  readonly endpoint: SipEndpoint;
  readonly address: string;
  readonly network: SipNetwork;
  /** The last INVITE that reached us. */
  incoming: IncomingInvite | null = null;
  admission: Admission = { kind: 'accept', reach: 'anywhere' };
  onIncoming: (invite: IncomingInvite) => void = () => undefined;
  /** Runs after each event, for races that need an answer at that very instant. */
  onEvent: (event: string) => void = () => undefined;

  constructor(network: SipNetwork, address: string, random?: () => number) {
    this.network = network;
    this.address = address;
    this.endpoint = new SipEndpoint({
      transport: {
        send: (flow, bytes) => network.send(address, flow.remoteAddress, bytes),
        datagramFlow: (remote) => network.flowTo(remote),
        findFlow: (hop, then) => then(network.flowTo(hop.host)),
      },
      user: this,
      wheel: network.wheel,
      publicHost: address,
      publicPort: 5060,
      product: 'Callreel',
      ...(random && { random }),
    });
  }

  admit(): Admission {
    return this.admission;
  }

  onInvite(invite: IncomingInvite): void {
    this.incoming = invite;
    invite.attach(this.#listener());
    this.#note('invite');
    this.onIncoming(invite);
  }

  onRegister(request: SipRequest): SipResponse {
    this.#note('register');
    return this.endpoint.answer(request, 200);
  }

  onOddity(what: Oddity): void {
    this.oddities.push(what);
  }

  call(
    to: string,
    options: {
      readonly callId?: string;
      readonly headers?: [string, string][];
      readonly authorize?: Authorize;
    } = {},
  ): OutgoingInvite {
    return this.endpoint.invite(
      {
        uri: `sip:1000@${to}`,
        from: `<sip:caller@${this.address}>;tag=from-${this.address}`,
        to: `<sip:1000@${to}>`,
        callId: options.callId ?? `call-${this.network.packets.length}@${this.address}`,
        flow: this.network.flowTo(to),
        reach: 'anywhere',
        headers: options.headers ?? [],
        sdp: Buffer.from('offer'),
        authorize: options.authorize ?? null,
      },
      this.#listener(),
      this.network.now,
    );
  }

  #note(event: string): void {
    this.heard.push(event);
    this.onEvent(event);
  }

  #listener(): IncomingInviteUser & OutgoingInviteUser {
    return {
      onProvisional: (status) => this.#note(`ringing ${status}`),
      onAnswered: (sdp) => this.#note(`answered ${sdp?.toString() ?? 'without sdp'}`),
      onRefused: (response) => this.#note(`refused ${response.status}`),
      onFailure: (why) => this.#note(`failed ${why}`),
      onCancelled: () => this.#note('cancelled'),
      onConfirmed: (sdp) => this.#note(sdp ? `confirmed ${sdp.toString()}` : 'confirmed'),
      onOffer: (sdp) => this.#note(`offer ${sdp?.toString() ?? 'wanted'}`),
      onEnded: (end) => this.#note(`ended ${end.how} by ${end.by}`),
    };
  }
}
