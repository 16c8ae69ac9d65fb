import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { DiskJournalFolder } from '#adapters/disk/journal-folder.ts';
import { LedgerFile } from '#adapters/disk/ledger-file.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { asFault, Fault } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId, RecordingId, TenantId } from '#core/ids.ts';
import type { JobData } from '#ports/jobs.ts';
import type { JournalFolder } from '#ports/recovery.ts';
import { callEntries } from '../../../tests/rig/call-entries.ts';
import { testKeys, writeJournal } from '../../../tests/rig/journals.ts';
import { until } from '../../../tests/rig/programs.ts';
import { silentLog, silentMetrics } from '../../../tests/rig/silent.ts';
import { Recovery, requeueSealed, type Recovered, type RecoveryOptions } from './recover.ts';

const root = mkdtempSync(join(tmpdir(), 'callreel-recovery-'));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(root, `d${folders++}`);
  mkdirSync(folder);
  return folder;
};

const hourMs = 3_600_000;
const keys = testKeys();
const tenantId = 'tenant-a' as TenantId;
const packet = new Uint8Array(160).fill(0x55);

/** A second of voice; the journal is sealed in good order unless bytes are cut off. */
const addJournal = async (
  folder: string,
  callId: string,
  participant: 1 | 2,
  cutBytes = 0,
): Promise<string> => {
  const trackId = `${callId}-t${participant}`;
  const path = join(folder, 'journals', callId, `${trackId}.crj`);
  mkdirSync(dirname(path), { recursive: true });
  const facts = { callId, recordingId: `${callId}-r1`, trackId, tenantId, participant } as const;
  await writeJournal({ path, keys, facts }, (writer) => {
    for (let n = 0; n < 50; n++) writer.write(n * 160, 5e6 + n * 20_000, 'PCMU', packet, 0, 160);
    writer.seal('ended', 9e6);
  });
  if (cutBytes > 0) truncateSync(path, statSync(path).size - cutBytes);
  return path;
};

interface Rig {
  readonly ledger: LedgerFile;
  readonly options: RecoveryOptions;
  readonly alarms: string[];
  readonly entries: () => Promise<readonly LedgerEntry[]>;
}

const openRig = async (folder: string, unknown: readonly string[] = []): Promise<Rig> => {
  const log = silentLog();
  const ledger = await LedgerFile.open({
    folder: join(folder, 'ledger'),
    log,
    metrics: silentMetrics(),
  });
  const alarms: string[] = [];
  const options: RecoveryOptions = {
    ledger,
    journals: new DiskJournalFolder(folder, keys),
    rows: {
      unknownCalls: async (asked) =>
        asked.filter((id) => unknown.includes(id)) as readonly string[] as readonly CallId[],
      sealedRecordings: async () => ['r1', 'r2'] as readonly string[] as readonly RecordingId[],
    },
    alarms: {
      raise: async ({ kind }) => {
        alarms.push(kind);
      },
      clear: async ({ kind }) => {
        if (alarms.includes(kind)) alarms.push(`${kind} over`);
      },
    },
    clock: systemClock,
    log,
    metrics: silentMetrics(),
    livedUntilMs: null,
    retryMs: 10,
  };
  const entries = async () => (await ledger.read(null, Infinity)).entries;
  return { ledger, options, alarms, entries };
};

const withSalvage = (folder: string, salvage: JournalFolder['salvage']): JournalFolder => {
  const journals = new DiskJournalFolder(folder, keys);
  return {
    callIds: () => journals.callIds(),
    journalsOf: (callId) => journals.journalsOf(callId),
    facts: (path) => journals.facts(path),
    salvage,
  };
};

/** Both halves, as at a start. */
const recoverAll = async (options: RecoveryOptions): Promise<Recovered> => {
  const recovery = new Recovery(options);
  await recovery.endCalls();
  const recovered = await recovery.salvage();
  assert(recovered);
  return recovered;
};

const kindsAfter = (entries: readonly LedgerEntry[], index: number): string[] =>
  entries.slice(index).map((entry) => entry.kind);

