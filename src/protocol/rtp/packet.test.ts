import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRtcp, RtpView, writeRtpHeader } from './packet.ts';
import { unwrapSequence, unwrapTimestamp } from './unwrap.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replace(/#.*$/gm, '').replace(/\s/g, ''), 'hex'));

const plain = hex(`
  80        # version 2, no padding, no extension, no CSRC
  80        # marker, payload type 0 (PCMU)
  fffe      # sequence 65534
  fffffff0  # timestamp 4294967280
  deadbeef  # SSRC
  ff7f00    # three samples
`);

test('a plain packet reads field by field and writes back to the same bytes', () => {
  const view = new RtpView();
  assert.equal(view.read(plain), null);
  assert.deepEqual(Object.fromEntries(Object.entries(view)), {
    payloadType: 0,
    marker: true,
    sequence: 65_534,
    timestamp: 4_294_967_280,
    ssrc: 0xdead_beef,
    payloadAt: 12,
    payloadLength: 3,
  });
  const written = new Uint8Array(12);
  writeRtpHeader(view, written, 0);
  assert.deepEqual(written, plain.subarray(0, 12));
});

test('contributing sources, extension and padding are stepped over', () => {
  const view = new RtpView();
  const packet = hex(`
    b2                 # version 2, padding, extension, two CSRCs
    08 0001 000000a0   # PCMA, sequence 1, timestamp 160
    00000001           # SSRC
    0000000a 0000000b  # CSRCs
    bede 0001 10aa0000 # extension of one word
    d5d5               # two samples
    000003             # padding, three bytes with its count
  `);
  assert.equal(view.read(packet), null);
  assert.deepEqual(
    [view.payloadType, view.marker, view.payloadAt, view.payloadLength],
    [8, false, 28, 2],
  );
});

for (const [fault, text] of [
  ['too-short', '8000 0001 000000a0 000000'],
  ['version', '4000 0001 000000a0 00000001'],
  ['csrc', '8f00 0001 000000a0 00000001'],
  ['extension', '9000 0001 000000a0 00000001 bede'],
  ['extension', '9000 0001 000000a0 00000001 bede 0002 00000000'],
  ['padding', 'a000 0001 000000a0 00000001 00'],
  ['padding', 'a000 0001 000000a0 00000001 05'],
] as const) {
  test(`a packet with bad ${fault} is refused: ${text}`, () => {
    assert.equal(new RtpView().read(hex(text)), fault);
  });
}

test('any bytes either fault or give a payload that lies inside them', () => {
  const view = new RtpView();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      if (bytes.length > 0) bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x3f);
      if (view.read(bytes) !== null) return;
      assert.ok(view.payloadAt >= 12 && view.payloadLength >= 0);
      assert.ok(view.payloadAt + view.payloadLength <= bytes.length);
    }),
    { numRuns: 2000 },
  );
});

test('RTCP on the RTP port is told by its packet type', () => {
  assert.equal(isRtcp(hex('80c80006 00000001')), true);
  assert.equal(isRtcp(plain), false);
  assert.equal(isRtcp(hex('80c8')), false);
});

test('sequence and timestamp counts go on through their wraps, both ways', () => {
  assert.equal(unwrapSequence(65_535, 0), 65_536);
  assert.equal(unwrapSequence(65_536, 65_535), 65_535);
  assert.equal(unwrapSequence(10 * 65_536 + 3, 5), 10 * 65_536 + 5);
  assert.equal(unwrapSequence(2, 65_535), -1);
  assert.equal(unwrapTimestamp(2 ** 32 - 80, 80), 2 ** 32 + 80);
  assert.equal(unwrapTimestamp(5 * 2 ** 32 + 80, 2 ** 32 - 80), 5 * 2 ** 32 - 80);
});
