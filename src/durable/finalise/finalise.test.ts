import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { linearToUlaw } from '#audio/g711.ts';
import type { RecordingId } from '#core/ids.ts';
import {
  MemoryAlarms,
  MemoryRows,
  openTestFinaliser,
  openTestWorkers,
  recordingId,
  sealedRecording,
  testMasterKey,
} from '../../../tests/rig/finalise.ts';
import { testKeys, writeJournal } from '../../../tests/rig/journals.ts';
import { silentLog } from '../../../tests/rig/silent.ts';
import type { FinaliserOptions } from './finalise.ts';
import { FinaliseWaits, orderWaiting } from './waits.ts';

const root = mkdtempSync(join(tmpdir(), 'finalise-'));
after(() => rmSync(root, { recursive: true, force: true }));

const keys = testKeys(testMasterKey);
let count = 0;

/** A folder with the sealed journals of a short call: the customer at 440 Hz, the agent at 1,000. */
const recordedCall = async (seconds = 2): Promise<{ folder: string; rows: MemoryRows }> => {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  const voices = [440, 1000];
  for (const [index, frequency] of voices.entries()) {
    const kind = index === 0 ? 'customer' : 'agent';
    const facts = { participant: index + 1, participantKind: kind, trackId: `t${index}` } as const;
    await writeJournal({ path: join(folder, `${index}.crj`), keys, facts }, (writer) => {
      for (let packet = 0; packet < seconds * 50; packet++) {
        const payload = Uint8Array.from({ length: 160 }, (_, i) => {
          const at = (packet * 160 + i) / 8000;
          return linearToUlaw(Math.round(8000 * Math.sin(2 * Math.PI * frequency * at)));
        });
        const arrivalUs = 5_000_000 + packet * 20_000 + 20_000;
        writer.write(packet * 160, arrivalUs, 'PCMU', payload, 0, 160);
        if (packet % 25 === 24) writer.tick();
      }
    });
  }
  const rows = new MemoryRows(
    sealedRecording([
      { participant: 1, kind: 'customer', path: '0.crj' },
      { participant: 2, kind: 'agent', path: '1.crj' },
    ]),
  );
  return { folder, rows };
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();

test('makes the planned files of a sealed recording, with digest, size and exact length in its rows, and calls it ready', async () => {
  const { folder, rows } = await recordedCall();
  const { finaliser, close } = await openTestFinaliser(folder, rows);
  assert.equal(await finaliser.finalise(recordingId), 'ready');
  assert.equal(rows.source.state, 'ready');
  assert.equal(rows.facts?.durationMs, 2000);
  assert.equal(rows.facts.frames, 16_000);
  assert.deepEqual([...rows.stored.keys()], ['mixed mp3', 'dual-channel mp3']);
  for (const stored of rows.stored.values()) {
    const bytes = readFileSync(join(folder, 'objects', stored.objectKey));
    assert.equal(bytes.length, stored.sizeBytes);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), stored.sha256);
    assert.equal(stored.channels, stored.rendition === 'mixed' ? 1 : 2);
    assert.equal(
      readFileSync(join(folder, 'objects', stored.peaksKey)).toString('latin1', 0, 4),
      'CRPK',
    );
  }
  assert.deepEqual(filesBelow(join(folder, 'making')), []);
  assert.equal(await finaliser.finalise(recordingId), 'ready', 'a second time harms nothing');
  await close();
});

/** It counts how often files are made. */
const openCountingFinaliser = async (...[folder, rows]: Parameters<typeof openTestFinaliser>) => {
  let count = 0;
  const opened = await openTestFinaliser(folder, rows, (options) => ({
    ...options,
    renderer: {
      render: (order, signal) => {
        count++;
        return options.renderer.render(order, signal);
      },
    },
  }));
  return { ...opened, renders: () => count };
};