/** What the ledger says of a call whose process died while both talked. */
const talking = (callId: string): LedgerEntry[] => {
  const entries = callEntries({ callId, tenantId, agentId: 'agent-7' });
  return entries.slice(
    0,
    entries.findIndex((entry) => entry.kind === 'trackSealed'),
  );
};

test('a call that was up when the process died is closed and its voices are salvaged', async () => {
  const folder = newFolder();
  await addJournal(folder, 'c1', 1, 30);
  await addJournal(folder, 'c1', 2, 30);
  const { ledger, options, entries } = await openRig(folder);
  for (const entry of [
    ...callEntries({ callId: 'done', tenantId, agentId: 'agent-7' }),
    ...talking('c1'),
  ])
    ledger.append(entry);
  const before = (await entries()).length;
  const recovered = await recoverAll(options);
  assert.deepEqual(
    { ...recovered },
    {
      calls: 1,
      salvagedTracks: 2,
      sealedRecordings: 1,
      failedRecordings: 0,
      adoptedTracks: 0,
      unreadable: [],
    },
  );
  const all = await entries();
  assert.deepEqual(kindsAfter(all, before), [
    'legEnded',
    'legEnded',
    'callEnded',
    'trackSealed',
    'trackSealed',
    'lastHeard',
    'recordingSealed',
  ]);
  const sealed = all.find((entry) => entry.kind === 'trackSealed' && entry.salvaged);
  assert(sealed?.kind === 'trackSealed');
  assert(
    sealed.summary.frames >= 4000 && sealed.summary.frames <= 8000,
    String(sealed.summary.frames),
  );
  const end = all.find((entry) => entry.callId === 'c1' && entry.kind === 'callEnded');
  assert(end?.kind === 'callEnded');
  assert.match(end.cause, /the process stopped while the call was up/);
  const again = await recoverAll(options);
  assert.equal(again.calls + again.salvagedTracks + again.sealedRecordings, 0);
  assert.equal((await entries()).length, all.length);
  await ledger.close();
});

const withAppend = (
  ledger: LedgerFile,
  append: RecoveryOptions['ledger']['append'],
): RecoveryOptions['ledger'] => ({
  node: ledger.node,
  append,
  read: (from, maxEntries) => ledger.read(from, maxEntries),
  lagBytes: (from) => ledger.lagBytes(from),
  onAppend: (listener) => ledger.onAppend(listener),
  prune: (upTo) => ledger.prune(upTo),
});

const unwritable = (): Fault =>
  new Fault('ledger/unwritable', 'the entry waits in memory', { retry: 'later' });

/**
 * Recovery that dies in place of its `left`-th entry from now; what it appended before stays.
 *
 * @returns whether it lived to take calls, and gave signs of its life
 */
const recoverAndDie = async (
  rig: Rig,
  left: number,
  options: Partial<RecoveryOptions>,
): Promise<boolean> => {
  let die: () => never = () => assert.fail('dies before it lives');
  const dying = withAppend(rig.ledger, (entry) => {
    if (left-- === 0) die();
    rig.ledger.append(entry);
  });
  const recovery = new Recovery({ ...rig.options, ...options, ledger: dying });
  const killed = new Promise<void>((resolve) => {
    die = () => {
      recovery.close();
      resolve();
      throw new Fault('test/killed', 'killed');
    };
  });
  let tookCalls = false;
  const run = recovery.endCalls().then(() => {
    tookCalls = true;
    return recovery.salvage();
  });
  await Promise.race([killed, run]);
  await run.catch((thrown: unknown) =>
    assert.equal(asFault(thrown, 'recovery/failed').code, 'test/killed'),
  );
  return tookCalls;
};

