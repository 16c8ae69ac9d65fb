import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Clock } from '#ports/clock.ts';
import { DiskJournalFiles } from './journal-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'callreel-files-'));
after(() => rmSync(folder, { recursive: true }));

/** A clock that stands still until it is moved. */
class StillClock implements Clock {
  now = 0;
  timers = new Set<() => void>();
  nowMs(): number {
    return this.now;
  }
  monoMs(): number {
    return this.now;
  }
  setTimer(_delayMs: number, callback: () => void) {
    this.timers.add(callback);
    return { cancel: () => void this.timers.delete(callback) };
  }
  /** Runs what is due and lets file operations finish. */
  async advance(ms: number): Promise<void> {
    this.now += ms;
    for (const callback of [...this.timers]) {
      this.timers.delete(callback);
      callback();
    }
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

test('what was appended is in the file when append returns', async () => {
  const files = new DiskJournalFiles(new StillClock());
  const path = join(folder, 'one.crj');
  const file = files.create(path);
  file.append(Buffer.from('abc'));
  file.append(Buffer.from('def'));
  assert.equal(readFileSync(path, 'utf8'), 'abcdef');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  await file.close();
  await file.close();
  assert.throws(() => files.create(path), { code: 'disk/exists' });
  assert.throws(() => files.create(join(folder, 'none', 'x')), { code: 'disk/missing' });
});

test('open files are synced in turn and no timer is left when the last one is closed', async () => {
  const clock = new StillClock();
  const files = new DiskJournalFiles(clock);
  const open = ['a', 'b', 'c'].map((name) => files.create(join(folder, name)));
  for (const file of open) file.append(Buffer.from('x'));
  assert.equal(clock.timers.size, 1, 'one timer for all files');
  for (let i = 0; i < 5; i++) await clock.advance(10_000);
  assert.equal(files.openFiles, 3);
  await Promise.all(open.map((file) => file.close()));
  await clock.advance(25);
  assert.equal(files.openFiles, 0);
  assert.equal(clock.timers.size, 0);
});
