import type { G711Codec } from '#audio/g711.ts';
import type { LegId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { LegStats, MediaEvent, RemoteMedia } from '#ports/media-plane.ts';
import { isRtcp, type RtpView } from '#protocol/rtp/packet.ts';
import { Reception } from '#protocol/rtp/reception.ts';
import type { IncomingPacket } from '#protocol/rtp/reorder.ts';
import { readRtcp } from '#protocol/rtp/rtcp.ts';
import { DigitReceiver } from '#protocol/rtp/telephone-event.ts';
import { LegSender } from './leg-sender.ts';
import { codecNumber, type LegTrack } from './leg-track.ts';
import type { MediaSocket } from './media-socket.ts';
import type { MixFeed } from './mix-feed.ts';
import { OutgoingStream } from './outgoing-stream.ts';
import { RtcpSession } from './rtcp-session.ts';
import { SourceLatch } from './source-latch.ts';

/** What all legs of one media thread share. The view and the packet are scratch: good within one datagram. */
export interface LegContext {
  readonly clock: Pick<Clock, 'nowMs' | 'monoMs'>;
  readonly view: RtpView;
  readonly packet: IncomingPacket;
  /** 0…1 */
  readonly random: () => number;
  readonly silentAfterMs: number;
}

/** The peer may come back from another port after so long without a packet. */
const reopenAfterMs = 2_000;

/** One leg: its two sockets, who the peer is, what it says (to tracks, hearers and mixers) and what it hears. */
export class MediaLeg {
  readonly id: LegId;
  readonly sender: LegSender;
  /** Where what this peer says is relayed to; kept by the call. */
  relayTo: readonly LegSender[] = [];
  /** Present while somebody hears this leg in a mix. */
  feed: MixFeed | null = null;
  /** Present while somebody outside of the call listens to this leg. */
  ear: MixFeed | null = null;
  readonly tracks = new Set<LegTrack>();
  readonly #context: LegContext;
  readonly #emit: (event: MediaEvent) => void;
  readonly #latch = new SourceLatch();
  readonly #reception = new Reception();
  readonly #digits: DigitReceiver;
  readonly #rtcp: RtcpSession;
  readonly #counts = { foreign: 0, malformed: 0, overflow: 0 };
  #rtp: MediaSocket | null = null;
  #rtcpSocket: MediaSocket | null = null;
  #rtcpFrom: { address: string; port: number } | null = null;
  #remote: RemoteMedia | null = null;
  #canReceive = false;
  #lastHeardMs = 0;
  #silentReports = 0;

  constructor(id: LegId, context: LegContext, phaseMs: number, emit: (event: MediaEvent) => void) {
    this.id = id;
    this.#context = context;
    this.#emit = emit;
    const number = (limit: number): number => Math.floor(context.random() * limit);
    const stream = new OutgoingStream(number(2 ** 32), number(2 ** 15), number(2 ** 31));
    this.sender = new LegSender(stream, phaseMs, (bytes) => this.#sendRtp(bytes));
    this.#digits = new DigitReceiver((digit, durationMs) =>
      emit({ kind: 'digit', legId: id, digit, durationMs }),
    );
    const now = context.clock.monoMs();
    this.#rtcp = new RtcpSession(
      `${number(2 ** 47).toString(36)}@callreel`,
      stream,
      this.#reception,
      now,
    );
  }

  attach(rtp: MediaSocket, rtcp: MediaSocket): void {
    this.#rtp = rtp;
    this.#rtcpSocket = rtcp;
  }

  setRemote(remote: RemoteMedia): void {
    if (this.#latch.signal(remote.address, remote.port)) {
      this.#rtp?.disconnect();
      this.#rtcpFrom = null;
    }
    // A hold or a move often restarts the sender's timestamps.
    this.#reception.expectRestart();
    const canReceive = remote.direction === 'sendrecv' || remote.direction === 'recvonly';
    if (canReceive && !this.#canReceive) {
      this.#heardNow(this.#context.clock.monoMs());
      // What was not relayed meanwhile must not look like loss to the hearers.
      for (const sender of this.relayTo) sender.stream.forgetSource();
    }
    this.#canReceive = canReceive;
    this.#remote = remote;
    this.sender.setRemote(remote);
  }

  /** One datagram on the RTP port. */
  receive(bytes: Uint8Array, address: string, port: number): void {
    if (this.#remote?.rtcpMux === true && isRtcp(bytes)) {
      this.receiveRtcp(bytes, address, port);
      return;
    }
    const { view } = this.#context;
    const kind = view.read(bytes) === null ? this.#kindOf(view.payloadType) : null;
    if (kind === null) {
      this.#counts.malformed++;
      return;
    }
    const nowMs = this.#context.clock.monoMs();
    if (!this.#latch.accepts(address, port, nowMs)) {
      this.#counts.foreign++;
      return;
    }
    const arrival = this.#reception.accept(view, nowMs, kind !== 'event');
    if (arrival === 'stray') {
      this.#counts.malformed++;
      return;
    }
    if (arrival === 'first') this.#emit({ kind: 'firstPacket', legId: this.id });
    if (arrival === 'epoch') this.#restarted(nowMs);
    this.#heardNow(nowMs);
    if (this.#latch.isFirm && this.#rtp?.isConnected === false) this.#rtp.connect(port, address);
    this.#pass(bytes, kind, nowMs);
  }

  #restarted(nowMs: number): void {
    for (const track of this.tracks) track.restart(nowMs);
    for (const sender of this.relayTo) sender.stream.forgetSource();
  }

  #kindOf(payloadType: number): G711Codec | 'event' | null {
    const remote = this.#remote;
    if (remote === null) return null;
    if (payloadType === remote.payloadType) return remote.codec;
    if (payloadType === remote.telephoneEventPayloadType) return 'event';
    // The static types name themselves, also when the peer changes law without saying so.
    if (payloadType === 0) return 'PCMU';
    return payloadType === 8 ? 'PCMA' : null;
  }

  #pass(bytes: Uint8Array, kind: G711Codec | 'event', nowMs: number): void {
    const { view, packet } = this.#context;
    packet.extendedSequence = this.#reception.extendedSequence;
    packet.extendedTimestamp = this.#reception.extendedTimestamp;
    packet.arrivalMs = nowMs;
    packet.bytes = bytes;
    packet.payloadAt = view.payloadAt;
    packet.payloadLength = view.payloadLength;
    if (kind === 'event') {
      if (!this.#digits.accept(view.timestamp, bytes, view.payloadAt, view.payloadLength, nowMs))
        this.#counts.malformed++;
      // The recorder only learns that this number is not missing.
      packet.payloadLength = 0;
      for (const track of this.tracks) track.take(packet);
      packet.payloadLength = view.payloadLength;
    } else {
      packet.payloadType = codecNumber(kind);
      for (const track of this.tracks) track.take(packet);
      if (this.#canReceive) {
        const { extendedTimestamp } = packet;
        this.feed?.write(extendedTimestamp, kind, bytes, view.payloadAt, view.payloadLength);
        this.ear?.write(extendedTimestamp, kind, bytes, view.payloadAt, view.payloadLength);
      }
    }
    if (this.#canReceive) this.#relay(kind, view.marker);
  }

  #relay(kind: G711Codec | 'event', marker: boolean): void {
    const { packet } = this.#context;
    const original = packet.bytes;
    const last = this.relayTo.length - 1;
    for (let i = 0; i <= last; i++) {
      // The last hearer rewrites the datagram itself; several hearers are rare.
      if (i < last) packet.bytes = Uint8Array.from(original);
      else packet.bytes = original;
      const sender = this.relayTo[i];
      if (kind === 'event') sender?.relayEvent(this, packet, marker);
      else sender?.relay(this, packet, kind, marker);
    }
  }

  /** One datagram of RTCP, on its own port or on the RTP port. */
  receiveRtcp(bytes: Uint8Array, address: string, port: number): void {
    // RTCP comes from the host that sends RTP; its port is its own behind NAT.
    if (this.#latch.address !== address) {
      this.#counts.foreign++;
      return;
    }
    const read = readRtcp(bytes);
    if (!read.ok) {
      this.#counts.malformed++;
      return;
    }
    if (this.#remote?.rtcpMux === false) this.#rtcpFrom = { address, port };
    this.#rtcp.read(read.value, this.#context.clock.monoMs(), this.#context.clock.nowMs());
  }

  /** Ten times a second: what depends on time but not on packets. */
  sweep(nowMs: number): void {
    for (const track of this.tracks) track.expire(nowMs);
    if (this.#digits.isPressed) this.#digits.expire(nowMs);
    const silentMs = nowMs - this.#lastHeardMs;
    if (this.#canReceive && silentMs >= reopenAfterMs) this.#checkSilence(silentMs);
    if (nowMs >= this.#rtcp.dueAtMs && this.#remote !== null) {
      this.#sendRtcp(nowMs, false);
      this.#emit({ kind: 'legStats', legId: this.id, stats: this.stats });
    }
  }

  #heardNow(nowMs: number): void {
    this.#lastHeardMs = nowMs;
    this.#silentReports = 0;
  }

  #checkSilence(silentMs: number): void {
    if (this.#latch.isLatched) {
      this.#latch.reopen();
      this.#rtp?.disconnect();
    }
    const due = Math.floor(silentMs / this.#context.silentAfterMs);
    if (due <= this.#silentReports) return;
    this.#silentReports = due;
    this.#emit({ kind: 'silent', legId: this.id, silentMs: Math.round(silentMs) });
  }

  #sendRtp(bytes: Uint8Array): void {
    if (this.#latch.port !== 0) this.#rtp?.send(bytes, this.#latch.port, this.#latch.address);
  }

  #sendRtcp(nowMs: number, bye: boolean): void {
    const remote = this.#remote;
    if (remote === null || remote.port === 0 || remote.direction === 'inactive') return;
    const { clock, random } = this.#context;
    const bytes = this.#rtcp.write(nowMs, clock.nowMs(), random(), bye);
    if (remote.rtcpMux) this.#sendRtp(bytes);
    else {
      const to = this.#rtcpFrom ?? { address: this.#latch.address, port: this.#latch.port + 1 };
      this.#rtcpSocket?.send(bytes, to.port, to.address);
    }
  }

  get stats(): LegStats {
    let overflow = this.#counts.overflow + this.sender.skipped + (this.feed?.dropped ?? 0) / 160;
    for (const track of this.tracks) overflow += track.dropped;
    const { remoteLost, roundTripMs } = this.#rtcp;
    return {
      received: this.#reception.received,
      sent: this.sender.stream.packets,
      lost: this.#reception.lost,
      jitterMs: this.#reception.jitterMs,
      droppedForeignSource: this.#counts.foreign,
      droppedMalformed: this.#counts.malformed,
      droppedOverflow: Math.round(overflow),
      ...(remoteLost < 0 ? {} : { remoteLost }),
      ...(roundTripMs < 0 ? {} : { roundTripMs }),
    };
  }

  /** A track of this leg is over: its drops stay in the totals. */
  removeTrack(track: LegTrack): void {
    if (this.tracks.delete(track)) this.#counts.overflow += track.dropped;
  }

  /** Says BYE, closes both sockets. Idempotent. */
  close(): void {
    if (this.#rtp !== null) this.#sendRtcp(this.#context.clock.monoMs(), true);
    this.#rtp?.close();
    this.#rtcpSocket?.close();
    this.#rtp = null;
    this.#rtcpSocket = null;
  }
}
