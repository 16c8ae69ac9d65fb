import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId, QueueId, RecordingId } from '#core/ids.ts';
import { silentLog, silentMetrics } from '../../../tests/rig/silent.ts';
import { LedgerFile, type LedgerFileOptions } from './ledger-file.ts';
import { encodeLine } from './ledger-line.ts';

const root = mkdtempSync(join(tmpdir(), 'callreel-ledger-'));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, `l${folders++}`);

const queued = (number: number, callId = 'call-1'): LedgerEntry => ({
  kind: 'queued',
  callId: callId as CallId,
  at: number,
  queueId: `queue „${number}“` as QueueId,
});
const ended = (callId: string): LedgerEntry => ({
  kind: 'callEnded',
  callId: callId as CallId,
  at: 1,
  endStatus: 'ok',
  hungUpSide: 'user',
  cause: 'BYE',
  gotMedia: true,
});
const started = (callId: string): LedgerEntry => ({
  kind: 'callStarted',
  callId: callId as CallId,
  at: 1,
  tenantId: 'tenant-a' as never,
  callType: 'inbound',
  direction: 'in',
  caller: '+6281',
  callee: '1000',
  trunkId: null,
  directoryVersion: 1,
});

const openLedger = (folder: string, more: Partial<LedgerFileOptions> = {}) => {
  const log = silentLog();
  const metrics = silentMetrics();
  return LedgerFile.open({ folder, log, metrics, ...more }).then((ledger) => ({
    ledger,
    log,
    metrics,
  }));
};

const numbersOf = (entries: readonly LedgerEntry[]): number[] => entries.map((entry) => entry.at);

test('what was appended is read in order, across files, from any place', async () => {
  const folder = newFolder();
  const { ledger } = await openLedger(folder, { fileBytes: 1000 });
  for (let n = 0; n < 100; n++) ledger.append(queued(n));
  assert(readdirSync(folder).length > 5);
  const all = await ledger.read(null, 1000);
  assert.deepEqual(
    numbersOf(all.entries),
    Array.from({ length: 100 }, (_, n) => n),
  );
  assert.deepEqual(all.entries[42], queued(42));
  assert.equal(all.atEnd, true);
  const piecewise: number[] = [];
  let place = null;
  for (let batch = await ledger.read(place, 7); ; batch = await ledger.read(place, 7)) {
    piecewise.push(...numbersOf(batch.entries));
    place = batch.next;
    if (batch.atEnd) break;
  }
  assert.deepEqual(piecewise, numbersOf(all.entries));
  assert.equal(ledger.lagBytes(place), 0);
  ledger.append(queued(100));
  assert.deepEqual(numbersOf((await ledger.read(place, 7)).entries), [100]);
  await ledger.close();
});

test('a tail torn at any byte is cut, and what stood before it stays', async () => {
  const folder = newFolder();
  const first = await openLedger(folder);
  for (let n = 0; n < 3; n++) first.ledger.append(queued(n));
  await first.ledger.close();
  const file = join(folder, '000000000001.ldg');
  const whole = readFileSync(file);
  const lastLine = encodeLine(queued(2)).length;
  for (let cut = 1; cut <= lastLine; cut++) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    writeFileSync(file, whole);
    truncateSync(file, whole.length - cut);
    const { ledger } = await openLedger(folder);
    ledger.append(queued(9));
    assert.deepEqual(numbersOf((await ledger.read(null, 10)).entries), [0, 1, 9], `cut ${cut}`);
    await ledger.close();
  }
});

test('a damaged line in the middle is skipped, counted and told', async () => {
  const folder = newFolder();
  const first = await openLedger(folder);
  for (let n = 0; n < 3; n++) first.ledger.append(queued(n));
  await first.ledger.close();
  const file = join(folder, '000000000001.ldg');
  const bytes = readFileSync(file);
  const place = encodeLine(queued(0)).length + 20;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const { ledger, log } = await openLedger(folder);
  const batch = await ledger.read(null, 10);
  assert.deepEqual(numbersOf(batch.entries), [0, 2]);
  assert.equal(batch.damaged, 1);
  assert(log.events.some(({ event }) => event === 'ledger.damaged'));
  await ledger.close();
});