/** Each life but the last dies at one of its steps; hours lie between them. @returns what the ledgers of all these histories tell */
const accountsAfterKills = async (
  template: string,
  { steps, unknown, diedAt }: { steps: number; unknown: readonly string[]; diedAt: number },
): Promise<Set<string>> => {
  const accounts = new Set<string>();
  for (let first = 0; first < steps; first++)
    for (const second of [null, 0, 1, 3]) {
      const copy = newFolder();
      cpSync(template, copy, { recursive: true });
      let lives = 0;
      let livedUntilMs = diedAt;
      for (const step of [first, second, null]) {
        // A found call is in the tables once its first entry is.
        const rig = await openRig(copy, lives === 0 || first === 0 ? unknown : []);
        const nowMs = diedAt + (lives + 1) * 5 * hourMs;
        const clock = { ...systemClock, nowMs: () => nowMs };
        if (step === null) await recoverAll({ ...rig.options, livedUntilMs, clock });
        else if (await recoverAndDie(rig, step, { livedUntilMs, clock })) livedUntilMs = nowMs;
        lives++;
        if (lives === 3) {
          // Only these tell of the past; the rest was done when it was done.
          const past = new Set(['callStarted', 'answered', 'legEnded', 'callEnded', 'lastHeard']);
          const entries = (await rig.entries()).map((entry) => ({
            ...entry,
            at: past.has(entry.kind) ? entry.at : 0,
          }));
          accounts.add([...new Set(entries.map((entry) => JSON.stringify(entry)))].sort().join());
          const ends = entries.filter(({ kind }) => kind === 'callEnded' || kind === 'trackSealed');
          assert.equal(
            ends.length,
            3,
            `one end of the call and of each track: ${first}, ${second}`,
          );
        }
        await rig.ledger.close();
      }
    }
  return accounts;
};

test('being killed after any steps of recovery and run again, hours later, ends with the same account', async () => {
  const folder = newFolder();
  await addJournal(folder, 'c1', 1, 30);
  await addJournal(folder, 'c1', 2, 30);
  const { ledger } = await openRig(folder);
  const story = talking('c1');
  for (const entry of story) ledger.append(entry);
  await ledger.close();
  const diedAt = (story.at(-1)?.at ?? 0) + 100;
  const accounts = await accountsAfterKills(folder, { steps: 8, unknown: [], diedAt });
  assert.equal(accounts.size, 1, [...accounts].join('\n\n'));
});

test('a call that only its journals tell of has the same account after any kills as well', async () => {
  const folder = newFolder();
  await addJournal(folder, 'orphan', 1, 30);
  await addJournal(folder, 'orphan', 2, 30);
  const options = { steps: 16, unknown: ['orphan'], diedAt: 1_790_000_000_000 };
  const accounts = await accountsAfterKills(folder, options);
  assert.equal(accounts.size, 1, [...accounts].join('\n\n'));
});

test('a call that a crash cut off lasted until the last sign of the process, not until the server came back', async () => {
  const folder = newFolder();
  await addJournal(folder, 'cut', 1, 30);
  await addJournal(folder, 'cut', 2, 30);
  const { ledger, options, entries } = await openRig(folder);
  const story = talking('cut');
  for (const entry of story) ledger.append(entry);
  const toldAt = story.at(-1)?.at ?? 0;
  const livedUntilMs = toldAt + hourMs;
  const clock = { ...systemClock, nowMs: () => toldAt + 8 * hourMs };
  await recoverAll({ ...options, clock, livedUntilMs });
  const all = await entries();
  const ends = all.filter(({ kind }) => kind === 'legEnded' || kind === 'callEnded');
  assert.deepEqual(
    ends.map(({ at }) => at),
    [livedUntilMs, livedUntilMs, livedUntilMs],
  );
  assert.equal(all.find(({ kind }) => kind === 'recordingSealed')?.at, clock.nowMs());
  await ledger.close();
});

