import type { SenderInfo, RtcpPacket, ReportBlock } from '#protocol/rtp/rtcp.ts';
import { ntpMiddleOf, rtcpBufferBytes, writeRtcp } from '#protocol/rtp/rtcp.ts';
import type { Reception } from '#protocol/rtp/reception.ts';
import type { OutgoingStream } from './outgoing-stream.ts';

/** RFC 3550 §6.2: five seconds, spread by half on either side so that legs do not speak in chorus (§6.3.1). */
const intervalMs = 5_000;

/** The reports of one leg: says how our stream stands and how the peer's is heard, and learns the same from the peer. */
export class RtcpSession {
  /** Our loss as the peer counts it; −1 before its first report. */
  remoteLost = -1;
  /** −1 before the peer answered a sender report. */
  roundTripMs = -1;
  dueAtMs: number;
  readonly #cname: string;
  readonly #outgoing: OutgoingStream;
  readonly #reception: Reception;
  #packetsReported = 0;
  #lastSenderReport = 0;
  #lastSenderReportAtMs = 0;

  constructor(cname: string, outgoing: OutgoingStream, reception: Reception, nowMs: number) {
    this.#cname = cname;
    this.#outgoing = outgoing;
    this.#reception = reception;
    this.dueAtMs = nowMs + intervalMs / 2;
  }

  /**
   * The next compound packet, in a buffer of its own: RTCP is rare.
   *
   * @param spread 0…1, random @param nowMs monotonic @param wallMs Unix
   */
  write(nowMs: number, wallMs: number, spread: number, bye: boolean): Uint8Array {
    this.dueAtMs = nowMs + intervalMs * (0.5 + spread);
    const bytes = new Uint8Array(rtcpBufferBytes);
    const length = writeRtcp(bytes, {
      ssrc: this.#outgoing.header.ssrc,
      cname: this.#cname,
      sender: this.#sender(nowMs, wallMs),
      block: this.#block(nowMs),
      bye,
    });
    return bytes.subarray(0, length);
  }

  read(packets: readonly RtcpPacket[], nowMs: number, wallMs: number): void {
    for (const packet of packets) {
      if (packet.kind !== 'senderReport' && packet.kind !== 'receiverReport') continue;
      if (packet.kind === 'senderReport') {
        this.#lastSenderReport = packet.ntpMiddle;
        this.#lastSenderReportAtMs = nowMs;
      }
      for (const block of packet.blocks)
        if (block.ssrc === this.#outgoing.header.ssrc) this.#learn(block, wallMs);
    }
  }

  #learn(block: ReportBlock, wallMs: number): void {
    this.remoteLost = block.cumulativeLost;
    if (block.lastSenderReport === 0) return;
    const trip = ntpMiddleOf(wallMs) - block.lastSenderReport - block.delaySinceLastSenderReport;
    // Modulo 2^32; a wall clock that stepped back would make it huge: then it tells nothing.
    const ms = ((trip >>> 0) / 65_536) * 1000;
    if (ms < 60_000) this.roundTripMs = ms;
  }

  #sender(nowMs: number, wallMs: number): SenderInfo | null {
    const { packets, octets } = this.#outgoing;
    if (packets === this.#packetsReported) return null;
    this.#packetsReported = packets;
    return { wallMs, rtpTimestamp: this.#outgoing.timestampAt(nowMs), packets, octets };
  }

  #block(nowMs: number): ReportBlock | null {
    const reception = this.#reception;
    if (reception.received === 0) return null;
    const heard = this.#lastSenderReport !== 0;
    const delay = heard ? Math.round(((nowMs - this.#lastSenderReportAtMs) / 1000) * 65_536) : 0;
    return {
      ssrc: reception.ssrc,
      fractionLost: reception.takeFractionLost(),
      cumulativeLost: reception.lost,
      highestSequence: reception.extendedHighest,
      jitterTicks: reception.jitterTicks,
      lastSenderReport: this.#lastSenderReport,
      delaySinceLastSenderReport: delay,
    };
  }
}
