/**
 * After a process died with calls up. Before new calls are taken, every call that the ledger knows gets its end: no audio is read for
 * that. While they are taken, the journals are made complete again, however many hours they hold: every recording is sealed, nothing is
 * orphaned. Works through the ledger only, so being killed in the middle and run again continues where it was.
 */
import type { JournalFacts } from '#audio/container/journal-format.ts';
import { asFault, Fault } from '#base/fault.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { Gauge, Metrics } from '#ports/metrics.ts';
import type { JournalFolder, RecoveryRows } from '#ports/recovery.ts';
import { adoptJournal } from './adopt.ts';
import type { OpenCall, OpenRecording, OpenTrack } from './open-calls.ts';
import { RecoveryAccount, type RecoveryAccountOptions } from './recovery-account.ts';

export interface RecoveryOptions extends RecoveryAccountOptions {
  readonly journals: JournalFolder;
  readonly rows: RecoveryRows;
  readonly alarms: Alarms;
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

const nothing: TrackSummary = {
  frames: 0,
  lostFrames: 0,
  bytes: 0,
  firstPacketAtMonoNs: null,
  lastPacketAtMonoNs: null,
};

/** Faults of one journal that stay. Before calls are taken, anything else (a wrong master key, a disk that does not read) stops the start. */
const ofOneJournal = new Set(['journal/missing', 'journal/unreadable', 'secrets/damaged']);
/** Somebody frees or mends the disk, or the process ends: nothing is said of the journal itself. */
const ofOthers = new Set([
  'disk/full',
  'disk/read-only',
  'disk/not-allowed',
  'salvage/closed',
  'salvage/queue-full',
]);
/** A journal that fails its reader otherwise (a bad sector, a thread that dies of it) is left where it is after so many tries. */
const mostTries = 3;
/** Between the tries of a header. */
const againAfterMs = 100;
/** Headers and folders that are read at once. */
const atOnce = 32;

const unreadable = (cause: Fault): Fault =>
  new Fault('journal/unreadable', cause.message, { facts: cause.facts, cause });

const inBatches = async <T, R>(
  items: readonly T[],
  read: (item: T) => Promise<R>,
): Promise<R[]> => {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce)
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(read))));
  return results;
};

