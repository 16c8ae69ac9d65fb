/** Unlike codecs, a phone by TCP, calls that are not recorded and leave no byte, and a customer who vanishes. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Baresip } from '../rig/baresip.ts';
import { type CallRow, fetchAudio, findRecording } from '../rig/centre-watch.ts';
import { type Journey, openJourney, talkFor, toneMs } from '../rig/journey.ts';
import { findTones } from '../rig/tone-check.ts';

const customerHz = 700;
const ulawAgentHz = 950;
const tcpAgentHz = 1150;
let journey: Journey;
let ulawPhone: Baresip;
let tcpPhone: Baresip;

before(async () => {
  journey = await openJourney({
    name: 'kinds-of-call',
    agents: 2,
    record: true,
    env: { CALLREEL_RTP_SILENCE_SECONDS: '5' },
  });
  ulawPhone = await journey.phone(0, { toneHz: ulawAgentHz, codec: 'PCMU' });
  tcpPhone = await journey.phone(1, { toneHz: tcpAgentHz, transport: 'tcp' });
});

after(() => journey.close());

const journalsOf = (callId: string): readonly string[] => {
  const folder = join(journey.server.dataDir, 'journals', callId);
  return existsSync(folder) ? readdirSync(folder) : [];
};

const heardOf = (phone: Baresip): Buffer => {
  const file = phone.heard().at(-1);
  assert.ok(file, 'the phone wrote what it heard');
  return readFileSync(file);
};

const established = (number: string): Promise<CallRow> =>
  journey.call(number, (call) => call.live?.state === 'connected');

const customerCalls = (number: string, talkMs: number) =>
  journey.carrier({
    scenario: 'customer-calls',
    service: '1000',
    keys: { talk_ms: talkMs, from_user: number },
    tonesHz: { tone_file: customerHz },
  });

/** Both voices of a finished call, each in its own channel for about as long as both talked. */
const assertBothVoices = async (call: CallRow, agentHz: number, leastMs: number): Promise<void> => {
  const recording = await findRecording(journey.server, call.id);
  assert.equal(recording.state, 'ready');
  const wav = await fetchAudio(journey.server, recording.id, 'dual-channel');
  const tones = findTones(wav, [customerHz, agentHz]);
  const told = JSON.stringify(tones);
  assert.ok(toneMs(tones, 0, customerHz) > leastMs, told);
  assert.ok(toneMs(tones, 1, agentHz) > leastMs, told);
  assert.equal(toneMs(tones, 0, agentHz) + toneMs(tones, 1, customerHz), 0, told);
};

test('a customer who speaks A-law only and an agent who speaks µ-law only understand each other', async () => {
  await journey.setAgentState(1, 'unavailable');
  const customer = await journey.customerPhone({ toneHz: customerHz, codec: 'PCMA' });
  await customer.command('dial', `sip:1000@127.0.0.1:${journey.server.sipPort}`);
  await customer.event('CALL_ESTABLISHED');
  await talkFor(2000);
  await customer.command('hangup');
  await ulawPhone.event('CALL_CLOSED');
  await customer.stop();
  await assertBothVoices(await journey.call('+12025550177'), ulawAgentHz, 1750);
  const byAgent = findTones(heardOf(ulawPhone), [customerHz, ulawAgentHz]);
  const byCustomer = findTones(heardOf(customer), [customerHz, ulawAgentHz]);
  assert.ok(toneMs(byAgent, 0, customerHz) > 1500, JSON.stringify(byAgent));
  assert.ok(toneMs(byCustomer, 0, ulawAgentHz) > 1500, JSON.stringify(byCustomer));
});

test('an agent whose phone speaks TCP is rung, talks and is recorded', async () => {
  await journey.setAgentState(0, 'unavailable');
  await journey.setAgentState(1, 'available');
  const number = '+12025550132';
  const customer = await customerCalls(number, 2000);
  const live = await established(number);
  assert.equal(journalsOf(live.id).length, 2, 'a recorded call has one journal a party');
  assert.equal(await customer.ended(), 0, customer.output());
  await assertBothVoices(await journey.call(number), tcpAgentHz, 1750);
});