test('makes another rendition when it is asked for, once, and refuses what cannot be', async () => {
  const { folder, rows } = await recordedCall();
  const { finaliser, close, renders } = await openCountingFinaliser(folder, rows);
  const both = await Promise.all([
    finaliser.make(recordingId, 'participant-2', 'wav'),
    finaliser.make(recordingId, 'participant-2', 'wav'),
  ]);
  const [made] = both;
  assert.ok(made.ok);
  assert.deepEqual(both[1], made);
  assert.equal(made.value.sizeBytes, 44 + 2 * 16_000);
  assert.ok((await finaliser.make(recordingId, 'participant-2', 'wav')).ok);
  assert.equal(renders(), 1);
  const refused = async (id: string, rendition: 'mixed' | 'participant-3'): Promise<unknown> => {
    const answer = await finaliser.make(id as RecordingId, rendition, 'wav');
    return answer.ok ? 'made' : answer.error;
  };
  assert.equal(await refused('another', 'mixed'), 'unknown');
  assert.equal(await refused(recordingId, 'participant-3'), 'unknown');
  rows.source = { ...rows.source, state: 'capturing' };
  assert.equal(await refused(recordingId, 'mixed'), 'not-ready');
  await assert.rejects(finaliser.finalise(recordingId), {
    code: 'finalise/not-sealed',
    retry: 'later',
  });
  rows.source = { ...rows.source, state: 'ready' };
  rmSync(join(folder, '0.crj'));
  await assert.rejects(refused(recordingId, 'mixed'), { code: 'recording/not-in-folder' });
  assert.ok(
    (await finaliser.make(recordingId, 'participant-2', 'wav')).ok,
    'its copy is still there',
  );
  await close();
});

test('calls a recording failed, with the reason, when no attempt can help: journal gone, header damaged, nobody heard', async () => {
  const missing = await recordedCall();
  for (const journal of ['0.crj', '1.crj']) rmSync(join(missing.folder, journal));
  const damaged = await recordedCall();
  rmSync(join(damaged.folder, '1.crj'));
  writeFileSync(join(damaged.folder, '1.crj'), 'no journal');
  const silent = await recordedCall(0);
  for (const [{ folder, rows }, reason] of [
    [missing, 'journal/missing'],
    [damaged, 'journal/unreadable'],
    [silent, 'finalise/no-audio'],
  ] as const) {
    const { finaliser, close } = await openTestFinaliser(folder, rows);
    assert.equal(await finaliser.finalise(recordingId), 'failed');
    assert.equal(rows.source.state, 'failed');
    assert.equal(rows.reason, reason);
    assert.equal(await finaliser.finalise(recordingId), 'nothing-to-do');
    await close();
  }
});

test('a recording without sound because the disk was full failed for the disk, not for a network that sent nothing', async () => {
  const { folder, rows } = await recordedCall();
  rows.source = { ...rows.source, captureFailedBy: 'disk/full', tracks: [] };
  const { finaliser, close } = await openTestFinaliser(folder, rows);
  assert.equal(await finaliser.finalise(recordingId), 'failed');
  assert.equal(rows.reason, 'disk/full');
  await close();
});

/** As a process with `work` on the data folder of `ownNode`. */
const onFolderOf =
  (ownNode: string | null, alarms: MemoryAlarms) => (options: FinaliserOptions) => ({
    ...options,
    waits: new FinaliseWaits({ alarms, ownNode: () => ownNode }),
  });

test('on the wrong data folder a recording stays sealed, with an alarm, and is made on the right one', async () => {
  const { folder, rows } = await recordedCall();
  const empty = join(root, `empty-${count++}`);
  mkdirSync(empty);
  const alarms = new MemoryAlarms();
  const wrong = await openTestFinaliser(empty, rows, onFolderOf(null, alarms));
  await assert.rejects(wrong.finaliser.finalise(recordingId), {
    code: 'finalise/other-folder',
    retry: 'later',
  });
  assert.deepEqual([...alarms.standing.keys()], ['finalise/other-folder node-1'], 'at once');
  await wrong.finaliser.giveUp(recordingId, 'finalise/other-folder: the journals are elsewhere');
  assert.equal(rows.source.state, 'sealed');
  await wrong.close();
  const right = await openTestFinaliser(folder, rows, onFolderOf('node-1', alarms));
  assert.equal(await right.finaliser.finalise(recordingId), 'ready');
  assert.deepEqual([...alarms.standing], []);
  await right.close();
});

