import { alawToUlaw, linearToAlaw, linearToUlaw, silenceOf, ulawToAlaw } from '#audio/g711.ts';
import type { G711Codec } from '#audio/g711.ts';
import type { RemoteMedia } from '#ports/media-plane.ts';
import { rtpHeaderBytes, writeRtpHeader } from '#protocol/rtp/packet.ts';
import type { IncomingPacket } from '#protocol/rtp/reorder.ts';
import { DigitPress, telephoneEventBytes } from '#protocol/rtp/telephone-event.ts';
import type { OutgoingStream } from './outgoing-stream.ts';
import { promptBytes, type Prompt } from './prompt-store.ts';

const ticksPerMs = 8;
/** Buffers in turn: one is written again after 320 ms at 20 ms each, long after the kernel has copied it. */
const bufferCount = 16;
/** Later than this we skip frames instead of sending a burst that the peer's jitter buffer would drop. */
const maxLateMs = 200;
/** Silence between two keys: RFC 4733 §2.5.2.3 leaves it open, exchanges want 40 ms and more. */
const betweenDigitsMs = 60;
/** Keys waiting to be sent; a person or a script dials no more at once. */
const maxDigits = 64;

interface Playing {
  readonly prompt: Prompt;
  readonly loop: boolean;
  readonly ended: (playedMs: number) => void;
  at: number;
  playedMs: number;
}

/**
 * Everything a leg's peer hears from us, as one stream: relayed voice as it arrives, or our own packets (prompt, tone, mix, key
 * press) on absolute deadlines.
 */
export class LegSender {
  /** Frames left out because we were late. */
  skipped = 0;
  /** This leg hears a mix: single sources are not relayed to it. */
  isMixing = false;
  /** Grows with each order to play or stop, so that a prompt that was read from disk too late stays silent. */
  playOrders = 0;
  readonly stream: OutgoingStream;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #phaseMs: number;
  #remote: RemoteMedia | null = null;
  #playing: Playing | null = null;
  readonly #presses: DigitPress[] = [];
  #dueAtMs = 0;
  #buffers: Uint8Array[] = [];
  #bufferIndex = 0;

  /** @param phaseMs 0, 5, 10 or 15: spreads the legs of a thread over the 20 ms */
  constructor(stream: OutgoingStream, phaseMs: number, send: (bytes: Uint8Array) => void) {
    this.stream = stream;
    this.#phaseMs = phaseMs;
    this.#send = send;
  }

  setRemote(remote: RemoteMedia): void {
    const couldSend = this.canSend;
    this.#remote = remote;
    if (this.canSend && !couldSend) this.stream.forgetSource();
  }

  /** Our direction lets us send. */
  get canSend(): boolean {
    const direction = this.#remote?.direction;
    return direction === 'sendrecv' || direction === 'sendonly';
  }

  /** True while `pace` has work: something of our own is on its way. */
  get isPaced(): boolean {
    return this.#playing !== null || this.#presses.length > 0;
  }

  /**
   * Sends on what another leg's peer said, rewriting header and law inside the datagram.
   *
   * @param source the leg it comes from @param packet with the payload at least 12 bytes into its bytes
   */
  relay(source: object, packet: IncomingPacket, codec: G711Codec, marker: boolean): void {
    const remote = this.#remote;
    if (remote === null || !this.canSend || this.isMixing || this.isPaced) return;
    const { bytes, payloadAt, payloadLength } = packet;
    if (codec !== remote.codec) {
      const table = codec === 'PCMU' ? ulawToAlaw : alawToUlaw;
      for (let i = payloadAt; i < payloadAt + payloadLength; i++)
        bytes[i] = table[bytes[i] ?? 0] ?? 0;
    }
    this.#relayAs(source, packet, remote.payloadType, payloadLength, marker);
  }

  /** Sends on a key press as it comes, under this peer's payload type. */
  relayEvent(source: object, packet: IncomingPacket, marker: boolean): void {
    const payloadType = this.#remote?.telephoneEventPayloadType ?? null;
    if (payloadType === null || !this.canSend || this.isMixing || this.isPaced) return;
    this.#relayAs(source, packet, payloadType, 0, marker);
  }

