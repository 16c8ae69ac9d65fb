import { randomUUID } from 'node:crypto';
import type { CallId, LegId } from '#core/ids.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { MediaEvent, MediaPlane } from '#ports/media-plane.ts';
import type { IncomingLeg, LegEvent } from '../signalling/leg.ts';
import { LegMedia } from './leg-media.ts';

export interface PresenceCodeOptions {
  readonly incoming: IncomingLeg;
  readonly media: MediaPlane;
  readonly mediaAddress: string;
  readonly clock: Clock;
  /** Sets the agent's state when the code is dialled; false when that is refused. */
  readonly set: () => boolean;
}

/** Long enough for the tone, short enough for a phone that never sends its ACK. */
const longestMs = 2_000;

/**
 * `*1` and `*0` from a phone that is the agent's only screen: the state is set, a short tone says so, and we hang up. 603 says that it
 * could not be set. It is no call: nothing is written of it.
 *
 * @see spec decision 28
 */
export class PresenceCode {
  readonly #options: PresenceCodeOptions;
  readonly #legId = randomUUID() as LegId;
  readonly #media: LegMedia;
  readonly #closeMedia: () => void;
  readonly #beep: () => void;
  #timer: Timer | null = null;
  #isOver = false;

  constructor(options: PresenceCodeOptions) {
    this.#options = options;
    const call = options.media.openCall(randomUUID() as CallId, (event) => this.#onMedia(event));
    this.#media = new LegMedia(this.#legId, call, options.mediaAddress);
    this.#closeMedia = () => call.close();
    this.#beep = () => call.play(this.#legId, { kind: 'tone', tone: 'beep', loop: false });
    this.#media.open().then(
      (opened) => this.#opened(opened.ok),
      () => this.#opened(false),
    );
  }

  onLegEvent(event: LegEvent): void {
    if (event.kind === 'confirmed' && event.sdp !== null) this.#media.takeAnswer(event.sdp);
    if (event.kind === 'offered') {
      const status = 488;
      this.#options.incoming.leg.answerOffer({ ok: false, error: { status } });
    }
    if (event.kind === 'ended') this.#over();
  }

  #opened(hasMedia: boolean): void {
    const { incoming, clock, set } = this.#options;
    if (this.#isOver) return;
    const answered = incoming.sdp === null || !hasMedia ? null : this.#media.answer(incoming.sdp);
    if (!hasMedia || answered?.ok === false) {
      incoming.leg.reject(answered?.ok === false ? answered.error.status : 503);
      return;
    }
    if (!set()) {
      incoming.leg.reject(603, { reason: 'not while you are on a call' });
      return;
    }
    incoming.leg.answer(answered?.value ?? this.#media.offer());
    this.#beep();
    this.#timer = clock.setTimer(longestMs, () => incoming.leg.hangUp('done'));
  }

  #onMedia(event: MediaEvent): void {
    if (event.kind === 'playEnded') this.#options.incoming.leg.hangUp('done');
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#closeMedia();
  }
}
