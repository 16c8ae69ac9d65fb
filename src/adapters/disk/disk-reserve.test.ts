import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeLog, fakeMetrics } from '../../../tests/rig/fake-call-world.ts';
import { DiskReserve, watchDisk } from './disk-reserve.ts';
import { openDiskObjectStore } from './object-store.ts';

const mib = 2 ** 20;

/** A disk that gets fuller by what is put on it. */
const small = async (freeMib: number, reserveMib: number) => {
  const disk = { freeBytes: freeMib * mib, totalBytes: 1000 * mib };
  const reserve = new DiskReserve({
    freeSpace: async () => ({ ...disk }),
    reserveBytes: reserveMib * mib,
  });
  const plain = await openDiskObjectStore(mkdtempSync(join(tmpdir(), 'reserve-')));
  const pieces = async function* (count: number) {
    for (let n = 0; n < count; n++) {
      disk.freeBytes -= 4 * mib;
      yield new Uint8Array(4 * mib);
    }
  };
  return { disk, reserve, plain, store: reserve.keptBy(plain), pieces };
};

test('an export ends before it takes the room that is kept for calls, and leaves nothing behind', async () => {
  const { disk, plain, store, pieces } = await small(80, 40);
  await assert.rejects(store.put('exports/t/x.zip', pieces(20)), { code: 'disk/low' });
  assert.ok(disk.freeBytes > 20 * mib, `${disk.freeBytes / mib} MiB left`);
  assert.equal(await plain.head('exports/t/x.zip'), null);
});

test('an upload that begins below the reserve is refused, one that fits above it is kept', async () => {
  const { disk, plain, store, pieces } = await small(80, 40);
  assert.equal((await store.put('rosters/t/a.csv', pieces(6))).sizeBytes, 24 * mib);
  await assert.rejects(store.put('rosters/t/b.csv', new Uint8Array(17 * mib)), {
    code: 'disk/low',
  });
  disk.freeBytes = 39 * mib;
  await assert.rejects(store.put('rosters/t/c.csv', pieces(1)), { code: 'disk/low' });
  await plain.put('recordings/t/d.mp3', new Uint8Array(1));
  assert.ok(await store.head('recordings/t/d.mp3'), 'what calls leave goes on');
});

test('a disk that runs low is an alarm until there is room again', async () => {
  const { disk, reserve } = await small(39, 40);
  const said: string[] = [];
  const waiting: (() => void)[] = [];
  const next = async (): Promise<void> => {
    waiting.shift()?.();
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  const stop = watchDisk({
    reserve,
    node: 'node-1',
    alarms: {
      raise: async ({ kind, message }) => void said.push(`raised ${kind}: ${message}`),
      clear: async ({ kind }) => void said.push(`cleared ${kind}`),
    },
    clock: {
      nowMs: () => 0,
      monoMs: () => 0,
      setTimer: (_ms, run) => {
        waiting.push(run);
        return { cancel: () => undefined };
      },
    },
    log: new FakeLog(),
    metrics: fakeMetrics,
  });
  await next();
  await next();
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^raised disk\/low: .*kept for calls\. Free space/);
  disk.freeBytes = 41 * mib;
  await next();
  await next();
  assert.deepEqual(said.slice(1), ['cleared disk/low']);
  await stop();
});
