import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 as reference } from 'node:zlib';
import fc from 'fast-check';
import { crc32 } from './crc32.ts';

test('the check value of the catalogue: "123456789" gives cbf43926', () => {
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
});

test('agrees with zlib, in one go and in two', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (head, tail) => {
      assert.equal(crc32(tail, crc32(head)), reference(Buffer.concat([head, tail])));
    }),
  );
});
