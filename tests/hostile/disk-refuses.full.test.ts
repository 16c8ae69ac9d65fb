/** Capture on file systems that really refuse: root ignores modes, so a small tmpfs is mounted. Needs the right to mount. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { openDataFolder } from '#adapters/disk/data-folder.ts';
import { DiskJournalFiles } from '#adapters/disk/journal-files.ts';
import { salvageJournalFile } from '#adapters/disk/journal-salvage.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import { CaptureWheel } from '#live/capture/capture-wheel.ts';
import { testKeys, testOrder } from '../rig/journals.ts';
import { mountSmallDisk } from '../rig/small-disk.ts';
import { embeddedTemplate } from '../rig/test-database.ts';

const mounted = async (size: string, body: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'callreel-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'callreel-test', folder]);
  } catch (thrown) {
    throw new Error('this test mounts a tmpfs: run it as root with CAP_SYS_ADMIN', {
      cause: thrown,
    });
  }
  try {
    await body(folder);
  } finally {
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true });
  }
};

interface Outcome {
  readonly how: string;
  readonly summary: TrackSummary;
}

/** A wheel on the real disk; `ended` resolves with how the track ended. */
const capture = () => {
  const { promise: ended, resolve } = Promise.withResolvers<Outcome>();
  const wheel = new CaptureWheel({
    files: new DiskJournalFiles(systemClock),
    makeBlockCipher,
    listener: {
      sealed: (_, summary) => resolve({ how: 'sealed', summary }),
      failed: (_, code, summary) => resolve({ how: code, summary }),
    },
  });
  return { wheel, ended };
};
const payload = new Uint8Array(160).fill(5);

test('a disk that fills up in mid call fails the track with its reason; what was written before stays readable', async () => {
  await mounted('256k', async (folder) => {
    const path = join(folder, 'track.crj');
    const { wheel, ended } = capture();
    const writer = wheel.open(testOrder({ path, keys: testKeys() }));
    assert.ok(writer);
    for (let n = 0; n < 5000; n++) {
      writer.write(n * 160, n * 20_000, 'PCMU', payload, 0, 160);
      if (n % 25 === 24) writer.tick();
    }
    const { how, summary } = await ended;
    assert.equal(how, 'disk/full');
    assert.ok(summary.frames > 200_000 && summary.frames < 262_144);
    execFileSync('mount', ['-o', 'remount,size=512k', folder]);
    const salvaged = await salvageJournalFile(path, testKeys());
    assert.equal(salvaged.summary.frames, summary.frames);
    assert.ok(salvaged.cutBytes > 0, 'the block that did not fit was cut');
  });
});

test('a read-only file system fails new tracks and new data folders by that name', async () => {
  await mounted('256k', async (folder) => {
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const { wheel, ended } = capture();
    assert.equal(
      wheel.open(testOrder({ path: join(folder, 't.crj'), keys: testKeys() })),
      undefined,
    );
    assert.equal((await ended).how, 'disk/read-only');
    assert.throws(() => openDataFolder(join(folder, 'data')), { code: 'disk/read-only' });
    assert.throws(() => readFileSync(join(folder, 't.crj')));
  });
});

test('a data folder on a read-only file system is refused in one sentence that says what to do', async () => {
  await mounted('256k', async (folder) => {
    openDataFolder(folder).release();
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    assert.throws(() => openDataFolder(folder), {
      code: 'disk/read-only',
      message: `the data folder cannot be locked (${folder}: the file system is read-only): mount it read-write (one that turned read-only has errors), or set CALLREEL_DATA_DIR to a folder elsewhere`,
    });
  });
});

test('a data folder on a full disk is refused in one sentence, and can be had once there is space', () => {
  const disk = mountSmallDisk('256k');
  try {
    const root = join(disk.folder, 'data');
    openDataFolder(root).release();
    disk.fill();
    const refusal = {
      code: 'disk/full',
      message: `the data folder cannot be locked (${root}: the disk is full): free space there or make the disk larger`,
    };
    for (let time = 0; time < 2; time++) assert.throws(() => openDataFolder(root), refusal);
    assert.ok(!existsSync(join(root, 'lock.pid')), 'the lock names nobody');
    disk.free();
    openDataFolder(root).release();
  } finally {
    disk.unmount();
  }
});

test('an embedded database without room to begin, a new one or one that was there, says that the disk is full', async () => {
  const disk = mountSmallDisk('120m');
  const folder = join(disk.folder, 'db');
  const refusal = {
    code: 'disk/full',
    message: `the embedded database in ${folder} cannot be opened, its disk is full: free space there or make the disk larger`,
  };
  try {
    disk.fill();
    await assert.rejects(openDatabase({ folder }), refusal);
    disk.free();
    rmSync(folder, { recursive: true, force: true });
    cpSync(await embeddedTemplate(), folder, { recursive: true });
    disk.fill();
    await assert.rejects(openDatabase({ folder }), refusal);
    disk.free();
    await (await openDatabase({ folder })).close();
    disk.fill();
    await assert.rejects(openDatabase({ folder }), refusal);
  } finally {
    disk.unmount();
  }
});
