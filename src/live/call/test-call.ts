/** One call through a trunk that nobody talks on: does it ring, is it answered, does sound come back? */
import { randomUUID } from 'node:crypto';
import type { TrunkEntry } from '#core/directory.ts';
import type { CallId, LegId } from '#core/ids.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { TestTrunkOutcome } from '#ports/live-calls.ts';
import type { MediaCall, MediaEvent, MediaPlane } from '#ports/media-plane.ts';
import type { LegEndCause, LegEvent, Signalling, SipLeg } from '../signalling/leg.ts';
import { LegMedia } from './leg-media.ts';

export interface TestCallOptions {
  readonly signalling: Pick<Signalling, 'place'>;
  readonly media: MediaPlane;
  readonly mediaAddress: string;
  readonly clock: Clock;
  readonly trunk: TrunkEntry;
  readonly number: string;
  readonly callerNumber: string;
}

/** Long enough for a mobile network to find its phone, short enough for somebody who watches. */
const ringSeconds = 30;
/** After the answer: whoever answers hears that it is a test, and says something. */
const talkMs = 4000;
const beepEveryMs = 1000;
/** Beyond ringing and talking; a peer that answers nothing keeps no socket. */
const graceMs = 5000;
/** About −46 dBov: above the noise of any line, below any voice. */
const soundPeak = 164;

/** It is no call of the centre: nobody is on our end, so there is nothing to record and no row of it but in the audit log. */
export class TestCall {
  readonly outcome: Promise<TestTrunkOutcome>;
  readonly #options: TestCallOptions;
  readonly #legId = randomUUID() as LegId;
  readonly #call: MediaCall;
  readonly #media: LegMedia;
  readonly #timers = new Set<Timer>();
  readonly #settle: (outcome: TestTrunkOutcome) => void;
  readonly #startedAt: number;
  #sip: SipLeg | null = null;
  #ringingAfterMs: number | null = null;
  #answeredAfterMs: number | null = null;
  #heard: 'nothing' | 'silence' | 'sound' = 'nothing';
  #isOver = false;

  constructor(options: TestCallOptions) {
    const { promise, resolve } = Promise.withResolvers<TestTrunkOutcome>();
    this.outcome = promise;
    this.#settle = resolve;
    this.#options = options;
    this.#startedAt = options.clock.monoMs();
    this.#call = options.media.openCall(randomUUID() as CallId, (event) => this.#onMedia(event));
    this.#media = new LegMedia(this.#legId, this.#call, options.mediaAddress);
    this.#after(ringSeconds * 1000 + talkMs + graceMs, () => this.#over('unreachable', null, ''));
    this.#media.open().then(
      (opened) => (opened.ok ? this.#dial() : this.#over('no-media', null, 'no RTP port is free')),
      () => this.#over('no-media', null, 'no RTP port is free'),
    );
  }

  /** The server stops. */
  close(): void {
    this.#over('unreachable', null, 'the server stops');
  }

  #after(delayMs: number, then: () => void): void {
    const timer = this.#options.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      then();
    });
    this.#timers.add(timer);
  }

  #dial(): void {
    if (this.#isOver) return;
    const { signalling, trunk, number, callerNumber } = this.#options;
    this.#call.setListening({ left: [this.#legId], right: [] });
    this.#sip = signalling.place(
      {
        to: { kind: 'trunk', trunk, number },
        callerNumber,
        displayName: '',
        sdp: this.#media.offer(),
        ringSeconds,
      },
      (event) => this.#onLeg(event),
    );
  }

  #onLeg(event: LegEvent): void {
    if (this.#isOver) return;
    switch (event.kind) {
      case 'ringing':
        this.#ringingAfterMs ??= this.#sinceStart();
        if (event.sdp !== null) this.#media.takeAnswer(event.sdp);
        break;
      case 'answered':
        this.#answered(event.sdp);
        break;
      case 'offered':
        this.#sip?.answerOffer({ ok: false, error: { status: 488 } });
        break;
      case 'ended':
        this.#ended(event.cause);
        break;
      case 'confirmed':
        break;
    }
  }

  #answered(sdp: Buffer | null): void {
    this.#answeredAfterMs = this.#sinceStart();
    const taken = sdp === null ? null : this.#media.takeAnswer(sdp);
    if (taken?.ok === false || (taken === null && !this.#media.isAgreed)) {
      this.#over('no-media', 200, taken?.ok === false ? taken.error.why : 'no session description');
      return;
    }
    // What was heard before the answer was the network's.
    this.#heard = 'nothing';
    this.#media.beep();
    this.#after(talkMs, () => this.#over('answered', 200, ''));
  }

  #onMedia(event: MediaEvent): void {
    if (this.#isOver) return;
    switch (event.kind) {
      case 'listened':
        if (event.samples.some((sample) => Math.abs(sample) > soundPeak)) this.#heard = 'sound';
        break;
      case 'legStats':
        if (event.stats.received > 0 && this.#heard === 'nothing') this.#heard = 'silence';
        break;
      case 'firstPacket':
        if (this.#heard === 'nothing') this.#heard = 'silence';
        break;
      case 'playEnded':
        this.#after(beepEveryMs - 250, () => this.#media.beep());
        break;
      case 'mediaLost':
        this.#over('no-media', null, event.reason);
        break;
      case 'digit':
      case 'silent':
      case 'trackSealed':
      case 'trackFailed':
      case 'trackLost':
        break;
    }
  }

  #ended({ how, sipStatus, text }: LegEndCause): void {
    if (this.#answeredAfterMs !== null) this.#over('answered', 200, '');
    else if (how === 'refused') this.#over('refused', sipStatus, text);
    else if (how === 'no-answer') this.#over('no-answer', sipStatus, text);
    else this.#over('unreachable', sipStatus, text);
  }

  #sinceStart(): number {
    return Math.round(this.#options.clock.monoMs() - this.#startedAt);
  }

  #over(result: TestTrunkOutcome['result'], status: number | null, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#timers) timer.cancel();
    this.#sip?.hangUp('test call');
    this.#call.close();
    const { number, callerNumber } = this.#options;
    this.#settle({
      result,
      number,
      callerNumber,
      status,
      reason,
      ringingAfterMs: this.#ringingAfterMs,
      answeredAfterMs: this.#answeredAfterMs,
      heard: this.#answeredAfterMs === null ? null : this.#heard,
      tookMs: this.#sinceStart(),
    });
  }
}
