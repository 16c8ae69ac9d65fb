import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#base/fault.ts';
import type { LegId, TrackId } from '#core/ids.ts';
import type { JournalFile, JournalFiles } from '#ports/journal-files.ts';
import type { TrackOrder } from '#ports/media-plane.ts';
import { CaptureWheel } from './capture-wheel.ts';

const order = (id: string): TrackOrder => ({
  trackId: id as TrackId,
  legId: 'leg' as LegId,
  path: `/journals/${id}.crj`,
  key: new Uint8Array(32),
  header: Buffer.from('{}'),
});

/** Counts appends per path; refuses with `refusal` when it is set. */
class CountingFiles implements JournalFiles {
  readonly appends = new Map<string, number>();
  refusal: Fault | undefined;
  closed = 0;
  create(path: string): JournalFile {
    return {
      append: () => {
        if (this.refusal) throw this.refusal;
        this.appends.set(path, (this.appends.get(path) ?? -1) + 1);
      },
      close: async () => {
        this.closed++;
      },
    };
  }
  get written(): number {
    return [...this.appends.values()].reduce((sum, count) => sum + count, 0);
  }
}

const setUp = () => {
  const files = new CountingFiles();
  const heard: string[] = [];
  const wheel = new CaptureWheel({
    files,
    makeBlockCipher: () => ({ seal: () => undefined, open: () => undefined }),
    listener: {
      sealed: (trackId) => heard.push(`sealed ${trackId}`),
      failed: (trackId, code) => heard.push(`failed ${trackId} ${code}`),
    },
  });
  return { files, heard, wheel };
};
const payload = new Uint8Array(160);

test('two hundred tracks are flushed once each in 500 ms, never many in one turn', () => {
  const { files, wheel } = setUp();
  const writers = Array.from({ length: 200 }, (_, i) => wheel.open(order(`t${i}`)));
  wheel.turn(1e6);
  for (const writer of writers) writer?.write(0, 1e6, 'PCMU', payload, 0, 160);
  let most = 0;
  for (let us = 5000; us <= 500_000; us += 5000) {
    const before = files.written;
    wheel.turn(1e6 + us);
    most = Math.max(most, files.written - before);
  }
  assert.equal(files.written, 200);
  assert.equal(most, 2, '200 tracks over 100 slots');
});

test('a turn that comes late flushes each missed track once, even after seconds', () => {
  const { files, wheel } = setUp();
  const writers = Array.from({ length: 10 }, (_, i) => wheel.open(order(`t${i}`)));
  wheel.turn(1e6);
  for (const writer of writers) writer?.write(0, 1e6, 'PCMU', payload, 0, 160);
  wheel.turn(9e6);
  assert.equal(files.written, 10);
});

test('stopping the worker seals every open track and forgets it', async () => {
  const { files, heard, wheel } = setUp();
  for (const id of ['a', 'b', 'c']) wheel.open(order(id));
  assert.equal(wheel.openTracks, 3);
  wheel.sealAll('ended', 1e6);
  assert.equal(wheel.openTracks, 0);
  await new Promise(setImmediate);
  assert.deepEqual(heard, ['sealed a', 'sealed b', 'sealed c']);
  assert.equal(files.closed, 3);
});

test('a disk that refuses the header fails the track and gives the file back', () => {
  const { files, heard, wheel } = setUp();
  files.refusal = new Fault('disk/full', 'the disk is full');
  assert.equal(wheel.open(order('a')), undefined);
  assert.deepEqual(heard, ['failed a disk/full']);
  assert.equal(files.closed, 1);
  assert.equal(wheel.openTracks, 0);
});
