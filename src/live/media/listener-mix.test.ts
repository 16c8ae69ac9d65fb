import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { toneSpans } from '#audio/tone-spans.ts';
import type { CallId } from '#core/ids.ts';
import { SimulatedMedia, toneVoice } from '../../../tests/rig/simulated-media.ts';

const callId = 'call-1' as CallId;

/** A customer who says 440 Hz and an agent who says 1,000 Hz, hearing one another. */
const talking = async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'listener-mix-'));
  const rig = new SimulatedMedia({ folder });
  t.after(async () => {
    await rig.close();
    rmSync(folder, { recursive: true });
  });
  const customer = rig.phone({ codec: 'PCMA', jitterMs: 15 });
  const agent = rig.phone();
  const { call, a, b } = await rig.talk(callId, customer, agent);
  customer.speak(a.port, toneVoice(440));
  agent.speak(b.port, toneVoice(1000));
  return { rig, call, customer, agent, left: a.legId, right: b.legId };
};

/** What listeners heard, one side of it. */
const heardOf = (rig: SimulatedMedia, side: 0 | 1): Int16Array => {
  const batches = rig.eventsOf('listened').map(({ samples }) => samples);
  const length = batches.reduce((sum, batch) => sum + batch.length / 2, 0);
  const samples = new Int16Array(length);
  let at = 0;
  for (const batch of batches)
    for (let i = side; i < batch.length; i += 2) samples[at++] = batch[i] ?? 0;
  return samples;
};

const msOfTone = (samples: Int16Array, frequencyHz: number): number =>
  toneSpans(samples, frequencyHz).reduce((sum, span) => {
    return sum + (span.untilFrame - span.fromFrame) / 8;
  }, 0);

test('who listens hears the customer left and the agent right, whole and nowhere else', async (t) => {
  const { rig, call, left, right } = await talking(t);
  rig.time.advance(500);
  call.setListening({ left: [left], right: [right] });
  rig.time.advance(3000);
  const [customer, agent] = [heardOf(rig, 0), heardOf(rig, 1)];
  assert.ok(Math.abs(customer.length / 8 - 3000) <= 100, `${customer.length / 8} ms`);
  assert.ok(msOfTone(customer, 440) > 2800, `${msOfTone(customer, 440)} ms of the customer`);
  assert.ok(msOfTone(agent, 1000) > 2800, `${msOfTone(agent, 1000)} ms of the agent`);
  assert.equal(msOfTone(customer, 1000), 0);
  assert.equal(msOfTone(agent, 440), 0);
});

test('the parties get the very packets they would get without a listener', async (t) => {
  const heard = async (listens: boolean): Promise<string[]> => {
    const { rig, call, customer, agent, left, right } = await talking(t);
    if (listens) call.setListening({ left: [left], right: [right] });
    rig.time.advance(1000);
    return [customer, agent].flatMap((phone) =>
      phone.heard.map(({ atMs, payload }) => `${atMs} ${Buffer.from(payload).toString('base64')}`),
    );
  };
  assert.deepEqual(await heard(true), await heard(false));
});

test('with no voice named there is silence, in real time; after the end nothing at all', async (t) => {
  const { rig, call, left, right } = await talking(t);
  call.setListening({ left: [left], right: [right] });
  rig.time.advance(1000);
  call.setListening({ left: [], right: [] });
  const before = rig.eventsOf('listened').length;
  rig.time.advance(1000);
  const silent = rig.eventsOf('listened').slice(before + 1);
  assert.ok(silent.length >= 8);
  assert.ok(silent.every(({ samples }) => samples.every((sample) => sample === 0)));
  call.setListening(null);
  const atEnd = rig.eventsOf('listened').length;
  rig.time.advance(1000);
  assert.equal(rig.eventsOf('listened').length, atEnd);
});

test('a leg that joins its side later is heard from then on, one that left is silent', async (t) => {
  const { rig, call, left, right } = await talking(t);
  const third = rig.phone();
  call.setListening({ left: [left], right: [right] });
  const joined = await rig.leg(callId, third);
  third.speak(joined.port, toneVoice(1600));
  call.setListening({ left: [left], right: [right, joined.legId] });
  rig.time.advance(1000);
  assert.ok(msOfTone(heardOf(rig, 1), 1600) > 800);
  assert.ok(msOfTone(heardOf(rig, 1), 1000) > 800);
  rig.engine.closeLeg(callId, left);
  rig.time.advance(200);
  const from = heardOf(rig, 0).length;
  rig.time.advance(1000);
  assert.equal(msOfTone(heardOf(rig, 0).subarray(from), 440), 0);
});