test('every call has its end before any audio is read, and a start that comes to nothing changes none of it', async () => {
  const folder = newFolder();
  for (const callId of ['one', 'two'])
    for (const participant of [1, 2] as const) await addJournal(folder, callId, participant, 30);
  const { ledger, options, entries } = await openRig(folder);
  for (const callId of ['one', 'two']) for (const entry of talking(callId)) ledger.append(entry);
  const before = (await entries()).length;
  const journals = withSalvage(folder, () => assert.fail('audio was read'));
  const first = new Recovery({ ...options, journals });
  assert.equal(await first.endCalls(), 2);
  const ended = (await entries()).slice(before);
  assert.deepEqual(
    ended.map(({ kind }) => kind),
    ['legEnded', 'legEnded', 'callEnded', 'legEnded', 'legEnded', 'callEnded'],
  );
  // The next life ends as well, hours later, before it had salvaged anything.
  const clock = { ...systemClock, nowMs: () => (ended.at(-1)?.at ?? 0) + 8 * hourMs };
  const recovered = await recoverAll({ ...options, clock, livedUntilMs: clock.nowMs() });
  assert.deepEqual([recovered.calls, recovered.sealedRecordings], [0, 2]);
  const ends = (await entries()).filter(({ kind }) => kind === 'callEnded');
  assert.equal(ends.length, 2);
  await ledger.close();
});

test('a disk that refuses one journal holds up no other, is an alarm, and is tried again', async () => {
  const folder = newFolder();
  for (const callId of ['first', 'second']) await addJournal(folder, callId, 1, 30);
  const { ledger, options, alarms, entries } = await openRig(folder);
  for (const callId of ['first', 'second'])
    for (const entry of talking(callId)) ledger.append(entry);
  const journals = new DiskJournalFolder(folder, keys);
  const order: string[] = [];
  let refusals = 0;
  const failing = withSalvage(folder, async (path) => {
    order.push(path.split('/')[1] ?? '');
    if (path.includes('first') && refusals++ < 2)
      throw new Fault('disk/full', 'no space', { retry: 'later' });
    return journals.salvage(path);
  });
  const recovered = await recoverAll({ ...options, journals: failing });
  assert.equal(recovered.sealedRecordings, 2);
  assert.deepEqual(order, ['first', 'second', 'second', 'first', 'first', 'first']);
  assert.deepEqual(alarms, ['recovery/waits', 'recovery/waits', 'recovery/waits over']);
  const tracks = (await entries()).filter(({ kind }) => kind === 'trackSealed');
  assert.equal(tracks.length, 4, 'each track is sealed once');
  await ledger.close();
});

test('alarms that cannot be written are written when they can, and nothing is salvaged twice for it', async () => {
  const folder = newFolder();
  await addJournal(folder, 'c1', 1, 30);
  writeFileSync(await addJournal(folder, 'c1', 2), 'not a journal');
  const { ledger, options, alarms } = await openRig(folder);
  for (const entry of talking('c1')) ledger.append(entry);
  let isAway = true;
  const recovered = await recoverAll({
    ...options,
    alarms: {
      ...options.alarms,
      raise: async (alarm) => {
        if (isAway) {
          isAway = false;
          throw new Fault('database/away', 'away', { retry: 'later' });
        }
        await options.alarms.raise(alarm);
      },
    },
  });
  assert.deepEqual(alarms, ['journal/unreadable']);
  assert.deepEqual([recovered.sealedRecordings, recovered.unreadable.length], [1, 1]);
  await ledger.close();
});

test('a call lasted until its last word where no later sign of the process is left', async () => {
  const folder = newFolder();
  await addJournal(folder, 'cut', 1, 30);
  await addJournal(folder, 'cut', 2, 30);
  const { ledger, options, entries } = await openRig(folder);
  const story = talking('cut');
  for (const entry of story) ledger.append(entry);
  const begun = story.find((entry) => entry.kind === 'recordingStarted');
  assert(begun?.kind === 'recordingStarted');
  await recoverAll(options);
  const all = await entries();
  const heard = all
    .filter((entry) => entry.kind === 'trackSealed')
    .map(({ summary }) => Number(summary.lastPacketAtMonoNs) - Number(begun.atMonoNs));
  const lastWordAt = begun.at + Math.round(Math.max(...heard) / 1e6);
  assert(lastWordAt > begun.at && lastWordAt < begun.at + 60_000, String(lastWordAt - begun.at));
  assert.equal(all.find(({ kind }) => kind === 'callEnded')?.at, story.at(-1)?.at);
  assert.equal(all.find(({ kind }) => kind === 'lastHeard')?.at, lastWordAt);
  await ledger.close();
});

