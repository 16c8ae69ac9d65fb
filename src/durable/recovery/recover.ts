/**
 * After a process died with calls up. Before new calls are taken, every call that was up gets its end: that takes milliseconds. While they
 * are taken, the journals are made complete again, however many hours they hold: every recording is sealed, nothing is orphaned. Works
 * through the ledger only, so being killed in the middle and run again continues where it was.
 */
import { asFault, Fault } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { Clock } from '#ports/clock.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { Ledger, LedgerPlace, LedgerReader } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';
import type { Gauge, Metrics } from '#ports/metrics.ts';
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
  readonly metrics: Metrics;
  /** Until when the process that died is known to have lived, by the wall clock; null = only its ledger tells. */
  readonly livedUntilMs: number | null;
  /** Pause before what the disk refused is tried again, doubled up to 60 times itself; 5,000 ms unless told. */
  readonly retryMs?: number;
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
  /** Journals that cannot be read: their files stay where they are. */
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

/** What the last life of the process left behind. Use once: first `endCalls`, then `salvage`. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #calls = new OpenCalls();
  readonly #tally: Tally = {
    calls: 0,
    salvagedTracks: 0,
    sealedRecordings: 0,
    failedRecordings: 0,
    adoptedTracks: 0,
    unreadable: [],
  };
  readonly #waiting: Gauge;
  /** Calls with recordings to seal, oldest first. */
  #left: readonly OpenCall[] = [];
  #isSalvaging = false;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#waiting = options.metrics.gauge(
      'callreel_recovery_calls_waiting',
      'Calls of earlier runs whose journals are still to be salvaged',
    );
    this.#waiting.set(0);
  }

  /**
   * Before the first new call, so that none of them is mistaken for one of the last life. Reads the ledger and the headers of journals, no
   * audio.
   *
   * @returns how many calls got their end
   * @throws {Fault} `secrets/wrong-master-key`, `disk/…`, `ledger/…`: then nothing may start
   */
  async endCalls(): Promise<number> {
    await this.#readLedger();
    await this.#tryKeys();
    const { journals, rows } = this.#options;
    const strangers = (await journals.callIds()).filter((callId) => !this.#calls.has(callId));
    const open = this.#calls.list().map(({ callId }) => callId);
    for (const callId of [...(await rows.unknownCalls(strangers)), ...open])
      await this.#adoptJournals(callId);
    for (const call of this.#calls.list()) if (!call.ended && !call.wasFound) this.#endCall(call);
    this.#left = this.#calls.list();
    this.#waiting.set(this.#left.length);
    return this.#tally.calls;
  }

  /**
   * While calls are taken. What the disk refuses is tried again, after everything else and with a growing pause, until `close`.
   *
   * @returns what was found, once nothing is left to do; null when it was closed before
   */
  async salvage(): Promise<Recovered | null> {
    this.#isSalvaging = true;
    for (let failures = 0; ; failures++) {
      const refused = await this.#salvageLeft();
      if (refused === 'closed') return null;
      try {
        if (refused !== null) await this.#tellRefused(refused);
        else {
          await this.#tellOfAll();
          return this.#tally;
        }
      } catch (thrown) {
        // The alarms are away with the database, and are told when it is back.
        const { code, message } = asFault(thrown, 'recovery/failed');
        this.#options.log.warn('recovery.not-told', { code, reason: message });
      }
      await this.#pause(failures);
    }
  }

  /** Ends `salvage` after the journal that is being read. Idempotent. */
  close(): void {
    this.#isOver = true;
    this.#wake?.();
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
    const { ledger, log } = this.#options;
    try {
      ledger.append(entry);
    } catch (thrown) {
      const { code, message, facts } = asFault(thrown, 'recovery/failed');
      const isKept = code === 'ledger/unwritable' && facts['lost'] !== true;
      // Before calls are taken, a start that fails is told to a person; afterwards the ledger keeps the entry, alarms and writes it later.
      if (!isKept || !this.#isSalvaging) throw thrown;
      log.warn('recovery.entry-waits', { kind: entry.kind, reason: message });
    }
    this.#calls.take(entry);
  }

  /** A wrong key is told before anything is changed, and not by every journal on its own. */
  async #tryKeys(): Promise<void> {
    for (const { recordings } of this.#calls.list())
      for (const recording of recordings.values())
        for (const { path, sealed } of recording.tracks.values())
          if (!sealed) await this.#orFault(() => this.#options.journals.facts(path));
  }

  /** Journals that no entry names become tracks by what their headers say; of a call that nobody knows, the call with them. */
  async #adoptJournals(callId: string): Promise<void> {
    const known = this.#calls.journalsOf(callId);
    for (const path of await this.#options.journals.journalsOf(callId)) {
      if (known.has(path)) continue;
      const facts = await this.#orFault(() => this.#options.journals.facts(path));
      if (facts instanceof Fault) {
        this.#noteLost(path, facts);
        continue;
      }
      const isKnown = this.#calls.has(facts.callId);
      const knowsRecording = this.#calls.hasRecording(facts.callId, facts.recordingId);
      for (const entry of adoptJournal({ path, facts, isKnown, knowsRecording }))
        this.#append(entry);
      this.#tally.adoptedTracks++;
      this.#options.log.warn('recovery.journal-adopted', { path, callId: facts.callId });
    }
  }

  /** It ended when the process did, however long that is ago: the last that is known of both. */
  #endCall(call: OpenCall): void {
    const { livedUntilMs } = this.#options;
    const known = Math.max(this.#calls.lastSignAtMs, livedUntilMs ?? 0, call.lastPacketAtMs);
    this.#writeEnd(call, known);
  }

  #writeEnd(call: OpenCall, knownAtMs: number): void {
    const { callId } = call;
    // Whatever clocks said, not in the future and not before what the call itself tells.
    const at = Math.max(call.lastSignAtMs, Math.min(knownAtMs, this.#options.clock.nowMs()));
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
    this.#tally.calls++;
    this.#options.log.warn('recovery.call-closed', { callId, recordings: call.recordings.size });
  }

  /** @returns the last fault when some of it has to be tried again */
  async #salvageLeft(): Promise<Fault | 'closed' | null> {
    const refused: OpenCall[] = [];
    let why: Fault | null = null;
    for (const [index, call] of this.#left.entries()) {
      if (this.#isOver) return 'closed';
      try {
        await this.#closeCall(call);
      } catch (thrown) {
        why = asFault(thrown, 'recovery/failed');
        refused.push(call);
      }
      this.#waiting.set(this.#left.length - index - 1 + refused.length);
    }
    this.#left = refused;
    return this.#isOver ? 'closed' : why;
  }

  async #closeCall(call: OpenCall): Promise<void> {
    for (const recording of call.recordings.values())
      if (!recording.closed) await this.#closeRecording(call, recording);
    // Nobody knew the call: it lasted as long as its voices.
    if (!call.ended) this.#writeEnd(call, call.lastPacketAtMs);
  }

  async #closeRecording({ callId }: OpenCall, recording: OpenRecording): Promise<void> {
    const { recordingId } = recording;
    for (const track of recording.tracks.values())
      if (!track.sealed) await this.#closeTrack(callId, recording, track);
    const at = this.#options.clock.nowMs();
    const heard = [...recording.tracks.values()].some((track) => track.frames > 0);
    if (heard) {
      this.#append({ kind: 'recordingSealed', callId, at, recordingId });
      this.#tally.sealedRecordings++;
    } else {
      const reason = 'no audio had been captured when the process stopped';
      this.#append({ kind: 'recordingFailed', callId, at, recordingId, reason });
      this.#tally.failedRecordings++;
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
    if (lost) this.#noteLost(path, salvaged);
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
    const salvaged = await this.#orFault(() => this.#options.journals.salvage(path));
    if (salvaged instanceof Fault) return salvaged;
    if (salvaged.changed) this.#tally.salvagedTracks++;
    if (salvaged.cutBytes > 0)
      this.#options.log.info('recovery.journal-cut', { path, cutBytes: salvaged.cutBytes });
    return salvaged;
  }

  /** What is wrong with this one journal is an answer; anything else is not. */
  async #orFault<T>(read: () => Promise<T>): Promise<T | Fault> {
    try {
      return await read();
    } catch (thrown) {
      const fault = asFault(thrown, 'recovery/failed');
      if (!ofOneJournal.has(fault.code)) throw fault;
      return fault;
    }
  }

  #noteLost(path: string, { code, message }: Fault): void {
    if (code === 'journal/missing') return;
    this.#tally.unreadable.push(path);
    this.#options.log.error('recovery.journal-lost', { path, code, reason: message });
  }

  async #tellRefused({ code, message }: Fault): Promise<void> {
    const { alarms, log, ledger } = this.#options;
    const calls = this.#left.length;
    log.error('recovery.waits', { calls, code, reason: message });
    await alarms.raise({
      tenantId: null,
      kind: 'recovery/waits',
      subjectId: ledger.node,
      message: `Recordings of ${calls} call(s) of the last run are not salvaged yet`,
      facts: { calls: this.#left.slice(0, 100).map(({ callId }) => callId), code, reason: message },
    });
  }

  async #tellOfAll(): Promise<void> {
    const { alarms, ledger } = this.#options;
    const { unreadable } = this.#tally;
    await alarms.clear({ tenantId: null, kind: 'recovery/waits', subjectId: ledger.node });
    if (unreadable.length === 0) return;
    await alarms.raise({
      tenantId: null,
      kind: 'journal/unreadable',
      subjectId: ledger.node,
      message: `${unreadable.length} journal(s) cannot be read and were left where they are`,
      facts: { paths: unreadable.slice(0, 100) },
    });
  }

  async #pause(failures: number): Promise<void> {
    if (this.#isOver) return;
    const { clock, retryMs = 5000 } = this.#options;
    const delayMs = retryMs * Math.min(2 ** failures, 60);
    await new Promise<void>((resolve) => {
      const timer = clock.setTimer(delayMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

/** Recordings that are sealed and have no file get their job again; one that has it already keeps the one. */
export const requeueSealed = async (rows: RecoveryRows, jobs: Jobs): Promise<number> => {
  const recordings = await rows.sealedRecordings();
  await jobs.enqueue(
    'finalise',
    recordings.map((recordingId) => ({ recordingId })),
  );
  return recordings.length;
};
