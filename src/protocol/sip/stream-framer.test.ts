import assert from 'node:assert/strict';
import test from 'node:test';
import { StreamFramer, type Frame } from './stream-framer.ts';

const message = (callId: string, body = ''): Buffer =>
  Buffer.from(
    `OPTIONS sip:a@example.org SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\ni: ${callId}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );

const plain = (frames: readonly Frame[]): string[] =>
  frames.map((frame) => {
    if (frame.kind === 'message') return /i: (.*)\r\n/.exec(frame.bytes.toString())?.[1] ?? '?';
    if (frame.kind === 'ping') return 'ping';
    const rule = frame.fault.facts['rule'];
    return typeof rule === 'string' ? rule : frame.fault.message;
  });

const pushAll = (framer: StreamFramer, bytes: Buffer, chunkBytes: number): Frame[] => {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    frames.push(...framer.push(bytes.subarray(at, at + chunkBytes)));
  return frames;
};

test('cuts the same messages and pings out of a stream whatever its chunks are', () => {
  const stream = Buffer.concat([
    message('one', 'v=0\r\n\r\n'),
    Buffer.from('\r\n\r\n'),
    message('two'),
    Buffer.from('\r\n'),
    message('three', 'x'.repeat(3000)),
    message('four', '\r\n\r\n\r\n'),
  ]);
  for (const chunkBytes of [1, 2, 3, 7, 64, 1000, stream.length]) {
    const framer = new StreamFramer();
    const frames = pushAll(framer, stream, chunkBytes);
    assert.deepEqual(plain(frames), ['one', 'ping', 'two', 'three', 'four'], `${chunkBytes} bytes`);
    const bodies = frames.map((frame) => (frame.kind === 'message' ? frame.bytes.length : 0));
    assert.equal(bodies[3], message('three', 'x'.repeat(3000)).length);
    assert.equal(framer.pendingBytes, 0);
  }
});

test('a message that was handed out does not change when the stream goes on', () => {
  const framer = new StreamFramer();
  framer.push(message('first', 'body one').subarray(0, 50));
  const [frame] = framer.push(message('first', 'body one').subarray(50));
  assert.ok(frame?.kind === 'message');
  const before = frame.bytes.toString();
  framer.push(message('second', 'body two').subarray(0, 60));
  framer.push(message('second', 'body two').subarray(60));
  assert.equal(frame.bytes.toString(), before);
});

const broken: readonly [title: string, bytes: string, rule: string][] = [
  [
    'Content-Length: abc',
    'OPTIONS sip:a SIP/2.0\r\nContent-Length: abc\r\n\r\n',
    'a number of bytes',
  ],
  ['a negative length', 'OPTIONS sip:a SIP/2.0\r\nl: -1\r\n\r\n', 'a number of bytes'],
  ['no length', 'OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n', 'present on a stream'],
  ['two lengths', 'OPTIONS sip:a SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n', 'one value only'],
  [
    'a length beyond every message',
    'OPTIONS sip:a SIP/2.0\r\nl: 4000000000\r\n\r\n',
    'message too large for this stream',
  ],
  ['a TLS hello', '\u0016\u0003\u0001', 'a SIP message'],
  ['a line that never ends', 'A'.repeat(8200), 'line too large for this stream'],
  ['a head that never ends', 'A: b\r\n'.repeat(12_000), 'head too large for this stream'],
];

for (const [title, bytes, rule] of broken) {
  test(`${title} breaks the stream at once, whole or byte by byte`, () => {
    for (const chunkBytes of [1, bytes.length]) {
      const framer = new StreamFramer();
      const frames = pushAll(framer, Buffer.from(bytes, 'latin1'), chunkBytes);
      assert.deepEqual(plain(frames), [rule]);
      assert.deepEqual(framer.push(message('late')), [], 'nothing comes out of a broken stream');
      assert.equal(framer.pendingBytes, 0);
    }
  });
}

test('the head that broke the stream is handed over, so that 400 can be answered', () => {
  const [frame] = new StreamFramer().push(
    Buffer.from('OPTIONS sip:a SIP/2.0\r\nl: abc\r\n\r\nrest'),
  );
  assert.ok(frame?.kind === 'fault');
  assert.equal(frame.head?.toString(), 'OPTIONS sip:a SIP/2.0\r\nl: abc\r\n\r\n');
});

test('58 kB of line ends are one ping per chunk and keep nothing', () => {
  const framer = new StreamFramer();
  assert.deepEqual(framer.push(Buffer.alloc(58_000, '\n')), []);
  assert.deepEqual(plain(framer.push(Buffer.from('\r\n'.repeat(29_000)))), ['ping']);
  assert.equal(framer.pendingBytes, 0);
});

test('a megabyte fed byte by byte costs about the same per byte as the first part of it', () => {
  const stream = Buffer.concat(Array.from({ length: 20 }, () => message('m', 'x'.repeat(50_000))));
  const timeOf = (bytes: Buffer): number => {
    const startedAt = performance.now();
    pushAll(new StreamFramer(), bytes, 1);
    return performance.now() - startedAt;
  };
  timeOf(stream.subarray(0, 100_000));
  const small = Math.min(...[1, 2, 3].map(() => timeOf(stream.subarray(0, 100_000))));
  const large = timeOf(stream);
  // Ten times the bytes; quadratic would be a hundred times. 40 leaves room for a busy machine.
  assert.ok(large < 40 * small + 50, `${large} ms against ${small} ms`);
});
