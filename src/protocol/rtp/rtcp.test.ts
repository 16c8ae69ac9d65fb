import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ntpMiddleOf, readRtcp, rtcpBufferBytes, writeRtcp } from './rtcp.ts';

const block = {
  ssrc: 0x0102_0304,
  fractionLost: 12,
  cumulativeLost: -2,
  highestSequence: 0x0001_fffe,
  jitterTicks: 7,
  lastSenderReport: 0xaabb_ccdd,
  delaySinceLastSenderReport: 65_536,
};

test('a sender report with one block, CNAME and BYE has the bytes of RFC 3550', () => {
  const bytes = new Uint8Array(rtcpBufferBytes);
  const length = writeRtcp(bytes, {
    ssrc: 0xdead_beef,
    cname: 'callreel',
    sender: { wallMs: 500, rtpTimestamp: 160, packets: 3, octets: 480 },
    block,
    bye: true,
  });
  assert.equal(
    Buffer.from(bytes.subarray(0, length)).toString('hex'),
    [
      '81c8000c', // version 2, one block; SR; 13 words
      'deadbeef',
      '83aa7e80', // 1970 in seconds since 1900
      '80000000', // half a second
      '000000a0', // RTP timestamp
      '00000003', // packets
      '000001e0', // octets
      '01020304', // of this source
      '0cfffffe', // 12/256 lost now, −2 in all
      '0001fffe', // highest sequence with cycles
      '00000007', // jitter
      'aabbccdd', // last SR
      '00010000', // 1 s ago
      '81ca0004', // SDES, one chunk, 5 words
      'deadbeef',
      '010863616c6c7265656c', // CNAME "callreel"
      '0000', // end of the list, up to the word
      '81cb0001', // BYE
      'deadbeef',
    ].join(''),
  );
  const read = readRtcp(bytes.subarray(0, length));
  assert.ok(read.ok);
  assert.deepEqual(read.value, [
    { kind: 'senderReport', ssrc: 0xdead_beef, ntpMiddle: 0x7e80_8000, blocks: [block] },
    { kind: 'sourceDescription', ssrc: 0xdead_beef, cname: 'callreel' },
    { kind: 'bye', ssrcs: [0xdead_beef] },
  ]);
  assert.equal(ntpMiddleOf(500), 0x7e80_8000);
});

test('a receiver report without blocks is read back', () => {
  const bytes = new Uint8Array(rtcpBufferBytes);
  const report = { ssrc: 5, cname: 'abc', sender: null, block: null, bye: false };
  const length = writeRtcp(bytes, report);
  assert.equal(length % 4, 0);
  const read = readRtcp(bytes.subarray(0, length));
  assert.ok(read.ok);
  assert.deepEqual(read.value, [
    { kind: 'receiverReport', ssrc: 5, blocks: [] },
    { kind: 'sourceDescription', ssrc: 5, cname: 'abc' },
  ]);
});

test('compound packets that break the rules are refused', () => {
  const refusal = (text: string) => {
    const read = readRtcp(Buffer.from(text, 'hex'));
    return read.ok ? null : read.error;
  };
  assert.equal(refusal('80c900'), 'too-short');
  assert.equal(refusal('81ca000200000001'), 'first-packet');
  assert.equal(refusal('00c9000100000001'), 'version');
  assert.equal(refusal('80c9000900000001'), 'length');
});

test('no bytes make the reader throw or run for ever', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      if (bytes.length > 1) bytes.set([0x81, 200 + ((bytes[1] ?? 0) % 5)]);
      readRtcp(bytes);
    }),
    { numRuns: 2000 },
  );
});