/** A call that is not to be recorded: nothing on disk while both talk, nothing afterwards. */
const assertUnrecorded = async (call: CallRow, reason: string): Promise<void> => {
  assert.equal(call.outcome, 'excluded');
  assert.equal(call.outcomeReason, reason);
  assert.equal(call.record, false);
  assert.deepEqual(journalsOf(call.id), []);
  const path = `/recordings?callId=${call.id}`;
  const { items } = await journey.server.request<{ items: unknown[] }>('GET', path);
  assert.deepEqual(items, []);
};

test('a call between two agents is connected and not recorded', async () => {
  const nth = tcpPhone.events().filter((e) => e.type === 'CALL_ESTABLISHED').length + 1;
  await ulawPhone.command('dial', `sip:agent2@127.0.0.1:${journey.server.sipPort}`);
  await tcpPhone.event('CALL_ESTABLISHED', nth);
  const live = await established('agent2');
  await talkFor(1200);
  assert.deepEqual(journalsOf(live.id), [], 'no journal while they talk');
  await ulawPhone.command('hangup');
  const call = await journey.call('agent2');
  assert.equal(call.callType, 'internal');
  await assertUnrecorded(call, 'internal');
  const heard = findTones(heardOf(tcpPhone), [ulawAgentHz]);
  assert.ok(toneMs(heard, 0, ulawAgentHz) > 800, JSON.stringify(heard));
});

test('recording is off for inbound calls: the call is connected and not recorded', async () => {
  await journey.recordInbound(false);
  const number = '+12025550134';
  const customer = await customerCalls(number, 1500);
  const live = await established(number);
  assert.deepEqual(journalsOf(live.id), [], 'no journal while they talk');
  assert.equal(await customer.ended(), 0, customer.output());
  const call = await journey.call(number);
  assert.equal(call.endStatus, 'ok');
  await assertUnrecorded(call, 'settings-off');
  await journey.recordInbound(true);
});

test('a customer vanishes in mid-call: after the silence the call is ended and what was said is kept', async () => {
  const number = '+12025550135';
  const closed = tcpPhone.events().filter((e) => e.type === 'CALL_CLOSED').length + 1;
  const customer = await customerCalls(number, 60_000);
  await established(number);
  await talkFor(2000);
  customer.child.kill('SIGKILL');
  const lostAt = performance.now();
  await tcpPhone.event('CALL_CLOSED', closed);
  const silentMs = performance.now() - lostAt;
  // Five seconds without RTP, looked at about once a second.
  assert.ok(silentMs > 4500 && silentMs < 7500, `ended ${silentMs} ms after the last packet`);
  const call = await journey.call(number);
  assert.equal(call.endStatus, 'error');
  assert.equal(call.hungUpSide, 'system');
  assert.equal(call.outcome, 'ready');
  const recording = await findRecording(journey.server, call.id);
  const tones = findTones(await fetchAudio(journey.server, recording.id, 'dual-channel'), [
    customerHz,
    tcpAgentHz,
  ]);
  assert.ok(toneMs(tones, 0, customerHz) > 1900, JSON.stringify(tones));
  assert.ok(toneMs(tones, 1, tcpAgentHz) > 6400, 'the agent is recorded to the end');
});

test('tshark finds nothing malformed, and saw both codecs and TCP', async () => {
  const report = await journey.judgeWire({ sipMessages: 60, rtpPackets: 1000 });
  assert.ok(report.payloadTypes.includes(0) && report.payloadTypes.includes(8));
  assert.ok(report.sipMessagesByTcp > 10, `${report.sipMessagesByTcp} messages by TCP`);
});

test('every kind of call is accounted for', async () => {
  const account = await journey.balance();
  assert.equal(account.difference, 0);
  assert.deepEqual(account.disagreeing, []);
  assert.equal(account.ready, 3);
  assert.equal(account.failed + account.inProgress, 0);
});
