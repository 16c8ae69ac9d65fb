/** What can still be known of a track whose writer died: counted from the journal itself. */
import { sealMark } from './journal-block.ts';
import { blockFlags, type BlockCipher } from './journal-format.ts';
import type { AudioRecord, JournalRecord, ReadingEnd } from './journal-reader.ts';

/** Same shape as the summary of an orderly end. */
export interface SalvagedSummary {
  readonly frames: number;
  readonly lostFrames: number;
  readonly bytes: number;
  /** Of the least-delayed packet of the first and last block, up to 500 ms inside the true ones; null without audio. */
  readonly firstPacketAtMonoNs: string | null;
  readonly lastPacketAtMonoNs: string | null;
}

const monoNsText = (us: number): string => String(Math.round(us * 1000));

const kindOf = (mark: unknown): unknown =>
  typeof mark === 'object' && mark !== null && 'kind' in mark ? mark.kind : undefined;

/** Follows the records of one journal and counts as its writer did: a gap is a loss unless a hold or a new epoch explains it. */
export class TrackTally {
  #frames = 0;
  #lostFrames = 0;
  #next = NaN;
  #gapExplained = false;
  #firstUs = NaN;
  #lastUs = NaN;

  take(record: JournalRecord): void {
    if (record.kind === 'audio') this.#takeAudio(record);
    else if (kindOf(record.mark) === 'epoch') this.#next = NaN;
    else if (kindOf(record.mark) === 'hold') this.#gapExplained = true;
  }

  /** Media time after the last sample; 0 without audio. */
  get nextTimestamp(): number {
    return Number.isNaN(this.#next) ? 0 : this.#next;
  }

  /** Monotonic microseconds of the last block's pair; 0 without audio. */
  get lastMonoUs(): number {
    return Number.isNaN(this.#lastUs) ? 0 : this.#lastUs;
  }

  /** @param bytes length of the file */
  summary(bytes: number): SalvagedSummary {
    const heard = this.#frames > 0;
    return {
      frames: this.#frames,
      lostFrames: this.#lostFrames,
      bytes,
      firstPacketAtMonoNs: heard ? monoNsText(this.#firstUs) : null,
      lastPacketAtMonoNs: heard ? monoNsText(this.#lastUs) : null,
    };
  }

  #takeAudio({ runs, frames, pair }: AudioRecord): void {
    for (const { timestamp, samples } of runs) {
      if (timestamp > this.#next && !this.#gapExplained) this.#lostFrames += timestamp - this.#next;
      this.#gapExplained = false;
      this.#next = timestamp + samples.length;
    }
    this.#frames += frames;
    if (Number.isNaN(this.#firstUs)) this.#firstUs = pair.arrivalMonoUs;
    this.#lastUs = pair.arrivalMonoUs;
  }
}

/**
 * The `end: salvaged` block that belongs behind the last whole block. The same journal always gives the same bytes, so that a salvage
 * that was itself killed is repeated harmlessly.
 */
export const salvageEnd = (cipher: BlockCipher, tally: TrackTally, end: ReadingEnd): Uint8Array =>
  sealMark(
    cipher,
    {
      number: end.blocks,
      timestamp: tally.nextTimestamp,
      monoUs: tally.lastMonoUs,
      flags: blockFlags.salvage,
    },
    { kind: 'end', reason: 'salvaged' },
  );
