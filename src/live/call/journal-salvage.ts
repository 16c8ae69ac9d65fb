import { asFault } from '#base/fault.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import type { Log } from '#ports/log.ts';
import type { JournalFolder } from '#ports/recovery.ts';

/** What there is of a track whose media thread died. */
export interface FoundTrack {
  readonly summary: TrackSummary;
  /** Fault code when the journal itself cannot be read; no voice can be made of it then. */
  readonly failedBy: string | null;
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

/**
 * Makes the journals of a media thread that died complete, as recovery does for a process that died. One at a time: a thread may have
 * had hundreds, and signalling shares the main thread with us.
 */
export class JournalSalvage {
  readonly #journals: Pick<JournalFolder, 'salvage'>;
  readonly #log: Log;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ journals, log }: { journals: Pick<JournalFolder, 'salvage'>; log: Log }) {
    this.#journals = journals;
    this.#log = log;
  }

  /**
   * Never rejects.
   *
   * @param path relative to the data folder
   * @returns null when the disk does not tell now: the track stays open, and recovery looks at it at the next start
   */
  salvage(path: string): Promise<FoundTrack | null> {
    const found = this.#last.then(() => this.#salvage(path));
    this.#last = found;
    return found;
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
