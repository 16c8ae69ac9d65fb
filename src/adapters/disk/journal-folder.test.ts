import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { testKeys, writeJournal } from '../../../tests/rig/journals.ts';
import { DiskJournalFolder } from './journal-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'callreel-journal-folder-'));
after(() => rmSync(root, { recursive: true }));
const keys = testKeys();

test('a data folder without journals has no calls', async () => {
  assert.deepEqual(await new DiskJournalFolder(root, keys).callIds(), []);
});

test('files and folders that somebody else left among the journals are no calls and no journals', async () => {
  const folder = join(root, 'journals', 'call-1');
  mkdirSync(join(folder, 'copies.crj'), { recursive: true });
  await writeJournal({ path: join(folder, 't1.crj'), keys }, () => undefined);
  writeFileSync(join(root, 'journals', '.DS_Store'), 'a file manager was here');
  writeFileSync(join(folder, 'notes.txt'), 'an editor was here');
  const journals = new DiskJournalFolder(root, keys);
  assert.deepEqual(await journals.callIds(), ['call-1']);
  assert.deepEqual(await journals.journalsOf('call-1'), ['journals/call-1/t1.crj']);
  assert.deepEqual(await journals.journalsOf('call-2'), []);
});