test('while the disk refuses, entries wait in memory in order and are written when it lets us', async () => {
  const folder = newFolder();
  const { ledger, metrics } = await openLedger(folder, { fileBytes: 10, maxQueued: 3, retryMs: 5 });
  ledger.append(queued(0));
  // The next file cannot be begun: something lies at its name.
  const obstacle = join(folder, '000000000002.ldg');
  writeFileSync(obstacle, '');
  for (let n = 1; n <= 3; n++)
    assert.throws(
      () => ledger.append(queued(n)),
      (thrown) => {
        assert(thrown instanceof Fault);
        assert.equal(thrown.code, 'ledger/unwritable');
        assert.equal(thrown.facts['lost'], undefined);
        return true;
      },
    );
  assert.equal(metrics.value('callreel_ledger_queued_entries'), 3);
  assert.throws(
    () => ledger.append(queued(4)),
    (thrown) => thrown instanceof Fault && thrown.facts['lost'] === true,
  );
  assert.equal(metrics.value('callreel_ledger_lost_entries_total'), 1);
  const written = new Promise<void>((resolve) => ledger.onAppend(resolve));
  rmSync(obstacle);
  await written;
  assert.deepEqual(numbersOf((await ledger.read(null, 10)).entries), [0, 1, 2, 3]);
  assert.equal(metrics.value('callreel_ledger_queued_entries'), 0);
  await ledger.close();
});

test('files go once they are read and their calls have ended, never before', async () => {
  const folder = newFolder();
  const { ledger } = await openLedger(folder, { fileBytes: 200 });
  ledger.append(started('early'));
  for (let n = 0; n < 30; n++) ledger.append(queued(n));
  const { next } = await ledger.read(null, 1000);
  const files = (): number => readdirSync(folder).filter((name) => name.endsWith('.ldg')).length;
  const before = files();
  await ledger.prune(next);
  assert.equal(files(), before, 'a call that is up keeps the file it began in');
  ledger.append(ended('early'));
  await ledger.prune((await ledger.read(next, 10)).next);
  assert(files() <= 5, String(files()));
  await ledger.close();
  const again = await openLedger(folder);
  assert.equal((await again.ledger.read(next, 10)).entries.length, 1);
  await again.ledger.close();
});

test('a recording that is not sealed yet keeps the file it began in, although its call has ended', async () => {
  const folder = newFolder();
  const { ledger } = await openLedger(folder, { fileBytes: 200 });
  const recording = { callId: 'c' as CallId, at: 1, recordingId: 'r' as RecordingId };
  ledger.append(started('c'));
  ledger.append({ kind: 'recordingStarted', ...recording, segment: 1, atMonoNs: '1' });
  ledger.append(ended('c'));
  for (let n = 0; n < 30; n++) ledger.append(queued(n));
  const isKept = async (): Promise<boolean> => {
    await ledger.prune((await ledger.read(null, 1000)).next);
    const { entries } = await ledger.read(null, 1000);
    return entries.some(({ kind }) => kind === 'recordingStarted');
  };
  assert.equal(await isKept(), true);
  ledger.append({ kind: 'recordingSealed', ...recording });
  assert.equal(await isKept(), false);
  await ledger.close();
});

test('kill -9 loses no entry whose append had returned', async () => {
  const folder = newFolder();
  const script = `
    import { LedgerFile } from ${JSON.stringify(join(import.meta.dirname, 'ledger-file.ts'))};
    import { silentLog, silentMetrics } from ${JSON.stringify(join(import.meta.dirname, '../../../tests/rig/silent.ts'))};
    import { writeSync } from 'node:fs';
    const ledger = await LedgerFile.open({ folder: ${JSON.stringify(folder)}, log: silentLog(), metrics: silentMetrics(), fileBytes: 20000 });
    const one = () => {
      for (let n = 0; n < 50; n++) { ledger.append({ kind: 'queued', callId: 'c', at: count, queueId: 'q' }); count++; }
      writeSync(1, count + '\\n');
      setImmediate(one);
    };
    let count = 0;
    one();`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.length > 3000) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const acknowledged = Number(output.split('\n').at(-2));
  assert(acknowledged > 100);
  const { ledger } = await openLedger(folder);
  const { entries } = await ledger.read(null, Infinity);
  assert(entries.length >= acknowledged, `${entries.length} of ${acknowledged}`);
  assert.deepEqual(
    numbersOf(entries),
    Array.from({ length: entries.length }, (_, n) => n),
  );
  await ledger.close();
});

test('a ledger keeps its node name', async () => {
  const folder = newFolder();
  const first = await openLedger(folder);
  await first.ledger.close();
  const second = await openLedger(folder);
  assert.equal(first.ledger.node, second.ledger.node);
  await second.ledger.close();
  appendFileSync(join(folder, 'stranger.txt'), 'x');
  const third = await openLedger(folder);
  await third.ledger.close();
  assert.equal(statSync(join(folder, '000000000001.ldg')).size, 0);
});

test('takes 20,000 entries a second', async () => {
  const folder = newFolder();
  const { ledger } = await openLedger(folder);
  const entry = started('speed');
  const count = 20_000;
  const begin = process.cpuUsage();
  for (let n = 0; n < count; n++) ledger.append(entry);
  const used = process.cpuUsage(begin);
  await ledger.close();
  // CPU time, not wall time: the machine may be busy with others.
  assert((used.user + used.system) / 1e6 < 1, `${(used.user + used.system) / 1e3} ms of CPU`);
});
