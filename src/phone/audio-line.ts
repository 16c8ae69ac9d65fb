/** The voice of one call: an RTP socket that speaks every 20 ms from a queue, and keeps what it hears. */
import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { encodeG711 } from '#audio/g711.ts';
import { Fault } from '#base/fault.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import { isRtcp, RtpView, rtpHeaderBytes, writeRtpHeader } from '#protocol/rtp/packet.ts';
import {
  digitCode,
  DigitPress,
  DigitReceiver,
  telephoneEventBytes,
} from '#protocol/rtp/telephone-event.ts';
import type { RemoteMedia } from '#protocol/sdp/offer-answer.ts';
import { Heard } from './heard.ts';
import { type Spoken, SpeechQueue } from './speech-queue.ts';

const ticksPerMs = 8;
/** A sleep of the machine longer than this is not made up for packet by packet. */
const mostLateMs = 500;

interface Pressing {
  readonly press: DigitPress;
  readonly timestamp: number;
  readonly done: () => void;
}

const canSend = ({ direction }: RemoteMedia): boolean =>
  direction === 'sendrecv' || direction === 'sendonly';

export class AudioLine {
  readonly port: number;
  readonly heard: Heard;
  /** Keys that the other side pressed, in order. */
  readonly digits: string[] = [];
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #view = new RtpView();
  readonly #queue = new SpeechQueue();
  readonly #presses: { readonly code: number; readonly ms: number; readonly done: () => void }[] =
    [];
  readonly #receiver = new DigitReceiver((digit) => this.digits.push(digit));
  readonly #header = {
    payloadType: 0,
    marker: true,
    sequence: randomInt(0x1_0000),
    timestamp: randomInt(0x1_0000_0000),
    ssrc: randomInt(0x1_0000_0000),
  };
  #remote: RemoteMedia | null = null;
  #pressing: Pressing | null = null;
  #frames = new Int16Array(160);
  #dueAtMonoMs = 0;
  #timer: Timer | null = null;
  #isClosed = false;

  private constructor(socket: Socket, clock: Clock, keepHeardMs: number) {
    this.#socket = socket;
    this.#clock = clock;
    this.port = socket.address().port;
    this.heard = new Heard(keepHeardMs);
    socket.on('message', (bytes: Buffer, peer) => this.#receive(bytes, peer.address, peer.port));
    // A refused packet (the other side is gone) is what happens at the end of a call.
    socket.on('error', () => undefined);
  }

  /**
   * Binds any free port.
   *
   * @throws {Fault} `phone/no-port`
   */
  static async open(host: string, clock: Clock, keepHeardMs: number): Promise<AudioLine> {
    const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (cause) =>
        reject(new Fault('phone/no-port', `no RTP port on ${host}: ${cause.message}`, { cause })),
      );
      socket.bind(0, host, resolve);
    });
    socket.removeAllListeners('error');
    return new AudioLine(socket, clock, keepHeardMs);
  }

  /** Speaks and listens as agreed from now on; may be called again (hold, resume). */
  agree(remote: RemoteMedia): void {
    const wasSending = this.#remote !== null && canSend(this.#remote);
    this.#remote = remote;
    this.#frames = new Int16Array(remote.packetMs * ticksPerMs);
    if (canSend(remote) && !wasSending) this.#header.marker = true;
    if (this.#timer !== null || this.#isClosed) return;
    this.#dueAtMonoMs = this.#clock.monoMs();
    this.#turn();
  }

  /** Says samples (s16 mono, 8,000 Hz) behind what waits already; on hold it waits for the resume. */
  say(samples: Int16Array): Promise<Spoken> {
    if (!this.#isClosed) return this.#queue.add(samples, this.#clock.monoMs());
    const now = this.#clock.monoMs();
    return Promise.resolve({ startedAtMonoMs: now, endedAtMonoMs: now, isWhole: false, frames: 0 });
  }

  hush(): void {
    this.#queue.clear(this.#clock.monoMs());
  }

  /**
   * Presses a key as a telephone-event.
   *
   * @throws {Fault} `phone/no-key` for what no telephone has, or when the other side knows no telephone-event
   */
  press(digit: string, durationMs: number): Promise<void> {
    const code = digitCode(digit);
    if (code === null)
      throw new Fault('phone/no-key', `no telephone has a key ${JSON.stringify(digit)}`);
    if (this.#remote?.telephoneEventPayloadType === null)
      throw new Fault('phone/no-key', 'the other side takes no telephone-event', { blame: 'peer' });
    if (this.#isClosed) return Promise.resolve();
    return new Promise((done) => this.#presses.push({ code, ms: durationMs, done }));
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    this.hush();
    this.#pressing?.done();
    for (const { done } of this.#presses.splice(0)) done();
    this.#socket.close();
  }

  /** Deadlines are absolute: a late turn sends what is due and moves none of the next. */
  #turn(): void {
    const remote = this.#remote;
    if (remote === null || this.#isClosed) return;
    const now = this.#clock.monoMs();
    if (now - this.#dueAtMonoMs > mostLateMs) {
      const missed = Math.floor((now - this.#dueAtMonoMs) / remote.packetMs);
      this.#header.timestamp += missed * remote.packetMs * ticksPerMs;
      this.#dueAtMonoMs += missed * remote.packetMs;
    }
    while (this.#dueAtMonoMs <= now) {
      this.#speak(remote);
      this.#header.timestamp += remote.packetMs * ticksPerMs;
      this.#dueAtMonoMs += remote.packetMs;
    }
    if (this.#receiver.isPressed) this.#receiver.expire(now);
    this.#timer = this.#clock.setTimer(Math.max(0, this.#dueAtMonoMs - now), () => this.#turn());
  }

  #speak(remote: RemoteMedia): void {
    if (!canSend(remote)) return;
    this.#startPress();
    if (this.#pressing && remote.telephoneEventPayloadType !== null) {
      this.#sendPress(this.#pressing, remote, remote.telephoneEventPayloadType);
      return;
    }
    // The instant a packet was due is the one its timestamp stands for, also when the turn was late.
    this.#queue.fill(this.#frames, this.#dueAtMonoMs, remote.packetMs);
    const packet = new Uint8Array(rtpHeaderBytes + this.#frames.length);
    encodeG711(remote.codec, this.#frames, packet, { targetAt: rtpHeaderBytes });
    this.#header.payloadType = remote.payloadType;
    this.#send(packet, remote);
  }

  #startPress(): void {
    const next = this.#pressing === null ? this.#presses.shift() : undefined;
    if (!next) return;
    const press = new DigitPress(next.code, next.ms);
    this.#pressing = { press, timestamp: this.#header.timestamp, done: next.done };
  }

  #sendPress(pressing: Pressing, remote: RemoteMedia, payloadType: number): void {
    const packet = new Uint8Array(rtpHeaderBytes + telephoneEventBytes);
    this.#header.marker = pressing.press.isFirst;
    const step = remote.packetMs * ticksPerMs;
    const progress = pressing.press.next(packet, rtpHeaderBytes, step);
    const { timestamp } = this.#header;
    this.#header.payloadType = payloadType;
    // All packets of one press carry the instant at which it began (RFC 4733 §2.5.1.2).
    this.#header.timestamp = pressing.timestamp;
    this.#send(packet, remote);
    this.#header.timestamp = timestamp;
    if (progress === 'more') return;
    this.#pressing = null;
    this.#header.marker = true;
    pressing.done();
  }

  #send(packet: Uint8Array, remote: RemoteMedia): void {
    writeRtpHeader(this.#header, packet, 0);
    this.#header.sequence++;
    this.#header.marker = false;
    this.#socket.send(packet, remote.port, remote.address, () => undefined);
  }

  #receive(bytes: Buffer, address: string, port: number): void {
    const remote = this.#remote;
    if (remote === null || address !== remote.address || port !== remote.port) return;
    if (isRtcp(bytes) || this.#view.read(bytes) !== null) return;
    const { payloadType, timestamp, ssrc, payloadAt, payloadLength } = this.#view;
    const now = this.#clock.monoMs();
    if (payloadType === remote.telephoneEventPayloadType)
      this.#receiver.accept(timestamp, bytes, payloadAt, payloadLength, now);
    else if (payloadType === remote.payloadType)
      this.heard.add({ ssrc, timestamp, bytes, payloadAt, payloadLength }, remote.codec, now);
  }
}
