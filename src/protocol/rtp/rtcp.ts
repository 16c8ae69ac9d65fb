/**
 * RTCP compound packets: sender and receiver reports with CNAME, and BYE.
 *
 * @see RFC 3550 §6.1, §6.4, §6.5, §6.6
 */
import { ok, refuse, type Result } from '#base/result.ts';
import { readUint16, readUint32, writeUint16, writeUint32 } from './packet.ts';

const senderReportType = 200;
const receiverReportType = 201;
const sourceDescriptionType = 202;
const byeType = 203;
/** Seconds from 1900 (NTP) to 1970 (Unix). */
const ntpEpochSeconds = 2_208_988_800;
/** Enough for a report with one block, a CNAME of 255 bytes and BYE. */
export const rtcpBufferBytes = 512;

/** What one receiver says of one source (§6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** In 256ths, since the last report. */
  readonly fractionLost: number;
  /** −2^23…2^23−1 */
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  readonly jitterTicks: number;
  /** Middle 32 bits of the NTP time of the last sender report, 0 when none came. */
  readonly lastSenderReport: number;
  /** In 1/65,536 s, since that report arrived. */
  readonly delaySinceLastSenderReport: number;
}

/** What a sender says of its own stream. */
export interface SenderInfo {
  readonly wallMs: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly octets: number;
}

export interface RtcpReport {
  readonly ssrc: number;
  readonly cname: string;
  /** Null = receiver report: nothing was sent since the last one. */
  readonly sender: SenderInfo | null;
  readonly block: ReportBlock | null;
  /** Adds BYE: the stream ends here. */
  readonly bye: boolean;
}

export type RtcpPacket =
  | {
      readonly kind: 'senderReport';
      readonly ssrc: number;
      /** Middle 32 bits of the NTP time, to be given back as `lastSenderReport`. */
      readonly ntpMiddle: number;
      readonly blocks: readonly ReportBlock[];
    }
  | {
      readonly kind: 'receiverReport';
      readonly ssrc: number;
      readonly blocks: readonly ReportBlock[];
    }
  | { readonly kind: 'sourceDescription'; readonly ssrc: number; readonly cname: string | null }
  | { readonly kind: 'bye'; readonly ssrcs: readonly number[] };

const writeHead = (bytes: Uint8Array, at: number, type: number, count: number, end: number) => {
  bytes[at] = 0x80 | count;
  bytes[at + 1] = type;
  writeUint16(bytes, at + 2, (end - at) / 4 - 1);
};

const writeSender = (bytes: Uint8Array, at: number, sender: SenderInfo): number => {
  const seconds = Math.floor(sender.wallMs / 1000);
  writeUint32(bytes, at, seconds + ntpEpochSeconds);
  writeUint32(bytes, at + 4, Math.floor(((sender.wallMs - seconds * 1000) / 1000) * 2 ** 32));
  writeUint32(bytes, at + 8, sender.rtpTimestamp);
  writeUint32(bytes, at + 12, sender.packets);
  writeUint32(bytes, at + 16, sender.octets);
  return at + 20;
};

const writeBlock = (bytes: Uint8Array, at: number, block: ReportBlock): number => {
  writeUint32(bytes, at, block.ssrc);
  const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, block.cumulativeLost));
  writeUint32(bytes, at + 4, ((block.fractionLost & 0xff) << 24) | (lost & 0xff_ffff));
  writeUint32(bytes, at + 8, block.highestSequence);
  writeUint32(bytes, at + 12, block.jitterTicks);
  writeUint32(bytes, at + 16, block.lastSenderReport);
  writeUint32(bytes, at + 20, block.delaySinceLastSenderReport);
  return at + 24;
};

const writeCname = (bytes: Uint8Array, start: number, ssrc: number, cname: string): number => {
  let at = start + 4;
  writeUint32(bytes, at, ssrc);
  const name = Buffer.from(cname, 'utf8').subarray(0, 255);
  bytes[at + 4] = 1;
  bytes[at + 5] = name.length;
  bytes.set(name, at + 6);
  at += 6 + name.length;
  // The item list ends with a zero byte, then fills up to the word.
  do bytes[at++] = 0;
  while (at % 4 !== start % 4);
  writeHead(bytes, start, sourceDescriptionType, 1, at);
  return at;
};

/**
 * Writes one compound packet from the beginning of `bytes`.
 *
 * @param bytes at least `rtcpBufferBytes` long
 * @returns its length
 */
