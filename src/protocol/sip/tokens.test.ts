import assert from 'node:assert/strict';
import test from 'node:test';
import { newBranch, newCSeqNumber, newCallId, newTag } from './tokens.ts';

test('ten thousand tags, branches and Call-IDs are all different', () => {
  const words = new Set<string>();
  for (let i = 0; i < 10_000; i++)
    for (const word of [newTag(), newBranch(), newCallId()]) words.add(word);
  assert.equal(words.size, 30_000);
});

test('a branch carries the magic cookie and 96 random bits', () => {
  assert.match(newBranch(), /^z9hG4bK[0-9a-f]{24}$/);
  assert.match(newTag(), /^[0-9a-f]{24}$/);
});

test('a first CSeq number leaves room to count up', () => {
  for (let i = 0; i < 1000; i++) {
    const number = newCSeqNumber();
    assert.ok(number >= 1 && number <= 65_536);
  }
});
