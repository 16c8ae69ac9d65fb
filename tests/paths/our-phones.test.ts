/** Journeys through the whole product with its own phones, on a bare machine: each file is judged by tone, channel and time. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import { tone } from '#audio/tones.ts';
import { chimeHz } from '#phone/conversation.ts';
import type { PhoneCall } from '#phone/phone-call.ts';
import { Phone } from '#phone/phone.ts';
import type { TryOut } from '#ports/try-out.ts';
import { makeCentre } from '../rig/centre.ts';
import { agentAvailable, fetchAudio, findCall, findRecording } from '../rig/centre-watch.ts';
import { until } from '../rig/programs.ts';
import { makeServer, type Server } from '../rig/server.ts';
import { silentLog, silentMetrics } from '../rig/silent.ts';
import { connect } from '../rig/test-phone.ts';
import { type ExpectedTone, findTones } from '../rig/tone-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'our-phones-'));
const customerHz = 700;
const agentHz = 1150;
/** A packet each way, the detector's error, and what a busy machine adds. */
const toleranceMs = 100;
const phones: Phone[] = [];
let server: Server;
let customer: Phone;
let agent: Phone;
let agentId: string;

const firstOf = async (path: string): Promise<string> =>
  (await server.request<{ items: { id: string }[] }>('GET', path)).items[0]?.id ?? '';

const openPhone = async (user: string, password?: string, port = 0): Promise<Phone> => {
  const log = silentLog();
  const phone = await Phone.open({
    transport: new NetSipTransport({ clock: systemClock, log, metrics: silentMetrics() }),
    clock: systemClock,
    log,
    host: '127.0.0.1',
    port,
    server: { host: '127.0.0.1', port: server.sipPort },
    user,
    ...(password !== undefined && { password }),
  });
  phones.push(phone);
  return phone;
};

const registered = async (
  { sipUsername, sipPassword }: { readonly sipUsername: string; readonly sipPassword: string },
  agentId: string,
): Promise<Phone> => {
  const phone = await openPhone(sipUsername, sipPassword);
  // A phone that registers before its node has heard of the agent is a stranger.
  await until('the node knows the agent', async () => {
    const asked = await server.fetch('PUT', `/agents/${agentId}/state`, {
      body: { state: 'available' },
    });
    return asked.ok || undefined;
  });
  await phone.register();
  await agentAvailable(server, agentId);
  return phone;
};

before(async () => {
  server = await makeServer({ folder });
  await server.start();
  customer = await openPhone('+12025550177');
  const centre = await makeCentre(server, { trunkPort: customer.port, agents: 1, record: true });
  const [account] = centre.agents;
  assert.ok(account);
  agentId = account.id;
  // The next call need not wait until the agent has noted down the last one.
  await server.request('PATCH', `/tenants/${await firstOf('/tenants')}`, {
    body: { wrapUpSeconds: 0 },
  });
  agent = await registered(account, account.id);
});