test('a call that had its own end keeps it, whatever its journals hold', async () => {
  const folder = newFolder();
  await addJournal(folder, 'ended', 1, 30);
  const { ledger, options, entries } = await openRig(folder);
  for (const entry of callEntries({ callId: 'ended', tenantId, agentId: 'agent-7' }))
    if (entry.kind !== 'trackSealed' && entry.kind !== 'recordingSealed') ledger.append(entry);
  assert.equal((await recoverAll(options)).sealedRecordings, 1);
  assert((await entries()).every(({ kind }) => kind !== 'lastHeard'));
  await ledger.close();
});

test('a sign of life from a clock that is ahead puts no end into the future', async () => {
  const folder = newFolder();
  const { ledger, options, entries } = await openRig(folder);
  const story = talking('cut');
  for (const entry of story) ledger.append(entry);
  const nowMs = (story.at(-1)?.at ?? 0) + hourMs;
  const clock = { ...systemClock, nowMs: () => nowMs };
  await recoverAll({ ...options, clock, livedUntilMs: nowMs + 24 * hourMs });
  assert.equal((await entries()).find(({ kind }) => kind === 'callEnded')?.at, nowMs);
  await ledger.close();
});

test('a recording that began while the clock was ahead moves no end into the future', async () => {
  const folder = newFolder();
  await addJournal(folder, 'cut', 1, 30);
  const { ledger, options, entries } = await openRig(folder);
  const ahead = 10 * hourMs;
  for (const entry of talking('cut'))
    ledger.append(entry.kind === 'recordingStarted' ? { ...entry, at: entry.at + ahead } : entry);
  const nowMs = (talking('cut').at(-1)?.at ?? 0) + 1000;
  await recoverAll({ ...options, clock: { ...systemClock, nowMs: () => nowMs } });
  const all = await entries();
  const ends = all.filter(({ kind }) => kind === 'callEnded' || kind === 'lastHeard');
  assert(ends.length > 0 && ends.every(({ at }) => at <= nowMs), JSON.stringify(ends));
  await ledger.close();
});

test('a header that cannot be read keeps neither the start nor other journals waiting, and is read again if it can be', async () => {
  const folder = newFolder();
  for (const callId of ['known', 'orphan', 'other'])
    for (const participant of [1, 2] as const) await addJournal(folder, callId, participant, 30);
  const { ledger, options, alarms, entries } = await openRig(folder, ['orphan', 'other']);
  for (const entry of talking('known')) ledger.append(entry);
  const journals = new DiskJournalFolder(folder, keys);
  let passing = 1;
  const recovered = await recoverAll({
    ...options,
    journals: {
      ...withSalvage(folder, (path) => journals.salvage(path)),
      facts: async (path) => {
        const isBad = path.includes('known-t1') || path.includes('orphan-t1');
        if (isBad || (path.includes('other-t2') && passing-- > 0))
          throw new Fault('disk/io', 'a sector cannot be read');
        return journals.facts(path);
      },
    },
  });
  assert.deepEqual(recovered.unreadable, ['journals/orphan/orphan-t1.crj']);
  assert.deepEqual([recovered.adoptedTracks, recovered.sealedRecordings], [3, 3]);
  assert.deepEqual(alarms, ['journal/unreadable']);
  const order = (await entries()).filter(({ callId }) => callId === 'other');
  assert.equal(order.filter(({ kind }) => kind === 'recordingSealed').length, 1);
  assert.equal(order.at(-1)?.kind, 'callEnded', 'both voices came before the end');
  await ledger.close();
});

