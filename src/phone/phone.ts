/** A small SIP phone: registers, calls, is called. The demo, `Call me`, the command line and journeys in tests ring with it. */
import { Fault } from '#base/fault.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { SipTransport } from '#ports/sip-transport.ts';
import type { Authorize } from '#protocol/sip/dialog-usage.ts';
import type { IncomingInvite } from '#protocol/sip/dialog-uas.ts';
import { answerChallenge } from '#protocol/sip/digest.ts';
import { type Admission, type EndpointUser, SipEndpoint } from '#protocol/sip/endpoint.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import { callIdOf, fromOf } from '#protocol/sip/headers.ts';
import type { SipRequest, SipResponse } from '#protocol/sip/message.ts';
import { newCallId, newTag } from '#protocol/sip/tokens.ts';
import { escapeUser } from '#protocol/sip/uri.ts';
import { AudioLine } from './audio-line.ts';
import { PhoneCall } from './phone-call.ts';
import { Registration } from './registration.ts';
import { WheelTimer } from './wheel-timer.ts';

export interface PhoneOptions {
  /** Not listening yet; the phone opens and closes it. */
  readonly transport: SipTransport;
  readonly clock: Clock;
  readonly log: Log;
  /** Own address, for SIP and RTP. */
  readonly host: string;
  /** Own SIP port; default any. */
  readonly port?: number;
  /** Where it registers and calls; reached over UDP. */
  readonly server: { readonly host: string; readonly port: number };
  /** SIP user name, or the number a trunk calls from. */
  readonly user: string;
  /** SIP domain; default the server's host. */
  readonly domain?: string;
  readonly password?: string;
  /** In order of preference; default PCMU, PCMA. */
  readonly codecs?: readonly ('PCMU' | 'PCMA')[];
  /** How much of each call it keeps; default ten minutes (10 MB). */
  readonly keepHeardMs?: number;
}

const defaultKeepHeardMs = 600_000;
/** Two retransmissions of a BYE; a server that is gone does not answer at all. */
const mostGoodbyeMs = 1200;
const goodbyeStepMs = 10;
const defaultCodecs = ['PCMU', 'PCMA'] as const;

export class Phone implements EndpointUser {
  /** Our SIP port. */
  readonly port: number;
  readonly #options: PhoneOptions;
  readonly #timer: WheelTimer;
  readonly #endpoint: SipEndpoint;
  readonly #registration: Registration;
  readonly #calls = new Set<PhoneCall>();
  #onCall: ((call: PhoneCall) => void) | null = null;
  #isClosed = false;

