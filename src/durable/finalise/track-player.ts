import { decodeG711, type G711Codec } from '#audio/g711.ts';
import type { AudioRun, JournalRecord } from '#audio/container/journal-reader.ts';
import { readMark } from '#core/recording/marks.ts';
import { glide, samplesPerGlide } from './glide.ts';
import { positionAt, type ClockLine } from './placement.ts';

/** How far a running stretch may stray from its place before it is moved by a sample: below one, so that it never flutters. */
const tolerance = 0.75;
/** 5 ms: further off, it is another stretch, not drift, and jumps to its place. */
const driftLimit = 40;
/** A stretch too short for a glide is let stray so far, 0.5 ms, before it is moved all the same. */
const shortTolerance = 4;

interface Piece {
  readonly at: number;
  readonly samples: Int16Array;
}

/**
 * Plays a journal onto the recording's time line, block by block, in order. Holds nothing but the journal block at hand: memory does
 * not depend on the length of the call.
 */
export class TrackPlayer {
  readonly #records: AsyncIterator<JournalRecord>;
  readonly #clocks: readonly (readonly ClockLine[])[];
  readonly #origin: number;
  #epoch = 0;
  #pieces: Piece[] = [];
  #isOver = false;
  /** Position of the next free sample. */
  #next = 0;
  #nextTimestamp: number | undefined;
  #shift: number | undefined;

  /**
   * @param clocks lines of each epoch
   * @param origin position of the recording's first sample on those lines
   */
  constructor(
    records: AsyncIterable<JournalRecord>,
    clocks: readonly (readonly ClockLine[])[],
    origin: number,
  ) {
    this.#records = records[Symbol.asyncIterator]();
    this.#clocks = clocks;
    this.#origin = origin;
  }

  /**
   * Fills `target` with the samples from `from` on; where the track has none, with silence. Blocks are asked for in order, without
   * gaps.
   */
  async fill(target: Int16Array, from: number): Promise<void> {
    target.fill(0);
    const end = from + target.length;
    while (!this.#isOver && this.#next < end) await this.#readOn();
    while (this.#pieces.length > 0) {
      const piece = this.#pieces[0];
      if (!piece || piece.at >= end) break;
      const skip = Math.max(0, from - piece.at);
      const upTo = Math.min(piece.samples.length, end - piece.at);
      if (skip < upTo) target.set(piece.samples.subarray(skip, upTo), piece.at + skip - from);
      if (piece.at + piece.samples.length > end) break;
      this.#pieces.shift();
    }
  }

  /** Closes the journal when playing stops early. Idempotent. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#records.return?.();
  }

  async #readOn(): Promise<void> {
    const result = await this.#records.next();
    if (result.done === true) {
      this.#isOver = true;
      return;
    }
    const record = result.value;
    if (record.kind === 'audio') {
      for (const run of record.runs) this.#place(run, record.codec);
    } else if (readMark(record.mark)?.kind === 'epoch') {
      this.#epoch++;
      this.#shift = undefined;
      this.#nextTimestamp = undefined;
    }
  }

  #place(run: AudioRun, codec: G711Codec): void {
    const samples = new Int16Array(run.samples.length);
    decodeG711(codec, run.samples, samples);
    const { timestamp } = run;
    const wanted = positionAt(this.#clocks[this.#epoch] ?? [], timestamp) - this.#origin;
    const follows = timestamp === this.#nextTimestamp;
    this.#nextTimestamp = timestamp + samples.length;
    const stray = wanted - (timestamp + (this.#shift ?? Number.NaN));
    if (this.#shift === undefined || Math.abs(stray) > driftLimit) {
      this.#shift = Math.round(wanted) - timestamp;
      this.#emit(timestamp + this.#shift, samples);
      return;
    }
    const at = timestamp + this.#shift;
    const change = Math.abs(stray) <= tolerance ? 0 : Math.round(stray);
    if (change === 0) {
      this.#emit(at, samples);
    } else if (follows && samples.length >= Math.abs(change) * samplesPerGlide) {
      this.#shift += change;
      this.#emit(at, glide(samples, change));
    } else if (!follows || Math.abs(stray) > shortTolerance) {
      // Into silence, or far off for want of a long enough stretch.
      this.#shift += change;
      this.#emit(at + change, samples);
    } else {
      this.#emit(at, samples);
    }
  }

  /** Samples that would lie before the recording or over earlier ones are left out. */
  #emit(at: number, samples: Int16Array): void {
    const skip = Math.max(0, this.#next - at);
    if (skip >= samples.length) return;
    this.#pieces.push({ at: at + skip, samples: samples.subarray(skip) });
    this.#next = at + samples.length;
  }
}