test('the folder of another machine is no alarm before the last try: the next one may be that machine’s', async () => {
  const { rows } = await recordedCall();
  const other = join(root, `other-${count++}`);
  mkdirSync(other);
  const alarms = new MemoryAlarms();
  const { finaliser, close } = await openTestFinaliser(other, rows, onFolderOf('node-2', alarms));
  await assert.rejects(finaliser.finalise(recordingId), { code: 'finalise/other-folder' });
  assert.deepEqual([...alarms.standing], []);
  await finaliser.giveUp(recordingId, 'finalise/other-folder: the journals are elsewhere');
  const words = alarms.standing.get('finalise/other-folder node-1');
  assert.match(words ?? '', /machine node-1 .* data folder of node-2.*CALLREEL_DATA_DIR/);
  assert.equal(rows.source.state, 'sealed');
  await close();
});

test('a disk that stays full longer than the tries last costs no recording: it waits with an alarm, and is made when there is room', async () => {
  const { folder, rows } = await recordedCall();
  const alarms = new MemoryAlarms();
  const { finaliser, close } = await openTestFinaliser(folder, rows, onFolderOf('node-1', alarms));
  await finaliser.giveUp(recordingId, 'disk/full: the disk is full');
  assert.equal(rows.source.state, 'sealed');
  assert.match(alarms.standing.get('disk/full node-1') ?? '', /disk is full .* Free space/);
  assert.equal(await finaliser.finalise(recordingId), 'ready');
  assert.deepEqual([...alarms.standing], []);
  await finaliser.giveUp(recordingId, 'disk/full: the disk is full');
  assert.deepEqual([...alarms.standing], [], 'a try that another one overtook says nothing');
  await close();
});

test('what no mending of the machine can help is given up for good', async () => {
  const { folder, rows } = await recordedCall();
  const { finaliser, close } = await openTestFinaliser(folder, rows);
  await finaliser.giveUp(recordingId, 'finalise/worker-crashed: the thread died');
  assert.equal(rows.source.state, 'failed');
  assert.equal(rows.reason, 'finalise/worker-crashed: the thread died');
  await close();
});

test('a file that is gone from the folder is no deletion; a recording that was purged is', async () => {
  const { folder, rows } = await recordedCall();
  const { finaliser, close } = await openTestFinaliser(folder, rows);
  assert.equal(await finaliser.finalise(recordingId), 'ready');
  for (const gone of ['0.crj', '1.crj', 'objects']) rmSync(join(folder, gone), { recursive: true });
  await assert.rejects(finaliser.make(recordingId, 'mixed', 'mp3'), {
    code: 'recording/not-in-folder',
  });
  for (const state of ['purged', 'expired'] as const) {
    rows.source = { ...rows.source, state };
    const answer = await finaliser.make(recordingId, 'mixed', 'mp3');
    assert.equal(answer.ok ? 'made' : answer.error, 'gone');
  }
  await close();
});

test('recordings of the own data folder that wait are ordered again, and once none waits no alarm stands', async () => {
  const alarms = new MemoryAlarms();
  const ordered: unknown[] = [];
  const log = silentLog();
  let waiting = [recordingId];
  const asked: unknown[] = [];
  const optionsOf = (ownNode: string | null) => ({
    rows: {
      waiting: async (...order: unknown[]) => {
        asked.push(order);
        return waiting;
      },
    },
    waits: new FinaliseWaits({ alarms, ownNode: () => ownNode }),
    jobs: {
      enqueue: async (name: string, items: readonly unknown[]) => void ordered.push(name, ...items),
    },
    clock: { nowMs: () => 10_000_000 },
    log,
  });
  const subject = { tenantId: null, subjectId: 'node-1' };
  for (const kind of ['finalise/other-folder', 'disk/full'])
    await alarms.raise({ ...subject, kind, message: kind });
  assert.equal(
    await orderWaiting(optionsOf(null)),
    0,
    'without a folder of its own nothing is its',
  );
  assert.equal(await orderWaiting(optionsOf('node-1')), 1);
  assert.deepEqual(ordered, ['finalise', { recordingId }]);
  assert.deepEqual(asked, [['node-1', 9_400_000, 1000]]);
  assert.equal(alarms.standing.size, 2);
  waiting = [];
  assert.equal(await orderWaiting(optionsOf('node-1')), 0);
  assert.equal(alarms.standing.size, 0);
});

