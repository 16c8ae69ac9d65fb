/** A registration that is kept fresh (RFC 3261 §10.2). */
import { Fault } from '#base/fault.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { Authorize } from '#protocol/sip/dialog-usage.ts';
import type { SipEndpoint } from '#protocol/sip/endpoint.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import { contactExpiresOf, contactsOf, expiresOf } from '#protocol/sip/headers.ts';
import { makeRequest } from '#protocol/sip/make.ts';
import type { SipRequest, SipResponse } from '#protocol/sip/message.ts';
import { newCallId, newTag } from '#protocol/sip/tokens.ts';

export interface RegistrationOptions {
  readonly endpoint: SipEndpoint;
  readonly clock: Clock;
  readonly flow: Flow;
  /** `<sip:user@domain>` */
  readonly address: string;
  readonly registrar: string;
  readonly authorize: Authorize;
}

/** What is asked for; half of what is granted passes between two refreshes. */
const askedSeconds = 300;
/** A refresh that failed is tried again after this. */
const retrySeconds = 5;

export class Registration {
  readonly #options: RegistrationOptions;
  readonly #callId = newCallId();
  readonly #tag = newTag();
  #sequence = 0;
  #timer: Timer | null = null;
  #isWanted = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  /** @throws {Fault} `phone/not-registered` */
  async start(): Promise<void> {
    this.#isWanted = true;
    const grantedSeconds = await this.#ask(askedSeconds);
    this.#refreshAfter(grantedSeconds / 2);
  }

  async stop(): Promise<void> {
    if (!this.#isWanted) return;
    this.forget();
    await this.#ask(0);
  }

  /** No more refreshes. */
  forget(): void {
    this.#isWanted = false;
    this.#timer?.cancel();
  }

  #refreshAfter(seconds: number): void {
    if (!this.#isWanted) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(seconds * 1000, () => {
      this.#ask(askedSeconds).then(
        (granted) => this.#refreshAfter(granted / 2),
        () => this.#refreshAfter(retrySeconds),
      );
    });
  }

  /** @returns granted seconds */
  async #ask(seconds: number): Promise<number> {
    const { endpoint, flow, address, registrar, authorize } = this.#options;
    const request = makeRequest({
      method: 'REGISTER',
      uri: registrar,
      via: endpoint.newVia(flow),
      from: `${address};tag=${this.#tag}`,
      to: address,
      callId: this.#callId,
      cseq: ++this.#sequence,
      extra: [
        ['Contact', endpoint.contact(flow)],
        ['Expires', String(seconds)],
      ],
    });
    endpoint.finishRequest(request);
    let response = await this.#send(request);
    // A second challenge is a nonce that went stale in between (RFC 7616 §3.3), a third one is a wrong password.
    for (let tries = 0; tries < 2 && isChallenge(response); tries++) {
      if (!authorize(request, response)) break;
      request.headers.set('CSeq', `${++this.#sequence} REGISTER`);
      request.headers.set('Via', endpoint.newVia(flow));
      response = await this.#send(request);
    }
    if (response.status === 200) return grantedOf(response) ?? seconds;
    throw new Fault(
      'phone/not-registered',
      `the server answered ${response.status} ${response.reason} to the registration of ${address}`,
      { blame: 'peer', facts: { status: response.status } },
    );
  }

  #send(request: SipRequest): Promise<SipResponse> {
    const { endpoint, flow, clock } = this.#options;
    return new Promise((resolve, reject) => {
      endpoint.layer.send(
        request,
        flow,
        {
          onResponse: (response) => {
            if (response.status >= 200) resolve(response);
          },
          onFailure: (why) => {
            const text = `no answer to the registration: ${why}`;
            reject(new Fault('phone/not-registered', text, { blame: 'peer', retry: 'later' }));
          },
        },
        clock.monoMs(),
      );
    });
  }
}

const isChallenge = ({ status }: SipResponse): boolean => status === 401 || status === 407;

const grantedOf = (response: SipResponse): number | undefined => {
  const contacts = contactsOf(response);
  const [first] = contacts === '*' ? [] : contacts;
  return (first && contactExpiresOf(first)) ?? expiresOf(response);
};