test('a journal that the ledger did not name is sealed although its recording was', async () => {
  const folder = newFolder();
  for (const participant of [1, 2] as const) await addJournal(folder, 'c1', participant, 30);
  const { ledger, options, entries } = await openRig(folder);
  const all = callEntries({ callId: 'c1', tenantId, agentId: 'agent-7' });
  // The line of one track was damaged, and the call was still up.
  for (const entry of all)
    if (entry.kind !== 'callEnded' && !('trackId' in entry && entry.trackId === 'c1-t2'))
      ledger.append(entry);
  const recovered = await recoverAll(options);
  assert.equal(recovered.adoptedTracks, 1);
  const sealed = (await entries()).filter((entry) => entry.kind === 'trackSealed');
  assert.deepEqual(
    sealed.map(({ trackId }) => trackId),
    ['c1-t1', 'c1-t2'],
  );
  await ledger.close();
});

test('a journal that cannot be read for good is left after three tries, with an alarm, and the other voice is kept', async () => {
  const folder = newFolder();
  for (const participant of [1, 2] as const) await addJournal(folder, 'c1', participant, 30);
  const { ledger, options, alarms, entries } = await openRig(folder);
  for (const entry of talking('c1')) ledger.append(entry);
  const journals = new DiskJournalFolder(folder, keys);
  let tries = 0;
  const recovered = await recoverAll({
    ...options,
    journals: withSalvage(folder, async (path) => {
      if (!path.includes('t2')) return journals.salvage(path);
      tries++;
      throw new Fault('disk/io', 'a sector cannot be read');
    }),
  });
  assert.equal(tries, 3);
  assert.deepEqual(recovered.unreadable, ['journals/c1/c1-t2.crj']);
  assert.equal(recovered.sealedRecordings, 1);
  assert.deepEqual(alarms.at(-1), 'journal/unreadable');
  const failed = (await entries()).filter(
    (entry) => entry.kind === 'trackSealed' && entry.failedBy !== null,
  );
  assert.equal(failed.length, 1);
  await ledger.close();
});

test('while calls are taken, entries that the disk refuses wait in the ledger, and nothing is done twice', async () => {
  const folder = newFolder();
  await addJournal(folder, 'c1', 1, 30);
  const { ledger, options, entries } = await openRig(folder);
  for (const entry of talking('c1')) ledger.append(entry);
  let isRefusing = false;
  const recovery = new Recovery({
    ...options,
    ledger: withAppend(ledger, (entry) => {
      ledger.append(entry);
      if (isRefusing) throw unwritable();
    }),
  });
  await recovery.endCalls();
  isRefusing = true;
  assert.equal((await recovery.salvage())?.sealedRecordings, 1);
  const kinds = (await entries()).map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === 'recordingSealed').length, 1);
  // Before calls are taken it keeps the start from going on.
  const next = newFolder();
  const early = await openRig(next);
  for (const entry of talking('c2')) early.ledger.append(entry);
  const refusing = withAppend(early.ledger, () => {
    throw unwritable();
  });
  await assert.rejects(new Recovery({ ...early.options, ledger: refusing }).endCalls(), {
    code: 'ledger/unwritable',
  });
  await ledger.close();
  await early.ledger.close();
});

test('closing ends the salvage at once in a pause, and before the next call', async () => {
  const folder = newFolder();
  for (const callId of ['first', 'second']) await addJournal(folder, callId, 1, 30);
  const rig = await openRig(folder);
  for (const callId of ['first', 'second'])
    for (const entry of talking(callId)) rig.ledger.append(entry);
  const waiting = new Map<string, number>();
  const gauge = { set: (value: number) => void waiting.set('calls', value) };
  const metrics = { ...silentMetrics(), gauge: () => gauge };
  const full = withSalvage(folder, () => Promise.reject(new Fault('disk/full', 'no space')));
  const pausing = new Recovery({ ...rig.options, metrics, journals: full, retryMs: 3_600_000 });
  await pausing.endCalls();
  const paused = pausing.salvage();
  await until('the alarm is raised', () => rig.alarms.includes('recovery/waits') || undefined);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(waiting.get('calls'), 2);
  pausing.close();
  assert.equal(await paused, null);
  const journals = new DiskJournalFolder(folder, keys);
  const read: string[] = [];
  const closing = new Recovery({
    ...rig.options,
    metrics,
    journals: withSalvage(folder, (path) => {
      read.push(path);
      closing.close();
      return journals.salvage(path);
    }),
  });
  await closing.endCalls();
  assert.equal(await closing.salvage(), null);
  assert(read.every((path) => path.includes('first')) && read.length > 0, read.join());
  const last = new Recovery({ ...rig.options, metrics });
  await last.endCalls();
  assert.equal(waiting.get('calls'), 1, 'the first call is whole');
  assert((await last.salvage()) !== null);
  assert.equal(waiting.get('calls'), 0);
  await rig.ledger.close();
});

