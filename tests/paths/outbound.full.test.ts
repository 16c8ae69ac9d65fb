/** An agent dials out from the phone's keys: baresip is the agent, SIPp the carrier; the file is judged by its content. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Baresip } from '../rig/baresip.ts';
import { fetchAudio, findRecording } from '../rig/centre-watch.ts';
import { type Journey, openJourney, talkFor, toneMs } from '../rig/journey.ts';
import { until } from '../rig/programs.ts';
import { findTones } from '../rig/tone-check.ts';

const earlyHz = 430;
const calleeHz = 700;
const agentHz = 1150;
const callerNumber = '+12025550100';
let journey: Journey;
let phone: Baresip;

before(async () => {
  journey = await openJourney({ name: 'outbound', agents: 1, record: true });
  phone = await journey.phone(0, { toneHz: agentHz });
});

after(() => journey.close());

const dial = (number: string): Promise<void> =>
  phone.command('dial', `sip:${number}@127.0.0.1:${journey.server.sipPort}`);

/** How many calls the phone has seen end so far. */
const closedCalls = (): number => phone.events().filter((e) => e.type === 'CALL_CLOSED').length;

const sippMessages = (): string => {
  const folders = readdirSync(journey.folder).filter((name) => name.startsWith('carrier-'));
  const last = folders.sort((a, b) => Number(a.slice(8)) - Number(b.slice(8))).at(-1) ?? '';
  return readFileSync(join(journey.folder, last, 'sipp-messages.log'), 'utf8');
};

const recordingsOf = async (callId: string): Promise<readonly unknown[]> => {
  const path = `/recordings?callId=${callId}`;
  return (await journey.server.request<{ items: unknown[] }>('GET', path)).items;
};

test('the agent hears the early tone before the answer, then both talk: the callee lies left, the agent right', async () => {
  const earlyMs = 1200;
  const talkMs = 2500;
  const number = '+12025550111';
  const callee = await journey.carrier({
    scenario: 'callee-answers',
    keys: { early_ms: earlyMs },
    tonesHz: { early_file: earlyHz, tone_file: calleeHz },
  });
  await dial(number);
  await phone.event('CALL_ESTABLISHED');
  await talkFor(talkMs);
  await phone.command('hangup');
  assert.equal(await callee.ended(), 0, callee.output());

  const call = await journey.call(number);
  assert.equal(call.outcome, 'ready');
  assert.equal(call.callType, 'agentOutbound');
  assert.equal(call.caller, callerNumber);
  assert.equal(call.endStatus, 'ok');
  assert.equal(call.hungUpSide, 'seat');
  const invite = sippMessages();
  assert.match(invite, /From: [^\r\n]*<sip:\+12025550100@/u, 'the caller number is presented');
  assert.doesNotMatch(invite, /agent1/u, "the agent's account is nobody's business");

  const recording = await findRecording(journey.server, call.id);
  const wav = await fetchAudio(journey.server, recording.id, 'dual-channel');
  const tones = findTones(wav, [earlyHz, calleeHz, agentHz]);
  // The hang-up travels through two programs and an answer: a few packets on either side.
  assert.ok(toneMs(tones, 0, calleeHz) > talkMs - 250, JSON.stringify(tones));
  assert.ok(toneMs(tones, 1, agentHz) > talkMs - 250, JSON.stringify(tones));
  assert.equal(toneMs(tones, 0, agentHz), 0, 'nothing of the agent on the left');
  assert.equal(toneMs(tones, 1, calleeHz), 0, 'nothing of the callee on the right');
  // SIPp changes its tone a moment after its ACK came, so some packets of the early one belong to the call.
  assert.ok(toneMs(tones, 0, earlyHz) < 200, 'what sounded before the answer is not recorded');

  const [file] = phone.heard();
  assert.ok(file, 'the agent wrote what it heard');
  const heard = findTones(readFileSync(file), [earlyHz, calleeHz, agentHz]);
  const early = heard.find((tone) => tone.frequencyHz === earlyHz);
  const talk = heard.find((tone) => tone.frequencyHz === calleeHz);
  assert.ok(early && talk, JSON.stringify(heard));
  assert.ok(early.untilMs - early.fromMs > earlyMs - 300, 'the early tone is heard');
  assert.ok(early.untilMs <= talk.fromMs + 40, 'the early tone comes first');
  assert.ok(talk.untilMs - talk.fromMs > talkMs - 400, 'then the callee is heard');
  assert.equal(toneMs(heard, 0, agentHz), 0, 'no echo of itself');
});

