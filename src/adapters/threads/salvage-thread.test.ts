import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DiskJournalFolder } from '#adapters/disk/journal-folder.ts';
import { until } from '../../../tests/rig/programs.ts';
import { testKeys, writeJournal } from '../../../tests/rig/journals.ts';
import { SalvageThread } from './salvage-thread.ts';

const root = mkdtempSync(join(tmpdir(), 'salvage-thread-'));
after(() => rmSync(root, { recursive: true }));
const masterKey = new Uint8Array(32).fill(1);
const keys = testKeys(masterKey);
const threadUrl = new URL('../../threads/salvage.ts', import.meta.url);
const voice = new Uint8Array(160).fill(0x55);

const path = 'journals/call-1/t1.crj';
const torn = join(root, path);
const whole = join(root, 'whole.crj');

/** Threads of this process by their names, as the system shows them. */
const threadNames = (): string[] =>
  readdirSync('/proc/self/task').map((id) =>
    readFileSync(`/proc/self/task/${id}/comm`, 'latin1').trim(),
  );

test('a journal is salvaged by a thread of its own as it would be here, and the thread ends when it has rested', async () => {
  mkdirSync(join(root, 'journals', 'call-1'), { recursive: true });
  await writeJournal({ path: torn, keys }, (writer) => {
    for (let n = 0; n < 100; n++) writer.write(n * 160, 5e6 + n * 20_000, 'PCMU', voice, 0, 160);
  });
  truncateSync(torn, statSync(torn).size - 30);
  copyFileSync(torn, whole);
  const expected = await new DiskJournalFolder(root, keys).salvage(path);
  copyFileSync(whole, torn);
  const thread = new SalvageThread({ threadUrl, threadData: { masterKey, root }, restMs: 300 });
  const salvaged = await thread.salvage(path);
  assert.deepEqual(salvaged, expected);
  assert(salvaged.changed && salvaged.cutBytes > 0 && salvaged.summary.frames > 0);
  assert(threadNames().includes('salvage'), 'the thread is there');
  await until('the thread is gone', () => !threadNames().includes('salvage') || undefined);
  assert.equal((await thread.salvage(path)).changed, false, 'a new thread finds it whole');
  await thread.close();
});

test('faults of a journal come through the thread as they are', async () => {
  const foreign = new SalvageThread({
    threadUrl,
    threadData: { masterKey: new Uint8Array(32).fill(2), root },
  });
  await assert.rejects(foreign.salvage(path), { code: 'secrets/wrong-master-key' });
  await assert.rejects(foreign.salvage('journals/call-1/none.crj'), { code: 'journal/missing' });
  const waiting = foreign.salvage(path);
  await Promise.all([
    assert.rejects(waiting, { code: 'salvage/closed', retry: 'later' }),
    foreign.close(),
  ]);
  await assert.rejects(foreign.salvage(path), { code: 'salvage/closed' });
});
