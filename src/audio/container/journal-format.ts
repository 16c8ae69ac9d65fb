/**
 * Layout of a journal (`.crj`): the append-only raw capture of one track. All numbers are big-endian.
 *
 * ```
 * file    ┌ 0  u32 magic "CRJ1"  ┌ 4  u16 version = 1  ┌ 6  u16 reserved = 0
 * header  ├ 8  u32 length of the facts                 ├ 12 u32 CRC-32 over bytes 0–11 and the facts
 *         └ 16 facts: JSON, UTF-8, ≤ 4,096 bytes, in clear (the recording's key lies there sealed)
 *
 * block   ┌ 0  u16 magic "CB"  ┌ 2  u8 kind: 1 audio, 2 mark  ┌ 3  u8 flags: 1 = A-law, 0x80 = written by salvage
 * header  ├ 4  u32 block number, from 0 without gaps          ├ 8  u32 length of the body
 * 32      ├ 12 u32 ticks from the first timestamp to the end of the packet that came with the least delay
 * bytes   ├ 16 i64 extended RTP timestamp of the first sample (mark: media time of the mark)
 *         └ 24 u64 monotonic ns: arrival of that least-delayed packet (mark: instant of the mark)
 * body    encrypted, as long as in clear
 * tag     16 bytes; covers header and body, so a torn or altered block is known
 *
 * body of an audio block: u16 runs, then per run u32 ticks from the first timestamp + u16 samples, then all samples
 * body of a mark block:   the mark as JSON, UTF-8
 * ```
 *
 * A run is a stretch without a jump in RTP time: a lost packet costs six bytes, not a block. Silence, hold, pause and loss are
 * never bytes. A journal that was closed in good order ends with an `end` mark.
 */
import { crc32 } from '#base/crc32.ts';
import { Fault } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import type { G711Codec } from '../g711.ts';

export const fileMagic = 0x43_52_4a_31;
export const formatVersion = 1;
export const filePrefixBytes = 16;
export const factsLimitBytes = 4096;

export const blockMagic = 0x43_42;
export const blockHeaderBytes = 32;
export const tagBytes = 16;
export const runEntryBytes = 6;
/** More than a writer ever makes (one second of samples and its run table); longer is damage, not a block. */
export const bodyLimitBytes = 16_384;
export const markLimitBytes = 1024;

export const blockKinds = { audio: 1, mark: 2 } as const;
export const blockFlags = { alaw: 0x01, salvage: 0x80 } as const;

/** What a journal says of itself, so that an orphan can be told from its file alone. */
export interface JournalFacts {
  readonly callId: string;
  readonly recordingId: string;
  readonly trackId: string;
  readonly tenantId: string;
  /** 1 = end user, 2 = first agent, then in order of joining. */
  readonly participant: number;
  readonly participantKind: 'customer' | 'agent' | 'thirdParty';
  /** From 1. */
  readonly segment: number;
  /** The same instant on two clocks, to tell wall time from the monotonic stamps of the blocks. */
  readonly startedAtMs: number;
  /** Decimal, CLOCK_MONOTONIC of this machine since boot. */
  readonly startedAtMonoNs: string;
  /** Expected codec; each block carries its own. */
  readonly codec: G711Codec;
  /** The recording's key, sealed by the master key: opaque here. */
  readonly sealedKey: string;
}

export interface JournalHeader {
  readonly facts: JournalFacts;
  /** The header exactly as it lies in the file: the track's key is derived from these bytes. */
  readonly bytes: Uint8Array;
}

