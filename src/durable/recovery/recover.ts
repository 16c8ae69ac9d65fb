/**
 * After a process died with calls up: every journal is made complete again, every call gets its end, nothing is orphaned. Works through
 * the ledger only, so being killed in the middle and run again continues where it was.
 */
import { asFault, Fault } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { RecordingId } from '#core/ids.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { Clock } from '#ports/clock.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { Ledger, LedgerPlace, LedgerReader } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';
import type { JournalFolder, RecoveryRows } from '#ports/recovery.ts';
import { adoptJournal } from './adopt.ts';
import { OpenCalls, type OpenCall, type OpenRecording, type OpenTrack } from './open-calls.ts';

export interface RecoveryOptions {
  readonly ledger: Ledger & LedgerReader;
  readonly journals: JournalFolder;
  readonly rows: RecoveryRows;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Recovered {
  /** Calls that had no end. */
  readonly calls: number;
  /** Journals that were cut or completed. */
  readonly salvagedTracks: number;
  /** Recordings that will become playable. */
  readonly sealedRecordings: number;
  /** Recordings of which no audio was there. */
  readonly failedRecordings: number;
  /** Journals that the ledger did not know and that were taken in. */
  readonly adoptedTracks: number;
  /** Journals whose header cannot be read: their files stay where they are. */
  readonly unreadable: readonly string[];
}

const cause = 'the process stopped while the call was up';
const nothing: TrackSummary = {
  frames: 0,
  lostFrames: 0,
  bytes: 0,
  firstPacketAtMonoNs: null,
  lastPacketAtMonoNs: null,
};

/** Faults of one journal; anything else (a wrong master key, a disk that does not read) stops the start with its sentence. */
const ofOneJournal = new Set(['journal/missing', 'journal/unreadable', 'secrets/damaged']);

type Tally = { -readonly [K in keyof Recovered]: K extends 'unreadable' ? string[] : Recovered[K] };

class Recovery {
  readonly tally: Tally = {
    calls: 0,
    salvagedTracks: 0,
    sealedRecordings: 0,
    failedRecordings: 0,
    adoptedTracks: 0,
    unreadable: [],
  };
  readonly #options: RecoveryOptions;
  readonly #calls = new OpenCalls();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    await this.#readLedger();
    const { journals, rows } = this.#options;
    const strangers = (await journals.callIds()).filter((callId) => !this.#calls.has(callId));
    for (const callId of await rows.unknownCalls(strangers)) await this.#adoptCall(callId);
    for (const call of this.#calls.list()) await this.#close(call);
    await this.#tellUnreadable();
  }

  async #readLedger(): Promise<void> {
    let place: LedgerPlace | null = null;
    for (;;) {
      const batch = await this.#options.ledger.read(place, 5000);
      for (const entry of batch.entries) this.#calls.read(entry);
      if (batch.atEnd) return;
      place = batch.next;
    }
  }

  #append(entry: LedgerEntry): void {
    this.#options.ledger.append(entry);
    this.#calls.take(entry);
  }

  /** Journals of a call that nobody knows: what their headers say becomes the call. */
  async #adoptCall(callId: string): Promise<void> {
    for (const path of await this.#options.journals.journalsOf(callId)) await this.#adopt(path);
  }

