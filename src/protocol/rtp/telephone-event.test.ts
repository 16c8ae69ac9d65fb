import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DigitPress, digitCode, DigitReceiver } from './telephone-event.ts';

const event = (code: number, end: boolean, ticks: number): Uint8Array =>
  Uint8Array.of(code, (end ? 0x80 : 0) | 10, ticks >> 8, ticks & 0xff);

const listening = () => {
  const presses: string[] = [];
  const receiver = new DigitReceiver((digit, ms) => void presses.push(`${digit} ${ms}`));
  const hear = (timestamp: number, payload: Uint8Array, nowMs = 0): boolean =>
    receiver.accept(timestamp, payload, 0, payload.length, nowMs);
  return { presses, receiver, hear };
};

test('a press on its way out: updates, then three end packets with the full duration', () => {
  const press = new DigitPress(digitCode('#') ?? -1, 60);
  const bytes = new Uint8Array(4);
  const sent: string[] = [];
  let state = 'more';
  while (state === 'more') {
    state = press.next(bytes, 0, 160);
    sent.push(Buffer.from(bytes).toString('hex'));
  }
  assert.deepEqual(sent, [
    '0b0a00a0', // event 11, volume 10, 160 ticks
    '0b0a0140',
    '0b8a01e0', // E bit, 480 ticks = 60 ms
    '0b8a01e0',
    '0b8a01e0',
  ]);
});

test('one press is reported once, at its end', () => {
  const { presses, hear } = listening();
  hear(8000, event(5, false, 160));
  hear(8000, event(5, false, 320));
  assert.deepEqual(presses, []);
  hear(8000, event(5, true, 480));
  hear(8000, event(5, true, 480));
  hear(8000, event(5, true, 480));
  assert.deepEqual(presses, ['5 60']);
});

test('an end packet that overtakes the updates still makes one press', () => {
  const { presses, hear } = listening();
  hear(8000, event(5, true, 480));
  hear(8000, event(5, false, 160));
  hear(7000, event(9, true, 800));
  assert.deepEqual(presses, ['5 60']);
});

test('the same key twice is two presses', () => {
  const { presses, hear } = listening();
  hear(8000, event(1, true, 400));
  hear(9600, event(1, true, 400));
  assert.deepEqual(presses, ['1 50', '1 50']);
});

test('a press without end packets is reported by the next press, or by silence', () => {
  const { presses, receiver, hear } = listening();
  hear(8000, event(1, false, 400));
  hear(16_000, event(2, false, 160), 100);
  assert.deepEqual(presses, ['1 50']);
  receiver.expire(250);
  assert.deepEqual(presses, ['1 50']);
  receiver.expire(300);
  hear(16_000, event(2, true, 480), 301);
  assert.deepEqual(presses, ['1 50', '2 20']);
});

test('a press longer than one segment is one press', () => {
  const { presses, hear } = listening();
  hear(1000, event(0, false, 0xffff));
  hear(1000 + 0xffff, event(0, true, 1600));
  assert.deepEqual(presses, [`0 ${Math.round((0xffff + 1600) / 8)}`]);
});

test('timestamps that wrap between presses keep their order', () => {
  const { presses, hear } = listening();
  hear(2 ** 32 - 100, event(3, true, 400));
  hear(700, event(4, true, 400));
  assert.deepEqual(presses, ['3 50', '4 50']);
});

test('what is no key is not reported, what is no event is refused', () => {
  const { presses, hear } = listening();
  assert.equal(hear(8000, event(16, true, 400)), true);
  assert.equal(hear(8000, Uint8Array.of(1, 0x80, 0)), false);
  assert.deepEqual(presses, []);
  assert.equal(digitCode('E'), null);
  assert.equal(digitCode('12'), null);
  assert.equal(digitCode('d'), 15);
});
