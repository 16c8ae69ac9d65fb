import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinExcisions, joinSpans, layOutTimeline, mediaMsAt, type CallSpan } from './timeline.ts';

const talk = (participant: number, fromMs: number, toMs: number): CallSpan => ({
  kind: 'talk',
  participant,
  fromMs,
  toMs,
});

test('gives both clocks the same reading while nothing is cut out of the file', () => {
  const [first, second] = layOutTimeline([talk(2, 500, 900), talk(1, 0, 400)]);
  assert.deepEqual(first, {
    kind: 'talk',
    participant: 1,
    callMs: { from: 0, to: 400 },
    mediaMs: { from: 0, to: 400 },
  });
  assert.equal(second?.participant, 2);
});

test('moves what follows an excised stretch forward in the file and keeps its time in the call', () => {
  const excisions = joinExcisions([
    { fromMs: 1500, toMs: 2000 },
    { fromMs: 1000, toMs: 1600 },
    { fromMs: 3000, toMs: 3000 },
  ]);
  assert.deepEqual(excisions, [{ fromMs: 1000, toMs: 2000 }]);
  assert.equal(mediaMsAt(1000, excisions), 1000);
  assert.equal(mediaMsAt(1700, excisions), 1000);
  assert.equal(mediaMsAt(2500, excisions), 1500);
  const [span] = layOutTimeline([talk(1, 900, 2100)], excisions);
  assert.deepEqual(span?.mediaMs, { from: 900, to: 1100 });
  assert.deepEqual(span.callMs, { from: 900, to: 2100 });
});

test('joins losses that lie close together, keeps those of others apart and adds up what is missing', () => {
  const loss = (participant: number, fromMs: number): CallSpan => ({
    kind: 'loss',
    participant,
    fromMs,
    toMs: fromMs + 20,
    reason: 'network',
    missingMs: 20,
  });
  const joined = joinSpans([loss(1, 0), loss(2, 100), loss(1, 200), loss(1, 5000)], 1000);
  assert.deepEqual(
    joined.map((span) => [span.participant, span.fromMs, span.toMs, span.missingMs]).sort(),
    [
      [1, 0, 220, 40],
      [1, 5000, 5020, 20],
      [2, 100, 120, 20],
    ],
  );
});

test('stays bounded on a call of many thousand short spans', () => {
  const many = Array.from({ length: 20_000 }, (_, index) =>
    talk(1, index * 2000, index * 2000 + 300),
  );
  const timeline = layOutTimeline(many);
  assert.ok(timeline.length <= 4000);
  assert.equal(timeline.at(0)?.callMs.from, 0);
  assert.equal(timeline.at(-1)?.callMs.to, 19_999 * 2000 + 300);
});
