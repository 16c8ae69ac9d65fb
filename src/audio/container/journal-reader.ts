/** Reads the blocks of a journal in order, a chunk of the file at a time, and stops at the first one that is not whole. */
import type { G711Codec } from '../g711.ts';
import {
  blockFlags,
  blockHeaderBytes,
  blockKinds,
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
  'torn' | 'magic' | 'kind' | 'number' | 'length' | 'tag' | 'body' | 'after-end';

export interface ReadingEnd {
  /** Offset just past the last whole block: where salvage cuts. */
  readonly goodBytes: number;
  /** Number the next block would have. */
  readonly blocks: number;
  /** The `end` mark was there: closed in good order, or salvaged. */
  readonly ended: boolean;
  /** Why reading stopped before the end of the bytes. */
  readonly flaw: { readonly offset: number; readonly rule: BlockFlaw } | undefined;
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

/**
 * Turns the bytes behind the file header into records. Push chunks in the order of the file, take records with `next` until it
 * returns undefined, and ask `end` once the file is at its end. Never throws on any bytes; memory is one chunk and one block.
 */
export class JournalReader {
  readonly #cipher: BlockCipher;
  #pending: Uint8Array = new Uint8Array(0);
  /** Offset in the file of `#pending[0]`. */
  #offset: number;
  #blocks = 0;
  #ended = false;
  #flaw: ReadingEnd['flaw'];

  /** @param offset length of the file header: where the first block lies */
  constructor(cipher: BlockCipher, offset: number) {
    this.#cipher = cipher;
    this.#offset = offset;
  }

  push(chunk: Uint8Array): void {
    if (this.#flaw !== undefined) return;
    const joined = new Uint8Array(this.#pending.length + chunk.length);
    joined.set(this.#pending);
    joined.set(chunk, this.#pending.length);
    this.#pending = joined;
  }

  /** The next whole block, or undefined: push more, or ask `end`. */
  next(): JournalRecord | undefined {
    if (this.#flaw !== undefined || this.#pending.length === 0) return undefined;
    if (this.#ended) return this.#stop('after-end');
    if (this.#pending.length < blockHeaderBytes) return undefined;
    const header = readBlockHeader(this.#pending, 0);
    if (header === undefined) return this.#stop('magic');
    const rule = this.#headerFlaw(header);
    if (rule !== undefined) return this.#stop(rule);
    const blockBytes = blockHeaderBytes + header.bodyBytes + tagBytes;
    if (this.#pending.length < blockBytes) return undefined;
    const body = this.#cipher.open(
      this.#pending.subarray(0, blockHeaderBytes),
      this.#pending.subarray(blockHeaderBytes, blockBytes),
    );
    if (body === undefined) return this.#stop('tag');
    const record = readBody(header, body);
    if (record === undefined) return this.#stop('body');
    this.#pending = this.#pending.subarray(blockBytes);
    this.#offset += blockBytes;
    this.#blocks++;
    this.#ended = record.kind === 'mark' && isEnd(record.mark);
    return record;
  }

  /** A block was not whole: nothing more will come, however much is pushed. */
  get isStopped(): boolean {
    return this.#flaw !== undefined;
  }

  /** Where reading stands. Bytes that are left over make the journal torn: call it when the file is at its end. */
  end(): ReadingEnd {
    const torn: ReadingEnd['flaw'] =
      this.#pending.length > 0 ? { offset: this.#offset, rule: 'torn' } : undefined;
    return {
      goodBytes: this.#offset,
      blocks: this.#blocks,
      ended: this.#ended,
      flaw: this.#flaw ?? torn,
    };
  }

  #headerFlaw(header: BlockHeader): BlockFlaw | undefined {
    if (header.kind !== blockKinds.audio && header.kind !== blockKinds.mark) return 'kind';
    if (header.number !== this.#blocks) return 'number';
    const limit = header.kind === blockKinds.mark ? markLimitBytes : bodyLimitBytes;
    return header.bodyBytes > limit ? 'length' : undefined;
  }

  #stop(rule: BlockFlaw): JournalRecord | undefined {
    this.#flaw = { offset: this.#offset, rule };
    return undefined;
  }
}