after(async () => {
  for (const phone of phones) await phone.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** One side says its tone; what is expected in the file, in wall milliseconds. */
const sayTone = async (
  call: PhoneCall,
  channel: 0 | 1,
  durationMs: number,
): Promise<ExpectedTone> => {
  const frequencyHz = channel === 0 ? customerHz : agentHz;
  const { startedAtMonoMs, isWhole } = await call.say(
    tone({ frequenciesHz: [frequencyHz], durationMs }),
  );
  assert.ok(isWhole);
  const fromMs = systemClock.nowMs() - (systemClock.monoMs() - startedAtMonoMs);
  return { channel, frequencyHz, fromMs, untilMs: fromMs + durationMs };
};

const hangUp = async (hand: PhoneCall, other: PhoneCall): Promise<void> => {
  hand.hangUp();
  assert.equal((await other.untilEnded()).by, 'peer');
};

const judge = async (caller: string, said: readonly ExpectedTone[]) => {
  const call = await findCall(
    server,
    `the call of ${caller} has ended ready`,
    (row) => row.outcome === 'ready' && (row.caller === caller || row.callee === caller),
  );
  const recording = await findRecording(server, call.id);
  const startedAtMs = Date.parse(recording.startedAt);
  const wav = await fetchAudio(server, recording.id, 'dual-channel');
  const found = findTones(wav, [customerHz, agentHz]);
  const plan = said
    .map((one) => ({
      ...one,
      fromMs: one.fromMs - startedAtMs,
      untilMs: one.untilMs - startedAtMs,
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
  const explain = JSON.stringify({ plan, found }, null, 1);
  assert.equal(found.length, plan.length, explain);
  for (const [i, want] of plan.entries()) {
    const got = found[i];
    assert.ok(got && got.channel === want.channel && got.frequencyHz === want.frequencyHz, explain);
    assert.ok(Math.abs(got.fromMs - want.fromMs) <= toleranceMs, explain);
    const length = got.untilMs - got.fromMs;
    assert.ok(Math.abs(length - (want.untilMs - want.fromMs)) <= 15, explain);
  }
  return { call, recording };
};

test('a customer calls in, an agent answers, holds and comes back: each voice lies in its channel when it was said', async () => {
  const { mine: caller, theirs: callee } = await connect(customer, agent);
  const said = [await sayTone(caller, 0, 400), await sayTone(callee, 1, 600)];
  assert.ok(await callee.hold());
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(await callee.resume());
  // Capture goes on when all that was sent before the resume has been read; what is said in that very moment may be among it.
  await new Promise((resolve) => setTimeout(resolve, 100));
  said.push(...(await Promise.all([sayTone(caller, 0, 300), sayTone(callee, 1, 500)])));
  await hangUp(caller, callee);
  const { call, recording } = await judge('+12025550177', said);
  assert.equal(call.callType, 'inbound');
  assert.equal(call.hungUpSide, 'user');
  assert.ok(recording.timeline?.some(({ kind }) => kind === 'hold'));
});

test('keys that the customer presses reach the agent as keys', async () => {
  await agentAvailable(server, agentId);
  const { mine: caller, theirs: callee } = await connect(customer, agent);
  await caller.press('17#', 100);
  await until('the keys arrived', () => (callee.digits === '17#' ? true : undefined));
  await hangUp(callee, caller);
});

test('an agent dials out by the trunk: the far end is the left channel, the agent the right one', async () => {
  await agentAvailable(server, agentId);
  const far = '+12025550188';
  const { mine: caller, theirs: callee } = await connect(agent, customer, far);
  const said = [await sayTone(callee, 0, 400), await sayTone(caller, 1, 500)];
  await hangUp(caller, callee);
  const { call } = await judge(far, said);
  assert.equal(call.callType, 'agentOutbound');
  assert.equal(call.hungUpSide, 'seat');
});

test('the try-out centre is made, rings its agent by the built-in phone, and the call is recorded', async () => {
  const call = () => server.fetch('POST', '/try-out/call');
  const early = await call();
  assert.equal(early.status, 409);
  assert.equal(((await early.json()) as { code: string }).code, 'try-out/not-made');
  // Its number and its agent's name are those of the centre above.
  await server.request('DELETE', `/numbers/${await firstOf('/numbers')}`);
  await agent.unregister();
  await server.request('DELETE', `/agents/${agentId}`);
  const made = await server.request<TryOut>('POST', '/try-out');
  const { id, sipUsername, sipPassword } = made.agent;
  assert.ok(sipPassword, 'the agent is new');
  const phone = await registered({ sipUsername, sipPassword }, id);
  const rung = phone.nextCall();
  const placed = await server.request<{ callerNumber: string }>('POST', '/try-out/call');
  const ringing = await rung;
  const second = await call();
  assert.equal(((await second.json()) as { code: string }).code, 'try-out/busy');
  ringing.answer();
  await sayTone(ringing, 1, 300);
  assert.equal((await ringing.untilEnded()).by, 'peer', 'the built-in customer hangs up by itself');
  const row = await findCall(
    server,
    'the call is ready',
    ({ caller, outcome }) => caller === placed.callerNumber && outcome === 'ready',
  );
  const recording = await findRecording(server, row.id);
  const wav = await fetchAudio(server, recording.id, 'dual-channel');
  const chimes = findTones(wav, [chimeHz.customer], { floorDbov: -30 });
  assert.deepEqual(
    chimes.map(({ channel }) => channel),
    [0, 0],
    'two sentences of the customer, on the left',
  );
});