  private constructor(options: PhoneOptions, port: number, timer: WheelTimer) {
    this.#options = options;
    this.#timer = timer;
    this.port = port;
    const { transport, host, clock } = options;
    this.#endpoint = new SipEndpoint({
      transport: {
        send: (flow, bytes) => transport.send(flow, bytes),
        datagramFlow: (address, port) => transport.datagramFlow(address, port),
        // Every dialog stays on the flow it began on: a phone knows one server.
        findFlow: (_hop, then) => then(null),
      },
      user: this,
      wheel: timer.wheel,
      publicHost: host,
      publicPort: port,
      product: 'Callreel phone',
    });
    this.#registration = new Registration({
      endpoint: this.#endpoint,
      clock,
      flow: this.#flow(),
      address: this.#address(options.user),
      registrar: `sip:${this.#hostPort()}`,
      authorize: this.#authorize,
    });
  }

  /**
   * Opens the phone's SIP port.
   *
   * @throws {Fault} `sip/port-taken`, `sip/listen`
   */
  static async open(options: PhoneOptions): Promise<Phone> {
    const timer = new WheelTimer(options.clock);
    // A datagram may come between the bind and the phone that takes it: it would be repeated, so it is dropped.
    let endpoint: SipEndpoint | null = null;
    try {
      const { port } = await options.transport.listen(
        { host: options.host, port: options.port ?? 0 },
        {
          onMessage: (flow, bytes, at) => endpoint?.receive(flow, bytes, at),
          onFlowClosed: (flow) => endpoint?.flowFailed(flow, options.clock.monoMs()),
        },
      );
      const phone = new Phone(options, port, timer);
      endpoint = phone.#endpoint;
      return phone;
    } catch (thrown) {
      timer.close();
      throw thrown;
    }
  }

  /**
   * Registers and keeps it fresh until the phone closes.
   *
   * @throws {Fault} `phone/not-registered` with the status
   */
  register(): Promise<void> {
    return this.#registration.start();
  }

  /** Takes the registration back; waits for the answer, at most as long as SIP does. */
  unregister(): Promise<void> {
    return this.#registration.stop();
  }

  /** Whoever answers incoming calls from now on; without anybody they get 480. */
  onCall(take: (call: PhoneCall) => void): void {
    this.#onCall = take;
  }

  /** The next incoming call, ringing; for scripts that wait for one call at a time. */
  nextCall(): Promise<PhoneCall> {
    return new Promise((resolve) => {
      this.onCall((call) => {
        this.#onCall = null;
        resolve(call);
      });
    });
  }

  /**
   * Calls a number or a name at the server.
   *
   * @throws {Fault} `phone/no-port`, `phone/closed`
   */
  async call(to: string): Promise<PhoneCall> {
    const line = await this.#openLine();
    const target = `sip:${escapeUser(to)}@${this.#hostPort()}`;
    const call = this.#newCall(line, newCallId(), to);
    const invite = this.#endpoint.invite(
      {
        uri: target,
        from: `${this.#address(this.#options.user)};tag=${newTag()}`,
        to: `<${target}>`,
        callId: call.callId,
        flow: this.#flow(),
        reach: 'flow',
        headers: [],
        sdp: call.offer(),
        authorize: this.#options.password === undefined ? null : this.#authorize,
      },
      call,
      this.#options.clock.monoMs(),
    );
    call.attach({ kind: 'outgoing', invite });
    return call;
  }

  /**
   * Hangs up whatever is up, waits a moment until the other side knows, then closes. Idempotent; a registration is left to expire,
   * `unregister` takes it back.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#registration.forget();
    for (const call of this.#calls) call.hangUp('the phone was switched off');
    const { clock } = this.#options;
    const deadline = clock.monoMs() + mostGoodbyeMs;
    // Once at least: what was just handed to the socket leaves it in the next turn.
    do await new Promise<void>((resolve) => clock.setTimer(goodbyeStepMs, resolve));
    while (this.#endpoint.dialogCount > 0 && clock.monoMs() < deadline);
    this.#timer.close();
    await this.#options.transport.close();
  }

  admit(request: SipRequest, _flow: Flow): Admission {
    if (request.method === 'INVITE' && this.#onCall !== null && !this.#isClosed)
      return { kind: 'accept', reach: 'flow' };
    const status = request.method === 'INVITE' ? 480 : 405;
    const toTag = this.#endpoint.statelessTag(request);
    return { kind: 'answer', response: this.#endpoint.answer(request, status, { toTag }) };
  }

  onInvite(invite: IncomingInvite, now: number): void {
    const take = this.#onCall;
    // The line's port is known only after the system gave one; the caller has its 100 and waits.
    this.#openLine().then(
      (line) => {
        const { user } = fromOf(invite.request).uri;
        const call = this.#newCall(line, callIdOf(invite.request), user ?? '');
        call.attach({ kind: 'incoming', invite });
        invite.attach(call);
        if (!invite.isOpen) {
          call.onCancelled('the caller was quicker');
          return;
        }
        call.ring();
        take?.(call);
      },
      (error: unknown) => {
        this.#options.log.warn('phone.no-line', { error: String(error) });
        invite.refuse(480, now);
      },
    );
  }

  onRegister(request: SipRequest): SipResponse {
    return this.#endpoint.answer(request, 405);
  }

  onOddity(what: string, flow: Flow): void {
    this.#options.log.debug('phone.oddity', { what, from: flow.key });
  }

  async #openLine(): Promise<AudioLine> {
    const { host, clock, keepHeardMs = defaultKeepHeardMs } = this.#options;
    if (this.#isClosed) throw new Fault('phone/closed', 'the phone is switched off');
    return AudioLine.open(host, clock, keepHeardMs);
  }

  #newCall(line: AudioLine, callId: string, remoteParty: string): PhoneCall {
    const { host, clock, codecs = defaultCodecs } = this.#options;
    const call = new PhoneCall({ line, clock, host, codecs, callId, remoteParty });
    this.#calls.add(call);
    void call.untilEnded().then(() => this.#calls.delete(call));
    return call;
  }

  readonly #authorize: Authorize = (request, challenge) => {
    const { user, password } = this.#options;
    if (password === undefined) return false;
    const isProxy = challenge.status === 407;
    const answer = answerChallenge({
      challenges: challenge.headers.rows(isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'),
      username: user,
      password,
      method: request.method,
      uri: request.uri,
    });
    if (!answer.ok) return false;
    request.headers.set(isProxy ? 'Proxy-Authorization' : 'Authorization', answer.value);
    return true;
  };

  #flow(): Flow {
    const { transport, server } = this.#options;
    return transport.datagramFlow(server.host, server.port);
  }

  #domain(): string {
    const { domain, server } = this.#options;
    return domain ?? (server.host.includes(':') ? `[${server.host}]` : server.host);
  }

  /** The domain as a Request-URI names it, so that its port is the server's. */
  #hostPort(): string {
    const { port } = this.#options.server;
    return port === 5060 ? this.#domain() : `${this.#domain()}:${port}`;
  }

  #address(user: string): string {
    return `<sip:${escapeUser(user)}@${this.#domain()}>`;
  }
}