export const writeRtcp = (bytes: Uint8Array, report: RtcpReport): number => {
  writeUint32(bytes, 4, report.ssrc);
  let at = 8;
  if (report.sender !== null) at = writeSender(bytes, at, report.sender);
  if (report.block !== null) at = writeBlock(bytes, at, report.block);
  const type = report.sender === null ? receiverReportType : senderReportType;
  writeHead(bytes, 0, type, report.block === null ? 0 : 1, at);
  at = writeCname(bytes, at, report.ssrc, report.cname);
  if (!report.bye) return at;
  writeHead(bytes, at, byeType, 1, at + 8);
  writeUint32(bytes, at + 4, report.ssrc);
  return at + 8;
};

const readBlocks = (bytes: Uint8Array, from: number, count: number, end: number): ReportBlock[] => {
  const blocks: ReportBlock[] = [];
  for (let at = from; blocks.length < count && at + 24 <= end; at += 24) {
    const loss = readUint32(bytes, at + 4);
    blocks.push({
      ssrc: readUint32(bytes, at),
      fractionLost: loss >>> 24,
      cumulativeLost: (loss << 8) >> 8,
      highestSequence: readUint32(bytes, at + 8),
      jitterTicks: readUint32(bytes, at + 12),
      lastSenderReport: readUint32(bytes, at + 16),
      delaySinceLastSenderReport: readUint32(bytes, at + 20),
    });
  }
  return blocks;
};

const readCname = (bytes: Uint8Array, from: number, end: number): string | null => {
  for (let at = from; at + 2 <= end && bytes[at] !== 0; at += 2 + (bytes[at + 1] ?? 0)) {
    const length = bytes[at + 1] ?? 0;
    if (bytes[at] === 1 && at + 2 + length <= end)
      return Buffer.from(bytes.subarray(at + 2, at + 2 + length)).toString('utf8');
  }
  return null;
};

const readOne = (bytes: Uint8Array, at: number, end: number): RtcpPacket | null => {
  const count = (bytes[at] ?? 0) & 0x1f;
  const ssrc = readUint32(bytes, at + 4);
  switch (bytes[at + 1]) {
    case senderReportType: {
      if (at + 28 > end) return null;
      const ntpMiddle = readUint16(bytes, at + 10) * 0x1_0000 + readUint16(bytes, at + 12);
      const blocks = readBlocks(bytes, at + 28, count, end);
      return { kind: 'senderReport', ssrc, ntpMiddle, blocks };
    }
    case receiverReportType:
      return { kind: 'receiverReport', ssrc, blocks: readBlocks(bytes, at + 8, count, end) };
    case sourceDescriptionType:
      return { kind: 'sourceDescription', ssrc, cname: readCname(bytes, at + 8, end) };
    case byeType: {
      const ssrcs: number[] = [];
      for (let i = 0; i < count && at + 8 + i * 4 <= end; i++)
        ssrcs.push(readUint32(bytes, at + 4 + i * 4));
      return { kind: 'bye', ssrcs };
    }
    default:
      return null;
  }
};

/**
 * Reads a compound packet. Kinds that are not spoken here (APP, feedback, extended reports) are skipped.
 *
 * @returns refused with the rule that is broken: RFC 3550 §A.2 wants version 2, a report first and lengths that add up. Never throws
 */
export const readRtcp = (
  bytes: Uint8Array,
): Result<readonly RtcpPacket[], 'too-short' | 'version' | 'first-packet' | 'length'> => {
  if (bytes.length < 8) return refuse('too-short');
  const first = bytes[1] ?? 0;
  if (first !== senderReportType && first !== receiverReportType) return refuse('first-packet');
  const packets: RtcpPacket[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) return refuse('length');
    if ((bytes[at] ?? 0) >> 6 !== 2) return refuse('version');
    const end = at + (readUint16(bytes, at + 2) + 1) * 4;
    if (end > bytes.length) return refuse('length');
    const packet = end - at < 8 ? null : readOne(bytes, at, end);
    if (packet !== null) packets.push(packet);
    at = end;
  }
  return ok(packets);
};

/** Middle 32 bits of the NTP form of a wall-clock instant, in 1/65,536 s: what report blocks reckon in. */
export const ntpMiddleOf = (wallMs: number): number =>
  Math.floor((wallMs / 1000 + ntpEpochSeconds) * 65_536) % 2 ** 32;