/** What the last life of the process left behind. Use once: first `endCalls`, then `salvage`. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #account: RecoveryAccount;
  readonly #tally = {
    salvagedTracks: 0,
    sealedRecordings: 0,
    failedRecordings: 0,
    adoptedTracks: 0,
  };
  readonly #unreadable = new Set<string>();
  readonly #waiting: Gauge;
  /** Calls with a folder of journals that no entry names. */
  #strangers: readonly string[] = [];
  /** By path: how often reading it failed. */
  readonly #tries = new Map<string, number>();
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#account = new RecoveryAccount(options);
    this.#waiting = options.metrics.gauge(
      'callreel_recovery_calls_waiting',
      'Calls of earlier runs whose journals are still to be salvaged',
    );
    this.#waiting.set(0);
  }

  /**
   * Before the first new call, so that none of them is mistaken for one of the last life. Reads the ledger and, of calls without an end, the
   * headers of journals.
   *
   * @returns how many calls got their end
   * @throws {Fault} `secrets/wrong-master-key`, `disk/…`, `ledger/…`: then nothing may start
   */
  async endCalls(): Promise<number> {
    await this.#account.read();
    const { calls } = this.#account;
    await this.#tryKeys();
    this.#strangers = (await this.#options.journals.callIds()).filter((id) => !calls.has(id));
    await this.#adoptJournals(calls.list().map(({ callId }) => callId));
    // However long that is ago. Journals may tell later that a call lasted longer: a power cut takes the last signs of life.
    const livedUntilMs = Math.max(calls.lastSignAtMs, this.#options.livedUntilMs ?? 0);
    for (const call of calls.list())
      if (call.endedAtMs === null && !call.wasFound) this.#account.endCall(call, livedUntilMs);
    this.#waiting.set(calls.list().length);
    this.#account.goLive();
    return this.#account.endedCalls;
  }

  /**
   * While calls are taken. What the disk refuses is tried again, after everything else and with a growing pause, until `close`.
   *
   * @returns what was found, once nothing is left to do; null when it was closed before
   */
  async salvage(): Promise<Recovered | null> {
    for (let failures = 0; ; failures++) {
      const end = await this.#salvageAll();
      if (end === 'closed') return null;
      if (end === 'done' && (await this.#tells(() => this.#tellOfAll())))
        return {
          ...this.#tally,
          calls: this.#account.endedCalls,
          unreadable: [...this.#unreadable],
        };
      await this.#pause(failures);
    }
  }

  /** Ends `salvage` after the call that is at work, or at once when its thread is closed as well. Idempotent. */
  close(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** A wrong key is told before anything is changed, and not by every journal on its own. */
  async #tryKeys(): Promise<void> {
    const tracks = this.#account.calls
      .list()
      .flatMap(({ recordings }) => [...recordings.values()])
      .flatMap((recording) => [...recording.tracks.values()]);
    const paths = tracks.filter(({ sealed }) => !sealed).map(({ path }) => path);
    await inBatches(paths, (path) => this.#factsOf(path));
  }

  /** A fault of one journal, a sector that does not read included: not for one of them may calls wait. */
  #factsOf(path: string): Promise<JournalFacts | Fault> {
    const { journals, clock } = this.#options;
    return this.#orFault(async () => {
      for (let tries = 1; ; tries++)
        try {
          return await journals.facts(path);
        } catch (thrown) {
          const fault = asFault(thrown, 'recovery/failed');
          if (fault.code !== 'disk/io') throw fault;
          if (tries === mostTries) throw unreadable(fault);
          await new Promise<void>((resolve) => void clock.setTimer(againAfterMs, resolve));
        }
    });
  }

  /** Journals that no entry names become tracks by what their headers say; of a call that nobody knows, the call with them. */
  async #adoptJournals(callIds: readonly string[]): Promise<void> {
    const found = await inBatches(callIds, (callId) => this.#findJournals(callId));
    for (const { path, facts } of found.flat()) this.#adopt(path, facts);
  }

  /** All of a call before the first is taken in: half of it would be closed without the rest. */
  async #findJournals(callId: string): Promise<{ path: string; facts: JournalFacts | Fault }[]> {
    const known = this.#account.calls.journalsOf(callId);
    const paths = await this.#options.journals.journalsOf(callId);
    const found = [];
    for (const path of paths)
      if (!known.has(path)) found.push({ path, facts: await this.#factsOf(path) });
    return found;
  }

  #adopt(path: string, facts: JournalFacts | Fault): void {
    if (facts instanceof Fault) {
      this.#noteLost(path, facts);
      return;
    }
    const { calls } = this.#account;
    const { callId } = facts;
    const known = { isKnown: calls.has(callId), call: calls.get(callId) };
    for (const entry of adoptJournal({ path, facts, ...known })) this.#account.append(entry);
    this.#tally.adoptedTracks++;
    this.#options.log.warn('recovery.journal-adopted', { path, callId });
  }

  /** One pass over everything that is left. */
  async #salvageAll(): Promise<'done' | 'refused' | 'closed'> {
    const { calls } = this.#account;
    const refused: Fault[] = [];
    const attempt = async (step: () => Promise<void>): Promise<void> => {
      try {
        if (!this.#isOver) await step();
      } catch (thrown) {
        const fault = asFault(thrown, 'recovery/failed');
        // At the first one: a disk that stalls takes its time over each.
        const isFirst = refused.push(fault) === 1;
        if (isFirst && !this.#isOver) await this.#tells(() => this.#tellRefused(fault));
      }
      this.#waiting.set(calls.list().length);
    };
    await attempt(() => this.#adoptStrangers());
    for (const call of calls.list()) await attempt(() => this.#closeCall(call));
    if (this.#isOver) return 'closed';
    return refused.length === 0 ? 'done' : 'refused';
  }

  /** Calls that neither this ledger nor the tables know: by construction none of this life. */
  async #adoptStrangers(): Promise<void> {
    if (this.#strangers.length === 0) return;
    const unknown = await this.#options.rows.unknownCalls(this.#strangers);
    await this.#adoptJournals(unknown);
    this.#strangers = [];
  }

  async #closeCall(call: OpenCall): Promise<void> {
    const recordings = [...call.recordings.values()];
    for (const recording of recordings)
      for (const track of recording.tracks.values())
        if (!track.sealed) await this.#closeTrack(call, recording, track);
    const { callId, endedAtMs, wasCut } = call;
    // By a wall clock that may have been wrong when the recording began.
    const at = Math.min(call.lastPacketAtMs, this.#options.clock.nowMs());
    if (wasCut && endedAtMs !== null && at > endedAtMs)
      this.#account.append({ kind: 'lastHeard', callId, at });
    for (const recording of recordings)
      if (!recording.closed) this.#closeRecording(call, recording);
    // Nobody knew the call: it lasted as long as its voices.
    if (endedAtMs === null) this.#account.endCall(call, at);
  }

  #closeRecording({ callId }: OpenCall, { recordingId, tracks }: OpenRecording): void {
    const at = this.#options.clock.nowMs();
    if ([...tracks.values()].some((track) => track.frames > 0)) {
      this.#account.append({ kind: 'recordingSealed', callId, at, recordingId });
      this.#tally.sealedRecordings++;
    } else {
      const reason = 'no audio had been captured when the process stopped';
      this.#account.append({ kind: 'recordingFailed', callId, at, recordingId, reason });
      this.#tally.failedRecordings++;
    }
  }

  async #closeTrack(
    { callId }: OpenCall,
    { recordingId }: OpenRecording,
    { trackId, path }: OpenTrack,
  ): Promise<void> {
    const salvaged = await this.#salvage(path);
    const lost = salvaged instanceof Fault;
    // A journal that was never begun is no failure of capture: the process stopped before the first packet.
    const failedBy = lost && salvaged.code !== 'journal/missing' ? salvaged.code : null;
    if (lost) this.#noteLost(path, salvaged);
    this.#account.append({
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
    const salvaged = await this.#orFault(() => this.#salvageOrGiveUp(path));
    if (salvaged instanceof Fault) return salvaged;
    if (salvaged.changed) this.#tally.salvagedTracks++;
    if (salvaged.cutBytes > 0)
      this.#options.log.info('recovery.journal-cut', { path, cutBytes: salvaged.cutBytes });
    return salvaged;
  }

  async #salvageOrGiveUp(path: string): ReturnType<JournalFolder['salvage']> {
    try {
      return await this.#options.journals.salvage(path);
    } catch (thrown) {
      const fault = asFault(thrown, 'recovery/failed');
      if (ofOthers.has(fault.code) || ofOneJournal.has(fault.code)) throw fault;
      const tries = (this.#tries.get(path) ?? 0) + 1;
      this.#tries.set(path, tries);
      if (tries < mostTries) throw fault;
      throw unreadable(fault);
    }
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
    this.#unreadable.add(path);
    this.#options.log.error('recovery.journal-lost', { path, code, reason: message });
  }

  async #tellRefused({ code, message }: Fault): Promise<void> {
    const { alarms, log, ledger } = this.#options;
    const calls = this.#account.calls.list();
    log.error('recovery.waits', { calls: calls.length, code, reason: message });
    await alarms.raise({
      tenantId: null,
      kind: 'recovery/waits',
      subjectId: ledger.node,
      message: `Recordings of ${calls.length} call(s) of the last run are not salvaged yet`,
      facts: { calls: calls.slice(0, 100).map(({ callId }) => callId), code, reason: message },
    });
  }

  async #tellOfAll(): Promise<void> {
    const { alarms, ledger } = this.#options;
    const paths = [...this.#unreadable];
    await alarms.clear({ tenantId: null, kind: 'recovery/waits', subjectId: ledger.node });
    if (paths.length === 0) return;
    await alarms.raise({
      tenantId: null,
      kind: 'journal/unreadable',
      subjectId: ledger.node,
      message: `${paths.length} journal(s) cannot be read and were left where they are`,
      facts: { paths: paths.slice(0, 100) },
    });
  }

  /** The alarms may be away with the database; then they are told when it is back. @returns whether they were told */
  async #tells(tell: () => Promise<void>): Promise<boolean> {
    try {
      await tell();
      return true;
    } catch (thrown) {
      const { code, message } = asFault(thrown, 'recovery/failed');
      this.#options.log.warn('recovery.not-told', { code, reason: message });
      return false;
    }
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
