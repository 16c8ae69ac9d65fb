import { ok, refuse, type Result } from '#base/result.ts';
import type { LegId } from '#core/ids.ts';
import type { LegSound } from '#core/call/topology-words.ts';
import type { MediaCall, RemoteMedia } from '#ports/media-plane.ts';
import type { SdpRefusal } from '#protocol/sdp/description.ts';
import {
  answerOffer,
  type LocalMedia,
  makeOffer,
  type MadeOffer,
  readAnswer,
} from '#protocol/sdp/offer-answer.ts';
import { SdpSession } from '#protocol/sdp/session.ts';

/** The media of one leg: its port, what was agreed about it in offers and answers, and what its phone hears. */
export class LegMedia {
  readonly #legId: LegId;
  readonly #media: MediaCall;
  readonly #address: string;
  readonly #session = new SdpSession();
  #port = 0;
  #direction: 'sendrecv' | 'sendonly' = 'sendrecv';
  #offered: MadeOffer | null = null;
  #remote: RemoteMedia | null = null;
  #plays = false;

  /** @param address IP literal that our descriptions name */
  constructor(legId: LegId, media: MediaCall, address: string) {
    this.#legId = legId;
    this.#media = media;
    this.#address = address;
  }

  /** Something has been agreed: media can flow. */
  get isAgreed(): boolean {
    return this.#remote !== null;
  }

  /** The peer does not listen: it has put us on hold, whatever we asked for (RFC 3264 §8.4). */
  get isHeldByPeer(): boolean {
    return this.#remote?.direction === 'recvonly' || this.#remote?.direction === 'inactive';
  }

  /** An offer of ours waits for its answer. */
  get awaitsAnswer(): boolean {
    return this.#offered !== null;
  }

  /** A socket of our own, before anything is said about it. */
  async open(): Promise<Result<null, 'no-free-port'>> {
    const opened = await this.#media.openLeg(this.#legId);
    if (!opened.ok) return opened;
    this.#port = opened.value.port;
    return ok(null);
  }

  /** Answers an offer of the peer; refused, everything stays as agreed before. */
  answer(offer: Buffer): Result<Buffer, SdpRefusal> {
    const answered = answerOffer(offer, this.#local());
    if (!answered.ok) return answered;
    this.#agree(answered.value.remote);
    return ok(answered.value.sdp);
  }

  offer(): Buffer {
    this.#offered = makeOffer(this.#local());
    return this.#offered.sdp;
  }

  /** The peer's answer to our last offer; may come again for the same offer (early media, then the final answer). */
  takeAnswer(answer: Buffer): Result<null, SdpRefusal> {
    if (this.#offered === null) return refuse({ status: 400, why: 'an answer to no offer' });
    const read = readAnswer(answer, this.#offered);
    if (!read.ok) return read;
    this.#agree(read.value);
    return ok(null);
  }

  /** The answer to our last offer was final, or will not come. */
  closeOffer(): void {
    this.#offered = null;
  }

  /** Whether later offers of ours ask the peer to send. */
  setHeld(isHeld: boolean): void {
    this.#direction = isHeld ? 'sendonly' : 'sendrecv';
  }

  hear(sound: LegSound): void {
    this.#media.setHearing(this.#legId, sound.hears);
    if (sound.plays === 'music') {
      this.#media.play(this.#legId, { kind: 'prompt', name: 'music', loop: true });
    } else if (sound.plays === 'ringback') {
      this.#media.play(this.#legId, { kind: 'tone', tone: 'ringback', loop: true });
    } else if (this.#plays) {
      this.#media.stopPlaying(this.#legId);
    }
    this.#plays = sound.plays !== null;
  }

  /** Plays a prepared prompt once; `playEnded` follows. */
  tell(promptName: string): void {
    this.#media.play(this.#legId, { kind: 'prompt', name: promptName, loop: false });
  }

  /** After a message, so that the stream goes on until we hang up. */
  hush(): void {
    this.#media.play(this.#legId, { kind: 'prompt', name: 'silence', loop: true });
  }

  /** The short tone that says a key was taken. */
  beep(): void {
    this.#media.play(this.#legId, { kind: 'tone', tone: 'beep', loop: false });
  }

  close(): void {
    this.#media.closeLeg(this.#legId);
  }

  #agree(remote: RemoteMedia): void {
    this.#remote = remote;
    this.#media.setRemote(this.#legId, remote);
  }

  #local(): LocalMedia {
    return {
      session: this.#session,
      address: this.#address,
      port: this.#port,
      direction: this.#direction,
    };
  }
}
