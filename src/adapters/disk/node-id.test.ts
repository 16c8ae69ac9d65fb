import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { nodeOf, readNode } from './node-id.ts';

const root = mkdtempSync(join(tmpdir(), 'node-id-'));
after(() => rmSync(root, { recursive: true }));

test('a data folder gets its node from its owner, once; whoever only looks finds it and makes none', () => {
  const ledger = join(root, 'ledger');
  assert.equal(readNode(ledger), null);
  assert.ok(!existsSync(ledger));
  const node = nodeOf(ledger);
  assert.equal(nodeOf(ledger), node);
  assert.equal(readNode(ledger), node);
  assert.deepEqual(readdirSync(ledger), ['node']);
});
