/** Calls that somebody gives up, refuses or does not answer: each ends once, in the right words, and is accounted for. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Baresip } from '../rig/baresip.ts';
import { type CallRow, fetchAudio, findRecording } from '../rig/centre-watch.ts';
import { type Journey, openJourney, talkFor, toneMs } from '../rig/journey.ts';
import { musicLikeness } from '../rig/music-check.ts';
import { findTones } from '../rig/tone-check.ts';

const customerHz = 700;
const agentsHz = [950, 1150, 1350] as const;
let journey: Journey;
let phones: readonly Baresip[];

before(async () => {
  journey = await openJourney({ name: 'give-up', agents: 3, record: true, ringSeconds: 5 });
  const opened: Baresip[] = [];
  // One after the other: the first has waited longest and is rung first.
  for (const [index, toneHz] of agentsHz.entries()) {
    opened.push(await journey.phone(index, { toneHz, answers: 'manual' }));
  }
  phones = opened;
});

after(() => journey.close());

const phone = (index: number): Baresip => {
  const found = phones[index];
  assert.ok(found);
  return found;
};

const seen = (index: number, type: string): number =>
  phone(index)
    .events()
    .filter((event) => event.type === type).length;

interface Ending {
  readonly endStatus: string;
  readonly hungUpSide: string;
}

/** The one row of that number has ended so, without an agent and without a recording. */
const assertEnded = async (number: string, ending: Ending): Promise<CallRow> => {
  const call = await journey.call(number);
  const { endStatus, hungUpSide } = call;
  assert.deepEqual({ endStatus, hungUpSide }, ending);
  assert.equal(call.outcome, 'excluded');
  assert.equal(call.outcomeReason, 'no-agent');
  assert.equal(call.answeredAt, null);
  const path = `/recordings?callId=${call.id}`;
  const { items } = await journey.server.request<{ items: unknown[] }>('GET', path);
  assert.deepEqual(items, []);
  assert.equal((await journey.rows(number)).length, 1, 'exactly one row');
  return call;
};

test('a customer cancels while a phone rings: the phone stops, its agent stays available', async () => {
  const number = '+12025550121';
  const customer = await journey.carrier({
    scenario: 'customer-gives-up',
    service: '1000',
    keys: { talk_ms: 1000, from_user: number },
  });
  await phone(0).event('CALL_INCOMING');
  assert.equal(await customer.ended(), 0, customer.output());
  await phone(0).event('CALL_CLOSED');
  await assertEnded(number, { endStatus: 'ringingGiveUp', hungUpSide: 'user' });
  assert.equal(await journey.agentState(0), 'available');
});

test('one agent rejects, the next does not answer in time, the third talks: one call, the third agent’s voice in it', async () => {
  const number = '+12025550122';
  const [first, second] = [seen(0, 'CALL_INCOMING') + 1, seen(1, 'CALL_INCOMING') + 1];
  const customer = await journey.carrier({
    scenario: 'customer-calls',
    service: '1000',
    keys: { talk_ms: 2000, from_user: number },
    tonesHz: { tone_file: customerHz },
  });
  await phone(0).event('CALL_INCOMING', first);
  await phone(0).command('hangup');
  await phone(1).event('CALL_INCOMING', second);
  const rungAt = performance.now();
  await phone(2).event('CALL_INCOMING');
  const rungMs = performance.now() - rungAt;
  // ringSeconds, and what two programs and polling take.
  assert.ok(rungMs > 4800 && rungMs < 6500, `the second phone rang for ${rungMs} ms`);
  assert.equal(seen(1, 'CALL_CLOSED'), 1, 'the second phone has stopped ringing');
  await phone(2).command('accept');
  assert.equal(await customer.ended(), 0, customer.output());

  const call = await journey.call(number);
  assert.equal(call.endStatus, 'ok');
  assert.equal(call.hungUpSide, 'user');
  assert.equal(call.outcome, 'ready');
  assert.equal((await journey.rows(number)).length, 1, 'exactly one row');
  assert.equal(await journey.agentState(0), 'unavailable', 'who rejects is not rung again');
  assert.equal(await journey.agentState(1), 'unavailable', 'nor is who is away');
  const recording = await findRecording(journey.server, call.id);
  const wav = await fetchAudio(journey.server, recording.id, 'dual-channel');
  const tones = findTones(wav, [customerHz, ...agentsHz]);
  assert.ok(toneMs(tones, 0, customerHz) > 1750, JSON.stringify(tones));
  assert.ok(toneMs(tones, 1, agentsHz[2]) > 1750, JSON.stringify(tones));
  assert.equal(new Set(tones.map((tone) => tone.frequencyHz)).size, 2, 'no other agent is in it');
});

test('everybody talks: a customer who waits hears music and hangs up; another is sent away when the longest wait is over', async () => {
  const incoming = seen(1, 'CALL_INCOMING') + 1;
  await phone(2).command('dial', `sip:agent2@127.0.0.1:${journey.server.sipPort}`);
  await phone(1).event('CALL_INCOMING', incoming);
  await phone(1).command('accept');
  await phone(1).event('CALL_ESTABLISHED');

  await journey.changeQueue({ waitingTone: 'music' });
  const waiting = await journey.customerPhone({ toneHz: customerHz });
  await waiting.command('dial', `sip:1000@127.0.0.1:${journey.server.sipPort}`);
  await waiting.event('CALL_ESTABLISHED');
  const number = '+12025550177';
  await journey.call(number, (call) => call.live?.state === 'queued');
  await talkFor(1500);
  await waiting.command('hangup');
  await assertEnded(number, { endStatus: 'waitingGiveUp', hungUpSide: 'user' });
  await waiting.stop();
  const [file] = waiting.heard();
  assert.ok(file);
  const likeness = musicLikeness(readFileSync(file), 300, 1200);
  assert.ok(likeness > 0.9, `what the waiting customer heard is music to ${likeness}`);

  await journey.changeQueue({ waitingTone: 'ringback', maxWaitSeconds: 1 });
  const refused = '+12025550124';
  const sentAway = await journey.carrier({
    scenario: 'customer-is-refused',
    service: '1000',
    keys: { refusal: 480, from_user: refused },
  });
  assert.equal(await sentAway.ended(), 0, sentAway.output());
  await assertEnded(refused, { endStatus: 'waitingGiveUp', hungUpSide: 'system' });

  await phone(2).command('hangup');
  const inside = await journey.call('agent2');
  assert.equal(inside.callType, 'internal');
  assert.equal(inside.endStatus, 'ok');
  assert.equal(inside.outcomeReason, 'internal');
});

test('no agent is online: 480 at once', async () => {
  await journey.setAgentState(2, 'unavailable');
  const number = '+12025550125';
  const customer = await journey.carrier({
    scenario: 'customer-is-refused',
    service: '1000',
    keys: { refusal: 480, from_user: number },
  });
  assert.equal(await customer.ended(), 0, customer.output());
  await assertEnded(number, { endStatus: 'noSeatOnline', hungUpSide: 'system' });
});

test('tshark finds nothing malformed in what was sent for calls that came to nothing', async () => {
  await journey.judgeWire({ sipMessages: 60, rtpPackets: 400 });
});

test('every call that was given up is accounted for', async () => {
  const account = await journey.balance();
  assert.equal(account.difference, 0);
  assert.deepEqual(account.disagreeing, []);
  assert.equal(account.ready, 1);
  assert.equal(account.failed + account.inProgress, 0);
});
