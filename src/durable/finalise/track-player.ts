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

/** Audio with its place: as captured, decoded only when it is played, or changed on the way. */
interface Piece {
  readonly at: number;
  readonly audio: { readonly codec: G711Codec; readonly bytes: Uint8Array } | Int16Array;
}

const lengthOf = ({ audio }: Piece): number =>
  audio instanceof Int16Array ? audio.length : audio.bytes.length;

const play = (
  { audio }: Piece,
  sourceAt: number,
  to: { readonly target: Int16Array; readonly at: number },
  length: number,
): void => {
  if (audio instanceof Int16Array)
    to.target.set(audio.subarray(sourceAt, sourceAt + length), to.at);
  else decodeG711(audio.codec, audio.bytes, to.target, { sourceAt, targetAt: to.at, length });
};

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
  /** Position just past the last sample that is placed, and just past the last one that was played. */
  #placed = 0;
  #played = 0;
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
    while (!this.#isOver && this.#placed < end) await this.#readOn();
    while (this.#pieces.length > 0) {
      const piece = this.#pieces[0];
      if (!piece || piece.at >= end) break;
      // Of a piece over earlier ones, or before the recording, only what is new is played.
      const first = Math.max(piece.at, from, this.#played);
      const last = Math.min(piece.at + lengthOf(piece), end);
      if (first < last) {
        play(piece, first - piece.at, { target, at: first - from }, last - first);
        this.#played = last;
      }
      if (piece.at + lengthOf(piece) > end) break;
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
    const { timestamp, samples } = run;
    const captured = { codec, bytes: samples };
    const wanted = positionAt(this.#clocks[this.#epoch] ?? [], timestamp) - this.#origin;
    const follows = timestamp === this.#nextTimestamp;
    this.#nextTimestamp = timestamp + samples.length;
    const stray = wanted - (timestamp + (this.#shift ?? Number.NaN));
    if (this.#shift === undefined || Math.abs(stray) > driftLimit) {
      this.#shift = Math.round(wanted) - timestamp;
      this.#emit({ at: timestamp + this.#shift, audio: captured });
      return;
    }
    const at = timestamp + this.#shift;
    const change = Math.abs(stray) <= tolerance ? 0 : Math.round(stray);
    if (change === 0) {
      this.#emit({ at, audio: captured });
    } else if (follows && samples.length >= Math.abs(change) * samplesPerGlide) {
      this.#shift += change;
      const decoded = new Int16Array(samples.length);
      decodeG711(codec, samples, decoded);
      this.#emit({ at, audio: glide(decoded, change) });
    } else if (!follows || Math.abs(stray) > shortTolerance) {
      // Into silence, or far off for want of a long enough stretch.
      this.#shift += change;
      this.#emit({ at: at + change, audio: captured });
    } else {
      this.#emit({ at, audio: captured });
    }
  }

  #emit(piece: Piece): void {
    this.#pieces.push(piece);
    this.#placed = Math.max(this.#placed, piece.at + lengthOf(piece));
  }
}
