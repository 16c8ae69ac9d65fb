import { asFault } from '#base/fault.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { JournalFolder } from '#ports/recovery.ts';

/** What there is of a track whose media thread died. */
export interface FoundTrack {
  readonly summary: TrackSummary;
  /** Fault code when the journal itself cannot be read; no voice can be made of it then. */
  readonly failedBy: string | null;
}

export interface JournalSalvageOptions {
  readonly journals: Pick<JournalFolder, 'salvage'>;
  readonly clock: Clock;
  readonly log: Log;
}

const nothing: TrackSummary = {
  frames: 0,
  lostFrames: 0,
  bytes: 0,
  firstPacketAtMonoNs: null,
  lastPacketAtMonoNs: null,
};

/** A second look finds the same. Of anything else the journal's state is not known. */
const forGood: readonly string[] = ['journal/unreadable', 'secrets/damaged'];

/** What the disk, or the thread that reads it, refuses is asked for again after these pauses. */
const retryAfterMs = [1000, 5000, 25_000] as const;

/**
 * Makes the journals of a media thread that died complete, as recovery does for a process that died. One after the other: a thread may
 * have had hundreds.
 */
export class JournalSalvage {
  readonly #journals: Pick<JournalFolder, 'salvage'>;
  readonly #clock: Clock;
  readonly #log: Log;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ journals, clock, log }: JournalSalvageOptions) {
    this.#journals = journals;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Never rejects.
   *
   * @param path relative to the data folder
   * @returns null when the disk does not tell, tried again for half a minute: the track stays open, and recovery looks at it at the next start
   */
  async salvage(path: string): Promise<FoundTrack | null> {
    for (const delayMs of [...retryAfterMs, null]) {
      const found = this.#last.then(() => this.#salvage(path));
      this.#last = found;
      const track = await found;
      if (track !== null || delayMs === null) return track;
      await new Promise<void>((resolve) => this.#clock.setTimer(delayMs, resolve));
    }
    return null;
  }

  async #salvage(path: string): Promise<FoundTrack | null> {
    try {
      const { summary, cutBytes } = await this.#journals.salvage(path);
      this.#log.info('call.journal-salvaged', { path, cutBytes, frames: summary.frames });
      return { summary, failedBy: null };
    } catch (thrown) {
      const { code, message } = asFault(thrown, 'recovery/failed');
      // The thread died before it had begun the journal: there was nothing to write yet.
      if (code === 'journal/missing') return { summary: nothing, failedBy: null };
      this.#log.error('call.journal-not-salvaged', { path, code, reason: message });
      return forGood.includes(code) ? { summary: nothing, failedBy: code } : null;
    }
  }
}
