/** SIGTERM and Ctrl-C: calls that are up may end within the time; what is left is ended, sealed and playable; exit code 0. */
import assert from 'node:assert/strict';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { tone } from '#audio/tones.ts';
import type { PhoneCall } from '#phone/phone-call.ts';
import type { Phone } from '#phone/phone.ts';
import { makeCentre } from '../rig/centre.ts';
import {
  agentAvailable,
  type CallRow,
  fetchAudio,
  findCall,
  findRecording,
} from '../rig/centre-watch.ts';
import { freePorts } from '../rig/free-port.ts';
import { toneMs } from '../rig/journey.ts';
import { until } from '../rig/programs.ts';
import { makeServer, type Server } from '../rig/server.ts';
import { embeddedTemplate } from '../rig/test-database.ts';
import { connect, openTestPhone } from '../rig/test-phone.ts';
import { findTones } from '../rig/tone-check.ts';

/** Far longer than the first call lasts, however busy the machine; the second test cuts it short. */
const drainSeconds = { patient: 30, short: 3 };
const folder = mkdtempSync(join(tmpdir(), 'callreel-drain-'));
const phones: Phone[] = [];
let server: Server;
let customer: Phone;
let seat: { readonly id: string; readonly sipUsername: string; readonly sipPassword: string };

before(async () => {
  server = await makeServer({
    folder,
    deadlineMs: 300_000,
    env: { CALLREEL_DRAIN_SECONDS: String(drainSeconds.patient) },
  });
  mkdirSync(server.dataDir, { mode: 0o700 });
  cpSync(await embeddedTemplate(), join(server.dataDir, 'db'), { recursive: true });
  await server.start();
  const trunkPort = await freePorts(2);
  const { agents } = await makeCentre(server, { trunkPort, agents: 1, record: true });
  assert.ok(agents[0]);
  seat = agents[0];
  const at = { host: '127.0.0.1', port: server.sipPort };
  customer = await openTestPhone({ user: '+12025550145', server: at, port: trunkPort });
  phones.push(customer);
});
after(async () => {
  await Promise.all(phones.map((phone) => phone.close()));
  if (server.program().child.exitCode === null) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Talk {
  readonly row: CallRow;
  readonly mine: PhoneCall;
  readonly theirs: PhoneCall;
}

const talk = async (): Promise<Talk> => {
  const agent = await openTestPhone({
    user: seat.sipUsername,
    password: seat.sipPassword,
    server: { host: '127.0.0.1', port: server.sipPort },
  });
  phones.push(agent);
  await agent.register();
  await agentAvailable(server, seat.id);
  const { mine, theirs } = await connect(customer, agent);
  const row = await findCall(
    server,
    'the call is recorded',
    ({ live }) => live?.capture === 'recording',
  );
  return { row, mine, theirs };
};

/** A call that came a moment before would wait in the queue, and the server for it: so readiness is asked first. */
const untilDraining = async (): Promise<void> => {
  await until('the server drains', async () =>
    (await fetch(`${server.url}/readyz`)).status === 503 ? true : undefined,
  );
  const late = await customer.call('1000');
  assert.equal((await late.untilEnded()).status, 503, 'new calls are refused');
};

/** @param hungUpAtMs when the phone heard of the end: on a busy machine it talks on for a moment after the server has ended the call */
const judge = async ({ row }: Talk, saidMs: number, hungUpAtMs = 0): Promise<CallRow> => {
  await server.start();
  const call = await findCall(
    server,
    'the call is over',
    ({ id, endedAt }) => id === row.id && endedAt !== null,
  );
  const recording = await findRecording(server, row.id, 20_000);
  assert.equal(recording.state, 'ready');
  assert.equal(recording.salvaged, false, 'sealed in good order, not salvaged');
  const wav = await fetchAudio(server, recording.id, 'dual-channel');
  const heard = toneMs(findTones(wav, [700]), 0, 700);
  const afterwardsMs = Math.max(0, hungUpAtMs - Date.parse(call.endedAt ?? ''));
  const found = `${heard} ms found of ${saidMs} ms said, ${afterwardsMs} ms of it after the end at most`;
  assert.ok(heard <= saidMs + 60 && heard >= saidMs - afterwardsMs - 60, found);
  return call;
};

test('a call that ends by itself while the server drains is whole, and the server ends as soon as it has', async () => {
  const up = await talk();
  const said = up.mine.say(tone({ frequenciesHz: [700], durationMs: 1500 }));
  server.program().child.kill('SIGTERM');
  const startedAt = performance.now();
  await untilDraining();
  assert.ok((await said).isWhole, 'the call goes on while the server drains');
  up.mine.hangUp();
  assert.equal(await server.program().ended(), 0, server.program().output());
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs < drainSeconds.patient * 1000, `it ended after ${tookMs} ms, not with the call`);
  assert.equal((await judge(up, 1500)).hungUpSide, 'user');
});

test('a call that goes on past the time is ended by the server, and its recording is sealed', async () => {
  await server.stop();
  await server.start({ CALLREEL_DRAIN_SECONDS: String(drainSeconds.short) });
  const up = await talk();
  const voice = up.mine.say(tone({ frequenciesHz: [700], durationMs: 60_000 }));
  server.program().child.kill('SIGINT');
  const startedAt = performance.now();
  const [ended] = await Promise.all([up.mine.untilEnded(), up.theirs.untilEnded()]);
  const hungUpAtMs = systemClock.nowMs();
  assert.equal(ended.by, 'peer', 'the server said good-bye');
  const upMs = performance.now() - startedAt;
  assert.ok(upMs > drainSeconds.short * 1000 - 100, `it was ended after ${upMs} ms already`);
  assert.equal(await server.program().ended(), 0, server.program().output());
  const { frames } = await voice;
  assert.equal((await judge(up, frames / 8, hungUpAtMs)).hungUpSide, 'system');
});
