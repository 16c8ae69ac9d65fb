import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peaksOf, SampleReader } from './samples.ts';

test('sixteen bits in network order become samples, left and right in turn, however the stream is cut', () => {
  const bytes = Uint8Array.of(0x40, 0, 0xc0, 0, 0x7f, 0xff, 0x80, 0);
  const whole = [...new SampleReader().read(bytes)];
  assert.deepEqual(whole, [0.5, -0.5, 32_767 / 32_768, -1]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const reader = new SampleReader();
    const first = reader.read(bytes.subarray(0, cut));
    assert.equal(first.length % 2, 0, 'both sides or none');
    assert.deepEqual([...first, ...reader.read(bytes.subarray(cut))], whole, `cut at ${cut}`);
  }
});

test('a meter shows each side by itself', () => {
  assert.deepEqual(peaksOf(Float32Array.of(0.5, 0, -0.75, 0.25)), { left: 0.75, right: 0.25 });
  assert.deepEqual(peaksOf(new Float32Array(0)), { left: 0, right: 0 });
});