test('a call that was held in silence when the process died was up as long as the process is known to have been', async () => {
  const folder = newFolder();
  const { ledger, options, entries } = await openRig(folder);
  for (const entry of talking('held')) ledger.append(entry);
  const story = callEntries({
    callId: 'later',
    tenantId,
    agentId: null,
    startedAt: 1_790_000_000_000 + hourMs,
  });
  for (const entry of story) ledger.append(entry);
  await recoverAll(options);
  const ends = (await entries()).filter(({ kind }) => kind === 'callEnded');
  const end = ends.at(-1);
  assert.equal(end?.callId, 'held');
  assert.equal(end.at, story.at(-1)?.at);
  await ledger.close();
});

test('a clock that was wrong for a while puts no end of a call into the future, nor before what the call itself told', async () => {
  const folder = newFolder();
  const { ledger, options, entries } = await openRig(folder);
  const story = talking('cut');
  const toldAt = story.at(-1)?.at ?? 0;
  const yearMs = 365 * 24 * hourMs;
  const whileWrong = (callId: string, startedAt: number): LedgerEntry[] =>
    callEntries({ callId, tenantId, agentId: null, startedAt });
  for (const entry of [...whileWrong('ahead', toldAt + 4 * yearMs), ...story]) ledger.append(entry);
  for (const entry of whileWrong('behind', toldAt - 4 * yearMs)) ledger.append(entry);
  await recoverAll({ ...options, clock: { ...systemClock, nowMs: () => toldAt + hourMs } });
  const end = (await entries()).find(
    (entry) => entry.callId === 'cut' && entry.kind === 'callEnded',
  );
  assert.equal(end?.at, toldAt);
  await ledger.close();
});

test('a call that had captured nothing yet ends as failed, with its reason', async () => {
  const folder = newFolder();
  const { ledger, options, entries } = await openRig(folder);
  for (const entry of talking('early')) ledger.append(entry);
  const recovered = await recoverAll(options);
  assert.equal(recovered.failedRecordings, 1);
  const failed = (await entries()).find((entry) => entry.kind === 'recordingFailed');
  assert(failed?.kind === 'recordingFailed');
  assert.match(failed.reason, /no audio/);
  await ledger.close();
});

test('a voice is kept when the other party’s journal was never begun', async () => {
  const folder = newFolder();
  await addJournal(folder, 'half', 1, 30);
  const { ledger, options, entries } = await openRig(folder);
  for (const entry of talking('half')) ledger.append(entry);
  const recovered = await recoverAll(options);
  assert.equal(recovered.sealedRecordings, 1);
  const tracks = (await entries()).filter((entry) => entry.kind === 'trackSealed');
  assert.deepEqual(
    tracks.map((track) => [track.summary.frames > 0, track.failedBy]),
    [
      [true, null],
      [false, null],
    ],
  );
  await ledger.close();
});

test('a recording whose journals were not sealed before its call closed is sealed at the next start', async () => {
  const folder = newFolder();
  await addJournal(folder, 'stalled', 1);
  await addJournal(folder, 'stalled', 2, 30);
  const { ledger, options, entries } = await openRig(folder);
  const all = callEntries({ callId: 'stalled', tenantId, agentId: 'agent-7' });
  for (const entry of all)
    if (entry.kind !== 'trackSealed' && entry.kind !== 'recordingSealed') ledger.append(entry);
  const before = (await entries()).length;
  const recovered = await recoverAll(options);
  assert.equal(recovered.sealedRecordings, 1);
  assert.equal(recovered.calls, 0, 'the call had its end');
  const written = (await entries()).slice(before);
  assert.deepEqual(
    written.map((entry) => (entry.kind === 'trackSealed' ? entry.summary.frames > 0 : entry.kind)),
    [true, true, 'recordingSealed'],
  );
  await ledger.close();
});