  #relayAs(
    source: object,
    packet: IncomingPacket,
    payloadType: number,
    ticks: number,
    marker: boolean,
  ): void {
    const { extendedSequence, extendedTimestamp, arrivalMs, bytes, payloadAt } = packet;
    if (!this.stream.relay(source, extendedSequence, extendedTimestamp, ticks, marker, arrivalMs))
      return;
    const from = payloadAt - rtpHeaderBytes;
    const until = payloadAt + packet.payloadLength;
    this.stream.header.payloadType = payloadType;
    this.stream.octets += packet.payloadLength;
    writeRtpHeader(this.stream.header, bytes, from);
    this.#send(from === 0 && until === bytes.length ? bytes : bytes.subarray(from, until));
  }

  /** Replaces what is playing. `ended` is called when it comes to its end, not when it is replaced or stopped. */
  play(prompt: Prompt, loop: boolean, nowMs: number, ended: (playedMs: number) => void): void {
    if (!this.isPaced) this.#dueAtMs = this.#firstDue(nowMs);
    this.#playing = { prompt, loop, ended, at: 0, playedMs: 0 };
    this.playOrders++;
  }

  stopPlaying(): void {
    this.#playing = null;
    this.playOrders++;
  }

  /** @returns false when the peer has no telephone-event or too many keys wait */
  press(code: number, durationMs: number, nowMs: number): boolean {
    if ((this.#remote?.telephoneEventPayloadType ?? null) === null) return false;
    if (this.#presses.length >= maxDigits) return false;
    if (!this.isPaced) this.#dueAtMs = this.#firstDue(nowMs);
    this.#presses.push(new DigitPress(code, durationMs));
    return true;
  }

  /** Sends what is due of our own packets; called every 5 ms. */
  pace(nowMs: number): void {
    const packetMs = this.#remote?.packetMs ?? 20;
    while (this.isPaced && this.#dueAtMs <= nowMs) {
      if (nowMs - this.#dueAtMs > maxLateMs) this.#skip(packetMs);
      else if (this.#presses.length > 0) this.#sendPress(packetMs);
      else this.#sendPrompt(packetMs);
      this.#dueAtMs += packetMs;
    }
  }

  /** Sends 20 ms of the N−1 mix. @param sum 160 samples, not yet limited to 16 bits */
  sendMix(sum: Int32Array, nowMs: number): void {
    const remote = this.#remote;
    if (remote === null || !this.canSend || this.isPaced) return;
    const bytes = this.#buffer(sum.length);
    const encode = remote.codec === 'PCMU' ? linearToUlaw : linearToAlaw;
    for (let i = 0; i < sum.length; i++) {
      const sample = sum[i] ?? 0;
      bytes[rtpHeaderBytes + i] = encode(
        sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample,
      );
    }
    this.#sendOwn(this, bytes, remote.payloadType, sum.length, nowMs);
  }

  #firstDue(nowMs: number): number {
    return Math.ceil((nowMs - this.#phaseMs) / 20) * 20 + this.#phaseMs;
  }

  #skip(packetMs: number): void {
    this.skipped++;
    this.stream.skip(packetMs * ticksPerMs);
    const playing = this.#playing;
    if (playing !== null && this.#presses.length === 0)
      this.#advance(playing, packetMs * ticksPerMs);
  }

  #sendPress(packetMs: number): void {
    const press = this.#presses[0];
    const payloadType = this.#remote?.telephoneEventPayloadType ?? null;
    if (press === undefined) return;
    if (payloadType === null) {
      this.#presses.length = 0;
      return;
    }
    const bytes = this.#buffer(telephoneEventBytes);
    const isFirst = press.isFirst;
    const state = press.next(bytes, rtpHeaderBytes, packetMs * ticksPerMs);
    if (this.canSend) {
      this.stream.event(press, isFirst, press.totalTicks, this.#dueAtMs);
      this.#sendBytes(bytes, payloadType);
    }
    if (state === 'more') return;
    this.#presses.shift();
    this.#dueAtMs += betweenDigitsMs;
  }

  #sendPrompt(packetMs: number): void {
    const playing = this.#playing;
    if (playing === null) return;
    const ticks = packetMs * ticksPerMs;
    const remote = this.#remote;
    if (remote !== null && this.canSend) {
      const bytes = this.#buffer(ticks);
      const source = promptBytes(playing.prompt, remote.codec);
      for (let i = 0; i < ticks; i++) {
        const at = playing.loop ? (playing.at + i) % source.length : playing.at + i;
        bytes[rtpHeaderBytes + i] = source[at] ?? silenceOf(remote.codec);
      }
      this.#sendOwn(playing, bytes, remote.payloadType, ticks, this.#dueAtMs);
    }
    this.#advance(playing, ticks);
  }

  #advance(playing: Playing, ticks: number): void {
    const length = playing.prompt.ulaw.length;
    playing.playedMs += Math.min(ticks, playing.loop ? ticks : length - playing.at) / ticksPerMs;
    playing.at += ticks;
    if (playing.loop) playing.at %= length;
    else if (playing.at >= length) {
      this.#playing = null;
      playing.ended(playing.playedMs);
    }
  }

  #sendOwn(
    source: object,
    bytes: Uint8Array,
    payloadType: number,
    ticks: number,
    nowMs: number,
  ): void {
    this.stream.own(source, ticks, nowMs);
    this.#sendBytes(bytes, payloadType);
  }

  #sendBytes(bytes: Uint8Array, payloadType: number): void {
    this.stream.header.payloadType = payloadType;
    this.stream.octets += bytes.length - rtpHeaderBytes;
    writeRtpHeader(this.stream.header, bytes, 0);
    this.#send(bytes);
  }

  /** The next buffer in turn, made once per size. */
  #buffer(payloadBytes: number): Uint8Array {
    this.#bufferIndex = (this.#bufferIndex + 1) % bufferCount;
    const size = rtpHeaderBytes + payloadBytes;
    const buffer = this.#buffers[this.#bufferIndex];
    if (buffer?.length === size) return buffer;
    const made = new Uint8Array(size);
    this.#buffers[this.#bufferIndex] = made;
    return made;
  }
}
