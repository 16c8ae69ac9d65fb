import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timed, TimingWheel } from './timing-wheel.ts';

class Note extends Timed {
  readonly name: string;
  readonly #heard: [string, number][];
  readonly #then: (now: number) => void;
  constructor(
    name: string,
    heard: [string, number][],
    then: (now: number) => void = () => undefined,
  ) {
    super();
    this.name = name;
    this.#heard = heard;
    this.#then = then;
  }
  fire(now: number): void {
    this.#heard.push([this.name, now]);
    this.#then(now);
  }
}

test('fires each timer once, never early and at most one tick late, also beyond one turn of the wheel', () => {
  const heard: [string, number][] = [];
  const wheel = new TimingWheel(0, () => undefined);
  const delays = [1, 10, 11, 500, 4000, 32_000, 40_960, 41_000, 90_000, 1_800_000];
  for (const delay of delays) wheel.schedule(new Note(String(delay), heard), delay);
  for (let now = 0; now <= 1_800_100; now += 10) wheel.advance(now);
  assert.deepEqual(
    heard.map(([name]) => Number(name)),
    delays,
  );
  for (const [name, at] of heard) {
    assert.ok(at >= Number(name), `${name} fired early at ${at}`);
    assert.ok(at - Number(name) <= 10, `${name} fired late at ${at}`);
  }
  assert.equal(wheel.running, 0);
  assert.equal(wheel.nextWakeAt(), Infinity);
});

test('a stopped timer stays silent and a moved one keeps its new time only', () => {
  const heard: [string, number][] = [];
  const wheel = new TimingWheel(0, () => undefined);
  const stopped = new Note('stopped', heard);
  const moved = new Note('moved', heard);
  wheel.schedule(stopped, 100);
  wheel.schedule(moved, 100);
  wheel.stop(stopped);
  wheel.stop(stopped);
  wheel.schedule(moved, 300);
  for (let now = 0; now <= 1000; now += 10) wheel.advance(now);
  assert.deepEqual(heard, [['moved', 300]]);
});

test('a timer that fires may stop its neighbour of the same slot and start itself again', () => {
  const heard: [string, number][] = [];
  const wheel = new TimingWheel(0, () => undefined);
  const neighbour = new Note('neighbour', heard);
  const first: Note = new Note('first', heard, (now) => {
    wheel.stop(neighbour);
    if (now < 200) wheel.schedule(first, now + 100);
  });
  wheel.schedule(first, 100);
  wheel.schedule(neighbour, 100);
  for (let now = 0; now <= 1000; now += 10) wheel.advance(now);
  assert.deepEqual(heard, [
    ['first', 100],
    ['first', 200],
  ]);
  assert.equal(wheel.running, 0);
});

test('asks to be woken sooner when a nearer timer starts, and catches up after a long pause', () => {
  const asked: number[] = [];
  const heard: [string, number][] = [];
  const wheel = new TimingWheel(0, (at) => asked.push(at));
  wheel.schedule(new Note('far', heard), 5000);
  assert.deepEqual(asked, [5000]);
  assert.equal(wheel.nextWakeAt(), 500);
  wheel.schedule(new Note('later', heard), 700);
  assert.deepEqual(asked, [5000]);
  wheel.schedule(new Note('near', heard), 30);
  assert.deepEqual(asked, [5000, 30]);
  wheel.advance(600_000);
  assert.deepEqual(heard.map(([name]) => name).sort(), ['far', 'later', 'near']);
});