test('a journal that is gone fails its recording by name, and what the others said can still be played', async () => {
  const { folder, rows } = await recordedCall();
  rmSync(join(folder, '0.crj'));
  const { finaliser, close } = await openTestFinaliser(folder, rows);
  assert.equal(await finaliser.finalise(recordingId), 'failed');
  assert.equal(rows.source.state, 'failed');
  assert.equal(rows.reason, 'journal/missing: participant-1');
  const dual = await finaliser.make(recordingId, 'dual-channel', 'wav');
  assert.ok(dual.ok);
  const bytes = readFileSync(join(folder, 'objects', dual.value.objectKey));
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset + 44, (bytes.length - 44) / 2);
  const loudest = (channel: number): number =>
    samples.reduce((top, sample, i) => (i % 2 === channel ? Math.max(top, sample) : top), 0);
  assert.equal(
    loudest(0),
    0,
    'the customer, whose journal is gone, is silence in the left channel',
  );
  assert.ok(loudest(1) > 7000, 'the agent stays in the right channel');
  assert.ok((await finaliser.make(recordingId, 'mixed', 'mp3')).ok);
  assert.ok((await finaliser.make(recordingId, 'participant-2', 'wav')).ok);
  const gone = await finaliser.make(recordingId, 'participant-1', 'wav');
  assert.equal(gone.ok ? 'made' : gone.error, 'failed');
  await close();
});

test('who asks for a planned file while it is being made gets that one: nothing is made twice', async () => {
  const { folder, rows } = await recordedCall();
  const { finaliser, close, renders } = await openCountingFinaliser(folder, rows);
  const finalising = finaliser.finalise(recordingId);
  const asked = await finaliser.make(recordingId, 'mixed', 'mp3');
  assert.ok(asked.ok);
  assert.equal(await finalising, 'ready');
  assert.equal(renders(), 1);
  await close();
});

test('converges after a kill at each step: same files, same rows, nothing left over', async () => {
  const reference = await recordedCall();
  const clean = await openTestFinaliser(reference.folder, reference.rows);
  await clean.finaliser.finalise(recordingId);
  await clean.close();
  const digests = [...reference.rows.stored.values()].map(({ sha256 }) => sha256);

  const { folder, rows } = await recordedCall();
  const workers = openTestWorkers();
  let kills = 0;
  for (let step = 1; ; step++) {
    rows.source = { ...rows.source, state: 'sealed' };
    let calls = 0;
    const killed = new Error('killed');
    const dying =
      <A extends readonly unknown[], R>(work: (...given: A) => Promise<R>, isAfter: boolean) =>
      async (...given: A): Promise<R> => {
        calls++;
        if (calls === step && !isAfter) throw killed;
        const result = await work(...given);
        if (calls === step && isAfter) throw killed;
        return result;
      };
    const withKill =
      (isAfter: boolean) =>
      (options: FinaliserOptions): FinaliserOptions => ({
        ...options,
        store: {
          put: dying(options.store.put.bind(options.store), isAfter),
          get: options.store.get.bind(options.store),
          head: options.store.head.bind(options.store),
          delete: options.store.delete.bind(options.store),
          list: options.store.list.bind(options.store),
        },
        renderer: { render: dying(options.renderer.render.bind(options.renderer), isAfter) },
        rows: {
          sources: dying(rows.sources.bind(rows), isAfter),
          renditions: rows.renditions.bind(rows),
          storeRendition: dying(rows.storeRendition.bind(rows), isAfter),
          markReady: dying(rows.markReady.bind(rows), isAfter),
          markFailed: rows.markFailed.bind(rows),
        },
      });
    let died = false;
    for (const isAfter of [false, true]) {
      calls = 0;
      rows.source = { ...rows.source, state: 'sealed' };
      const { finaliser, close } = await openTestFinaliser(
        folder,
        rows,
        withKill(isAfter),
        workers,
      );
      try {
        await finaliser.finalise(recordingId);
      } catch (error) {
        assert.equal(error, killed);
        died = true;
        kills++;
      }
      await close();
    }
    const again = await openTestFinaliser(folder, rows, undefined, workers);
    assert.equal(
      await again.finaliser.finalise(recordingId),
      'ready',
      `after a kill at step ${step}`,
    );
    await again.close();
    assert.deepEqual(
      [...rows.stored.values()].map(({ sha256 }) => sha256),
      digests,
    );
    assert.deepEqual(
      filesBelow(join(folder, 'objects')),
      filesBelow(join(reference.folder, 'objects')),
    );
    if (!died) break;
  }
  await workers.close();
  // sources, render, and put of peaks, put of audio, row for each of the two files, ready: nine steps, before and after each.
  assert.equal(kills, 18);
});
