/** Reads the blocks of a journal in order, a chunk of the file at a time, and gives out only those that are whole. */
import type { G711Codec } from '../g711.ts';
import {
  blockFlags,
  blockHeaderBytes,
  blockKinds,
  blockMagic,
  bodyLimitBytes,
  markLimitBytes,
  readBlockHeader,
  runEntryBytes,
  tagBytes,
  type BlockCipher,
  type BlockHeader,
} from './journal-format.ts';

/** Samples without a jump in RTP time between them. */
export interface AudioRun {
  /** Extended RTP timestamp of the first sample. */
  readonly timestamp: number;
  /** One G.711 byte per sample; a view that stays valid. */
  readonly samples: Uint8Array;
}

export interface AudioRecord {
  readonly kind: 'audio';
  readonly number: number;
  readonly codec: G711Codec;
  /** In order of time, never overlapping, at least one. */
  readonly runs: readonly AudioRun[];
  readonly frames: number;
  /**
   * The packet of this block that came with the least delay: `timestamp` is just past its last sample (so that packet time does
   * not matter), `arrivalMonoUs` when it arrived. What clock drift is estimated from.
   */
  readonly pair: { readonly timestamp: number; readonly arrivalMonoUs: number };
}

export interface MarkRecord {
  readonly kind: 'mark';
  readonly number: number;
  /** Media time: extended RTP timestamp of the next sample expected when the mark was made. */
  readonly timestamp: number;
  readonly atMonoUs: number;
  /** As written; `readMark` of core knows the kinds. */
  readonly mark: unknown;
}

export type JournalRecord = AudioRecord | MarkRecord;

export type BlockFlaw =
  | 'torn'
  | 'magic'
  | 'kind'
  | 'number'
  | 'length'
  | 'tag'
  | 'body'
  | 'after-end';

export interface ReadingEnd {
  /** Offset just past the last whole block: where salvage cuts. */
  readonly goodBytes: number;
  /** Number the next block would have. */
  readonly blocks: number;
  /** The `end` mark was there: closed in good order, or salvaged. */
  readonly ended: boolean;
  /** The first damage: `torn` = the bytes end inside a block. Undefined = every byte was a whole block in its place. */
  readonly flaw: { readonly offset: number; readonly rule: BlockFlaw } | undefined;
  /** Stretches that were stepped over because whole blocks followed them; their audio shows as a gap in RTP time. */
  readonly damages: number;
}

const isEnd = (mark: unknown): boolean =>
  typeof mark === 'object' && mark !== null && 'kind' in mark && mark.kind === 'end';

/** Body of an audio block → its runs, or undefined when the table and the samples do not fit each other. */
const readRuns = (header: BlockHeader, body: Uint8Array): AudioRun[] | undefined => {
  if (body.length < 2) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = view.getUint16(0);
  let samplesAt = 2 + count * runEntryBytes;
  if (count === 0 || samplesAt > body.length) return undefined;
  const runs: AudioRun[] = [];
  let earliestTicks = 0;
  for (let i = 0; i < count; i++) {
    const ticks = view.getUint32(2 + i * runEntryBytes);
    const length = view.getUint16(2 + i * runEntryBytes + 4);
    if (ticks < earliestTicks || length === 0 || samplesAt + length > body.length) return undefined;
    const samples = body.subarray(samplesAt, samplesAt + length);
    runs.push({ timestamp: header.timestamp + ticks, samples });
    samplesAt += length;
    earliestTicks = ticks + length;
  }
  return samplesAt === body.length ? runs : undefined;
};

const readBody = (header: BlockHeader, body: Uint8Array): JournalRecord | undefined => {
  const { number, timestamp } = header;
  if (header.kind === blockKinds.mark) {
    try {
      const mark: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
      return { kind: 'mark', number, timestamp, atMonoUs: header.monoUs, mark };
    } catch {
      // The tag matched, so our own writer made it: reported as a flaw like any other damage.
      return undefined;
    }
  }
  const runs = readRuns(header, body);
  return (
    runs && {
      kind: 'audio',
      number,
      codec: header.flags & blockFlags.alaw ? 'PCMA' : 'PCMU',
      runs,
      frames: runs.reduce((frames, run) => frames + run.samples.length, 0),
      pair: { timestamp: timestamp + header.pairTicks, arrivalMonoUs: header.monoUs },
    }
  );
};

/** How far block numbers may jump over damage; more is no block of this journal. */
const numberJumpLimit = 2 ** 20;
const magicByte = blockMagic >> 8;

type Attempt =
  | { readonly kind: 'more' }
  | { readonly kind: 'flaw'; readonly rule: BlockFlaw }
  | { readonly kind: 'block'; readonly record: JournalRecord; readonly bytes: number };

