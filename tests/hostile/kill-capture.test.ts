import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { salvageJournalFile } from '#adapters/disk/journal-salvage.ts';
import { DiskJournalSource } from '#adapters/disk/journal-source.ts';
import { testKeys } from '../rig/journals.ts';

const folder = mkdtempSync(join(tmpdir(), 'callreel-kill-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the writer, kills it once it was given `packets`, and returns how many it was given in the end. */
const killAfter = async (path: string, packets: number): Promise<number> => {
  const script = new URL('capture-writer.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let given = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    given = Number(chunk.toString().trim().split('\n').at(-1));
    if (given >= packets) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return given;
};

test('kill -9 in mid call costs at most one second of a track, and what is left is in order', async () => {
  for (const packets of [10, 40, 77]) {
    const path = join(folder, `${packets}.crj`);
    const given = await killAfter(path, packets);
    const { summary } = await salvageJournalFile(path, testKeys());
    const lostMs = given * 20 - summary.frames / 8;
    assert.ok(lostMs >= 0 && lostMs <= 1000, `${given} packets given, ${lostMs} ms lost`);
    const reading = await new DiskJournalSource(testKeys()).open(path);
    let next = 0;
    for await (const record of reading.records()) {
      if (record.kind !== 'audio') continue;
      for (const { timestamp, samples } of record.runs) {
        assert.equal(timestamp, next);
        assert.ok(samples.every((sample, i) => sample === Math.floor((next + i) / 160) % 251));
        next += samples.length;
      }
    }
    assert.equal(next, summary.frames);
    assert.equal(reading.end().ended, true);
  }
});