test('a call that rang when the process died just ends', async () => {
  const folder = newFolder();
  const { ledger, options, entries } = await openRig(folder);
  for (const entry of talking('ringing').slice(0, 2)) ledger.append(entry);
  await recoverAll(options);
  assert.deepEqual(kindsAfter(await entries(), 2), ['legEnded', 'callEnded']);
  await ledger.close();
});

test('journals that the ledger does not know become a call of the tenant in their header', async () => {
  const folder = newFolder();
  await addJournal(folder, 'orphan', 1, 30);
  await addJournal(folder, 'orphan', 2);
  await addJournal(folder, 'in-tables', 1);
  const { ledger, options, entries } = await openRig(folder, ['orphan']);
  const recovered = await recoverAll(options);
  assert.equal(recovered.adoptedTracks, 2);
  assert.equal(recovered.sealedRecordings, 1);
  const all = await entries();
  assert(all.every((entry) => entry.callId === 'orphan'));
  assert.equal(all.filter((entry) => entry.kind === 'callStarted').length, 1);
  assert.equal(all.filter((entry) => entry.kind === 'recordingStarted').length, 1);
  const end = all.at(-1);
  assert.equal(end?.kind, 'callEnded');
  const begun = all.find((entry) => entry.kind === 'recordingStarted');
  const heard = all
    .filter((entry) => entry.kind === 'trackSealed')
    .map(({ summary }) => Number(summary.lastPacketAtMonoNs) - Number(begun?.atMonoNs));
  // Nobody else knows of it: it lasted as long as its voices.
  assert.equal(end.at, (begun?.at ?? 0) + Math.round(Math.max(...heard) / 1e6));
  const { adoptedTracks } = await recoverAll(options);
  assert.equal(adoptedTracks, 0);
  await ledger.close();
});

test('a journal without a readable header is named in an alarm and left where it is', async () => {
  const folder = newFolder();
  const path = await addJournal(folder, 'broken', 1);
  writeFileSync(path, 'not a journal');
  const { ledger, options, alarms } = await openRig(folder, ['broken']);
  const { unreadable } = await recoverAll(options);
  assert.deepEqual(unreadable, ['journals/broken/broken-t1.crj']);
  assert.deepEqual(alarms, ['journal/unreadable']);
  assert.equal(statSync(path).size, 13);
  await ledger.close();
});

test('a wrong master key stops the start and changes nothing', async () => {
  const folder = newFolder();
  const path = await addJournal(folder, 'c1', 1, 30);
  const size = statSync(path).size;
  const { ledger, options, entries } = await openRig(folder);
  for (const entry of talking('c1')) ledger.append(entry);
  const before = (await entries()).length;
  const journals = new DiskJournalFolder(folder, testKeys(new Uint8Array(32).fill(2)));
  await assert.rejects(new Recovery({ ...options, journals }).endCalls(), {
    code: 'secrets/wrong-master-key',
  });
  assert.equal((await entries()).length, before);
  assert.equal(statSync(path).size, size);
  await ledger.close();
});

test('recordings that are sealed and have no file get their job again', async () => {
  const folder = newFolder();
  const { ledger, options } = await openRig(folder);
  const ordered: JobData['finalise'][] = [];
  const count = await requeueSealed(options.rows, {
    enqueue: async (_name, items) => {
      ordered.push(...(items as readonly JobData['finalise'][]));
    },
  });
  assert.equal(count, 2);
  assert.deepEqual(
    ordered.map((job) => job.recordingId),
    ['r1', 'r2'],
  );
  await ledger.close();
});