const more: Attempt = { kind: 'more' };
const flawed = (rule: BlockFlaw): Attempt => ({ kind: 'flaw', rule });

/**
 * Turns the bytes behind the file header into records. Push chunks in the order of the file, take records with `next` until it
 * returns undefined, and ask `end` once the file is at its end. Never throws on any bytes; memory is one chunk and one block.
 *
 * Damage inside the file (a bad sector, a hole that a power cut left) costs the blocks it touches: reading goes on at the next whole
 * one. Only what the tag vouches for is given out, and never a block out of its order.
 */
export class JournalReader {
  readonly #cipher: BlockCipher;
  #pending: Uint8Array = new Uint8Array(0);
  /** Offset in the file of `#pending[0]`. */
  #offset: number;
  #goodBytes: number;
  #blocks = 0;
  #ended = false;
  #flaw: ReadingEnd['flaw'];
  #damages = 0;
  /** Behind damage, looking for the next whole block. */
  #isSearching = false;

  /** @param offset length of the file header: where the first block lies */
  constructor(cipher: BlockCipher, offset: number) {
    this.#cipher = cipher;
    this.#offset = offset;
    this.#goodBytes = offset;
  }

  push(chunk: Uint8Array): void {
    if (this.isStopped) return;
    const joined = new Uint8Array(this.#pending.length + chunk.length);
    joined.set(this.#pending);
    joined.set(chunk, this.#pending.length);
    this.#pending = joined;
  }

  /** The next whole block, or undefined: push more, or ask `end`. */
  next(): JournalRecord | undefined {
    while (this.#pending.length > 0) {
      if (this.#ended) {
        this.#flaw ??= { offset: this.#offset, rule: 'after-end' };
        return undefined;
      }
      const attempt = this.#attempt();
      if (attempt.kind === 'more') return undefined;
      if (attempt.kind === 'block') return this.#accept(attempt.record, attempt.bytes);
      this.#search(attempt.rule);
    }
    return undefined;
  }

  /** Bytes lie behind the `end` mark: nothing more will come, however much is pushed. */
  get isStopped(): boolean {
    return this.#ended && this.#pending.length > 0;
  }

  /** Where reading stands. Bytes that are left over make the journal torn: call it when the file is at its end. */
  end(): ReadingEnd {
    const torn: ReadingEnd['flaw'] =
      this.#pending.length > 0 ? { offset: this.#offset, rule: 'torn' } : undefined;
    return {
      goodBytes: this.#goodBytes,
      blocks: this.#blocks,
      ended: this.#ended,
      flaw: this.#flaw ?? torn,
      damages: this.#damages,
    };
  }

  /** Tries to read a block at the beginning of what is pending. */
  #attempt(): Attempt {
    if (this.#pending.length < blockHeaderBytes) return more;
    const header = readBlockHeader(this.#pending, 0);
    if (header === undefined) return flawed('magic');
    const rule = this.#headerFlaw(header);
    if (rule !== undefined) return flawed(rule);
    const bytes = blockHeaderBytes + header.bodyBytes + tagBytes;
    if (this.#pending.length < bytes) return more;
    const body = this.#cipher.open(
      this.#pending.subarray(0, blockHeaderBytes),
      this.#pending.subarray(blockHeaderBytes, bytes),
    );
    if (body === undefined) return flawed('tag');
    const record = readBody(header, body);
    return record === undefined ? flawed('body') : { kind: 'block', record, bytes };
  }

  #accept(record: JournalRecord, bytes: number): JournalRecord {
    if (this.#isSearching || record.number !== this.#blocks) {
      this.#flaw ??= { offset: this.#offset, rule: 'number' };
      this.#damages++;
    }
    this.#isSearching = false;
    this.#pending = this.#pending.subarray(bytes);
    this.#offset += bytes;
    this.#goodBytes = this.#offset;
    this.#blocks = record.number + 1;
    this.#ended = record.kind === 'mark' && isEnd(record.mark);
    return record;
  }

  /** Steps to the next byte that may begin a block. */
  #search(rule: BlockFlaw): void {
    this.#flaw ??= { offset: this.#offset, rule };
    this.#isSearching = true;
    const found = this.#pending.indexOf(magicByte, 1);
    const skipped = found < 0 ? this.#pending.length : found;
    this.#pending = this.#pending.subarray(skipped);
    this.#offset += skipped;
  }

  #headerFlaw(header: BlockHeader): BlockFlaw | undefined {
    if (header.kind !== blockKinds.audio && header.kind !== blockKinds.mark) return 'kind';
    if (header.number < this.#blocks || header.number > this.#blocks + numberJumpLimit)
      return 'number';
    const limit = header.kind === blockKinds.mark ? markLimitBytes : bodyLimitBytes;
    return header.bodyBytes > limit ? 'length' : undefined;
  }
}