test('486 of the callee reaches the agent, the call is busy, nothing is recorded', async () => {
  const number = '+12025550112';
  const nth = closedCalls() + 1;
  const callee = await journey.carrier({ scenario: 'callee-refuses' });
  await dial(number);
  const closed = await phone.event('CALL_CLOSED', nth);
  assert.match(closed.param ?? '', /^486\b/u);
  assert.equal(await callee.ended(), 0, callee.output());
  const call = await journey.call(number);
  assert.equal(call.endStatus, 'busy');
  assert.equal(call.hungUpSide, 'user');
  assert.equal(call.answeredAt, null);
  assert.deepEqual(await recordingsOf(call.id), []);
});

test('a callee who does not answer: the agent gets 480, the call says notAnswer', async () => {
  const number = '+12025550113';
  const nth = closedCalls() + 1;
  const callee = await journey.carrier({
    scenario: 'callee-rings',
    keys: { ring_ms: 800, final: '480 Temporarily Unavailable' },
  });
  await dial(number);
  await phone.event('CALL_RINGING');
  const closed = await phone.event('CALL_CLOSED', nth);
  assert.match(closed.param ?? '', /^480\b/u);
  assert.equal(await callee.ended(), 0, callee.output());
  const call = await journey.call(number);
  assert.equal(call.endStatus, 'notAnswer');
  assert.equal(call.outcome, 'excluded');
  assert.deepEqual(await recordingsOf(call.id), []);
});

test('an agent who gives up while it rings: the carrier is cancelled', async () => {
  const number = '+12025550114';
  const ringing = phone.events().filter((e) => e.type === 'CALL_RINGING').length + 1;
  const callee = await journey.carrier({ scenario: 'callee-is-cancelled' });
  await dial(number);
  await phone.event('CALL_RINGING', ringing);
  await phone.command('hangup');
  assert.equal(await callee.ended(), 0, callee.output());
  const call = await journey.call(number);
  assert.equal(call.endStatus, 'callerCancel');
  assert.equal(call.hungUpSide, 'seat');
  assert.equal((await journey.rows(number)).length, 1);
});

test('a country that is not allowed is refused, and nothing of it reaches the carrier', async () => {
  const carrier = createSocket('udp4').bind(journey.trunkPort, '127.0.0.1');
  await once(carrier, 'listening');
  const reached: string[] = [];
  carrier.on('message', (bytes) =>
    reached.push(bytes.toString('latin1').split('\r\n', 1)[0] ?? ''),
  );
  try {
    const nth = closedCalls() + 1;
    await dial('+8613800138000');
    const closed = await phone.event('CALL_CLOSED', nth);
    assert.match(closed.param ?? '', /^403\b/u);
    const call = await journey.call('+8613800138000');
    assert.equal(call.endStatus, 'restrictedArea');
    // Control: an allowed number does reach the same socket, after whatever the refused one might have sent.
    await dial('+12025550115');
    await until('the allowed number reaches the carrier', () =>
      reached.length > 0 ? true : undefined,
    );
    assert.deepEqual(
      [...new Set(reached)],
      ['INVITE sip:+12025550115@127.0.0.1:' + String(journey.trunkPort) + ' SIP/2.0'],
    );
    await phone.command('hangup');
  } finally {
    carrier.close();
  }
});

test('tshark finds nothing malformed in what was sent for outbound calls', async () => {
  await journey.judgeWire({ sipMessages: 40, rtpPackets: 300 });
});

test('every outbound call is accounted for', async () => {
  const account = await journey.balance();
  assert.equal(account.difference, 0);
  assert.deepEqual(account.disagreeing, []);
  assert.equal(account.ready, 1);
});