  async #adopt(path: string): Promise<void> {
    const salvaged = await this.#salvage(path);
    if (salvaged instanceof Fault) {
      this.tally.unreadable.push(path);
      return;
    }
    const { facts, summary } = salvaged;
    const isKnown = this.#calls.has(facts.callId);
    const knowsRecording = this.#calls
      .list()
      .some((call) => call.recordings.has(facts.recordingId as RecordingId));
    const entries = adoptJournal({ path, facts, summary, isKnown, knowsRecording });
    for (const entry of entries) this.#append(entry);
    this.tally.adoptedTracks++;
    this.#options.log.warn('recovery.journal-adopted', {
      path,
      callId: facts.callId,
      frames: summary.frames,
    });
  }

  async #close(call: OpenCall): Promise<void> {
    const { callId } = call;
    const paths = new Set(
      [...call.recordings.values()].flatMap((each) =>
        [...each.tracks.values()].map((track) => track.path),
      ),
    );
    for (const path of await this.#options.journals.journalsOf(callId))
      if (!paths.has(path)) await this.#adopt(path);
    for (const recording of call.recordings.values())
      if (!recording.closed) await this.#closeRecording(call, recording);
    if (call.ended) return;
    // It ended when the process did, however long that is ago: the last that is known of both. Whatever clocks said, not in the future
    // and not before what the call itself tells.
    const known = Math.max(this.#calls.lastSignAtMs, call.lastPacketAtMs);
    const at = Math.max(call.lastSignAtMs, Math.min(known, this.#options.clock.nowMs()));
    for (const legId of [...call.openLegs])
      this.#append({ kind: 'legEnded', callId, at, legId, sipStatus: null, cause });
    this.#append({
      kind: 'callEnded',
      callId,
      at,
      endStatus: 'error',
      hungUpSide: 'system',
      cause,
      gotMedia: call.gotMedia,
    });
    this.tally.calls++;
    this.#options.log.warn('recovery.call-closed', { callId, recordings: call.recordings.size });
  }

  async #closeRecording({ callId }: OpenCall, recording: OpenRecording): Promise<void> {
    const { recordingId } = recording;
    for (const track of recording.tracks.values())
      if (!track.sealed) await this.#closeTrack(callId, recording, track);
    const at = this.#options.clock.nowMs();
    const heard = [...recording.tracks.values()].some((track) => track.frames > 0);
    if (heard) {
      this.#append({ kind: 'recordingSealed', callId, at, recordingId });
      this.tally.sealedRecordings++;
    } else {
      const reason = 'no audio had been captured when the process stopped';
      this.#append({ kind: 'recordingFailed', callId, at, recordingId, reason });
      this.tally.failedRecordings++;
    }
  }

  async #closeTrack(
    callId: OpenCall['callId'],
    { recordingId }: OpenRecording,
    { trackId, path }: OpenTrack,
  ): Promise<void> {
    const salvaged = await this.#salvage(path);
    const lost = salvaged instanceof Fault;
    // A journal that was never begun is no failure of capture: the process stopped before the first packet.
    const failedBy = lost && salvaged.code !== 'journal/missing' ? salvaged.code : null;
    if (failedBy !== null) this.tally.unreadable.push(path);
    this.#append({
      kind: 'trackSealed',
      callId,
      at: this.#options.clock.nowMs(),
      recordingId,
      trackId,
      summary: lost ? nothing : salvaged.summary,
      // Also when the journal is whole by now: an earlier recovery that was killed itself may have cut it.
      salvaged: true,
      failedBy,
    });
  }

  async #salvage(path: string): Promise<Awaited<ReturnType<JournalFolder['salvage']>> | Fault> {
    try {
      const salvaged = await this.#options.journals.salvage(path);
      if (salvaged.changed) this.tally.salvagedTracks++;
      if (salvaged.cutBytes > 0)
        this.#options.log.info('recovery.journal-cut', { path, cutBytes: salvaged.cutBytes });
      return salvaged;
    } catch (thrown) {
      const fault = asFault(thrown, 'recovery/failed');
      if (!ofOneJournal.has(fault.code)) throw fault;
      if (fault.code !== 'journal/missing')
        this.#options.log.error('recovery.journal-lost', {
          path,
          code: fault.code,
          reason: fault.message,
        });
      return fault;
    }
  }

  async #tellUnreadable(): Promise<void> {
    const { unreadable } = this.tally;
    if (unreadable.length === 0) return;
    await this.#options.alarms.raise({
      tenantId: null,
      kind: 'journal/unreadable',
      subjectId: this.#options.ledger.node,
      message: `${unreadable.length} journal(s) cannot be read and were left where they are`,
      facts: { paths: unreadable.slice(0, 100) },
    });
  }
}

/**
 * Run at start, after the ledger and before signalling listens. Repeatable; a second run finds nothing to do.
 *
 * @throws {Fault} `secrets/wrong-master-key`, `disk/…`, `ledger/…`: then nothing may start
 */
export const recoverCalls = async (options: RecoveryOptions): Promise<Recovered> => {
  const recovery = new Recovery(options);
  await recovery.run();
  return recovery.tally;
};

/** Recordings that are sealed and have no file get their job again; one that has it already keeps the one. */
export const requeueSealed = async (rows: RecoveryRows, jobs: Jobs): Promise<number> => {
  const recordings = await rows.sealedRecordings();
  await jobs.enqueue(
    'finalise',
    recordings.map((recordingId) => ({ recordingId })),
  );
  return recordings.length;
};