/** Encrypts and opens blocks of one track. The nonce is `blockNonce` of the header, the header is the associated data. */
export interface BlockCipher {
  /** Writes `clear` encrypted, then the tag, into `target` from `targetAt` on: `clear.length + tagBytes` bytes. */
  seal(header: Uint8Array, clear: Uint8Array, target: Uint8Array, targetAt: number): void;
  /** @returns the clear body, or undefined when the tag does not match */
  open(header: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

export interface BlockHeader {
  readonly kind: number;
  readonly flags: number;
  readonly number: number;
  readonly bodyBytes: number;
  readonly pairTicks: number;
  readonly timestamp: number;
  /** Microseconds of CLOCK_MONOTONIC; the fraction carries nanoseconds. */
  readonly monoUs: number;
}

/**
 * The payload of `TrackOrder.header`.
 *
 * @throws {Fault} `journal/facts-too-long` above 4,096 bytes
 */
export const encodeJournalFacts = (facts: JournalFacts): Uint8Array => {
  const bytes = new TextEncoder().encode(JSON.stringify(facts));
  if (bytes.length > factsLimitBytes)
    throw new Fault('journal/facts-too-long', `journal facts of ${bytes.length} bytes`);
  return bytes;
};

/**
 * The file header around the facts.
 *
 * @throws {Fault} `journal/facts-too-long` above 4,096 bytes
 */
export const encodeFileHeader = (facts: Uint8Array): Uint8Array => {
  if (facts.length > factsLimitBytes)
    throw new Fault('journal/facts-too-long', `journal facts of ${facts.length} bytes`);
  const bytes = new Uint8Array(filePrefixBytes + facts.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, fileMagic);
  view.setUint16(4, formatVersion);
  view.setUint32(8, facts.length);
  bytes.set(facts, filePrefixBytes);
  view.setUint32(12, crc32(facts, crc32(bytes.subarray(0, 12))));
  return bytes;
};

export type HeaderFlaw = 'short' | 'magic' | 'version' | 'length' | 'checksum' | 'facts';

const strings = [
  'callId',
  'recordingId',
  'trackId',
  'tenantId',
  'participantKind',
  'startedAtMonoNs',
  'codec',
  'sealedKey',
] as const;
const numbers = ['participant', 'segment', 'startedAtMs'] as const;

const parseFacts = (bytes: Uint8Array): JournalFacts | undefined => {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value !== 'object' || value === null) return undefined;
    const fields = value as Readonly<Record<string, unknown>>;
    const sound =
      strings.every((name) => typeof fields[name] === 'string') &&
      numbers.every((name) => Number.isSafeInteger(fields[name])) &&
      /^\d{1,20}$/.test(String(fields['startedAtMonoNs'])) &&
      (fields['codec'] === 'PCMU' || fields['codec'] === 'PCMA');
    return sound ? (value as JournalFacts) : undefined;
  } catch {
    // Whatever is wrong with the text, the caller learns that the facts are unreadable.
    return undefined;
  }
};

/**
 * Reads the file header at the beginning of `bytes` (4,112 bytes always suffice). Never throws on any bytes.
 *
 * @returns refused with the rule that is broken; `short` = give more bytes, or the file is torn
 */
export const readFileHeader = (bytes: Uint8Array): Result<JournalHeader, HeaderFlaw> => {
  if (bytes.length < filePrefixBytes) return refuse('short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== fileMagic) return refuse('magic');
  if (view.getUint16(4) !== formatVersion || view.getUint16(6) !== 0) return refuse('version');
  const length = view.getUint32(8);
  if (length > factsLimitBytes) return refuse('length');
  if (bytes.length < filePrefixBytes + length) return refuse('short');
  const payload = bytes.subarray(filePrefixBytes, filePrefixBytes + length);
  if (view.getUint32(12) !== crc32(payload, crc32(bytes.subarray(0, 12))))
    return refuse('checksum');
  const facts = parseFacts(payload);
  if (facts === undefined) return refuse('facts');
  return ok({ facts, bytes: bytes.slice(0, filePrefixBytes + length) });
};

const two32 = 4_294_967_296;
/** Microseconds in 2^32 nanoseconds. */
const usPerHigh = two32 / 1000;

/** Writes a block header at `at`; numbers are split by hand because a BigInt would be an allocation. */
export const writeBlockHeader = (target: Uint8Array, at: number, header: BlockHeader): void => {
  const view = new DataView(target.buffer, target.byteOffset + at, blockHeaderBytes);
  view.setUint16(0, blockMagic);
  view.setUint8(2, header.kind);
  view.setUint8(3, header.flags);
  view.setUint32(4, header.number);
  view.setUint32(8, header.bodyBytes);
  view.setUint32(12, header.pairTicks);
  const high = Math.floor(header.timestamp / two32);
  view.setInt32(16, high);
  view.setUint32(20, header.timestamp - high * two32);
  let monoHigh = Math.floor(header.monoUs / usPerHigh);
  let monoLow = Math.round((header.monoUs - monoHigh * usPerHigh) * 1000);
  if (monoLow >= two32) {
    monoHigh++;
    monoLow -= two32;
  }
  view.setUint32(24, monoHigh);
  view.setUint32(28, monoLow);
};

/** Reads a block header at `at`, or undefined when the magic is not there. 32 bytes have to follow `at`. */
export const readBlockHeader = (source: Uint8Array, at: number): BlockHeader | undefined => {
  const view = new DataView(source.buffer, source.byteOffset + at, blockHeaderBytes);
  if (view.getUint16(0) !== blockMagic) return undefined;
  return {
    kind: view.getUint8(2),
    flags: view.getUint8(3),
    number: view.getUint32(4),
    bodyBytes: view.getUint32(8),
    pairTicks: view.getUint32(12),
    timestamp: view.getInt32(16) * two32 + view.getUint32(20),
    monoUs: view.getUint32(24) * usPerHigh + view.getUint32(28) / 1000,
  };
};

/**
 * The 12-byte nonce of a block: its number, and who wrote it. The live writer and salvage count in different ranges, because
 * salvage puts its `end` where a torn block with the same number was, and one nonce must never seal two texts.
 */
export const blockNonce = (header: Uint8Array): Uint8Array => {
  const nonce = new Uint8Array(12);
  nonce[0] = (header[3] ?? 0) & blockFlags.salvage;
  nonce.set(header.subarray(4, 8), 8);
  return nonce;
};
