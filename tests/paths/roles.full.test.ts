/**
 * The product in three processes on one PostgreSQL: calls, work, API; a call through them all is recorded and heard, also when work first looks
 * into a folder where nothing was mounted.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tone } from '#audio/tones.ts';
import { makeCentre } from '../rig/centre.ts';
import { fetchAudio, findCall, findRecording } from '../rig/centre-watch.ts';
import { freePorts } from '../rig/free-port.ts';
import { toneMs } from '../rig/journey.ts';
import { connect, openTestPhone } from '../rig/test-phone.ts';
import { openPostgresCluster } from '../rig/postgres-cluster.ts';
import { type Program, startProgram, until } from '../rig/programs.ts';
import { makeServer } from '../rig/server.ts';
import { findTones } from '../rig/tone-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'callreel-roles-'));
after(() => rmSync(folder, { recursive: true, force: true }));
interface Alarm {
  readonly kind: string;
  readonly clearedAt: string | null;
}

const root = join(import.meta.dirname, '..', '..');
const lifeMs = 300_000;

test('calls, work and API run as three processes on one PostgreSQL', async () => {
  const cluster = await openPostgresCluster();
  const CALLREEL_DATABASE_URL = cluster.url;
  const sipPort = await freePorts(2);
  const dataDir = join(folder, 'data');
  const metricsPort = await freePorts(2);
  const start = (roles: string, env: Readonly<Record<string, string>> = {}): Program =>
    startProgram(process.execPath, ['src/main.ts'], {
      cwd: root,
      deadlineMs: lifeMs,
      env: {
        CALLREEL_DATABASE_URL,
        CALLREEL_DATA_DIR: dataDir,
        CALLREEL_SIP_PORT: String(sipPort),
        CALLREEL_MEDIA_WORKERS: '1',
        CALLREEL_ROLES: roles,
        CALLREEL_TRUNK_PING_SECONDS: '0',
        ...env,
      },
    });
  const ready = (program: Program): Promise<true> =>
    until(
      'the process is ready',
      () => {
        if (program.child.exitCode !== null) throw new Error(program.output());
        return program.output().includes('Callreel is ready') ? true : undefined;
      },
      { deadlineMs: 60_000 },
    );
  const api = await makeServer({
    folder,
    deadlineMs: lifeMs,
    env: { CALLREEL_DATABASE_URL, CALLREEL_ROLES: 'api' },
  });
  const figures = { CALLREEL_METRICS_PORT: String(metricsPort) };
  const calls = start('call', figures);
  const programs = [calls];
  let reading: Promise<unknown> = Promise.resolve();
  try {
    await ready(calls);
    const keyFile = join(dataDir, 'secrets', 'master.key');
    const unmounted = start('work', {
      CALLREEL_DATA_DIR: join(folder, 'unmounted'),
      CALLREEL_MASTER_KEY: readFileSync(keyFile, 'utf8').trim(),
    });
    programs.push(unmounted);
    await Promise.all([ready(unmounted), api.start()]);

    const second = start('call');
    programs.push(second);
    assert.equal(await second.ended(), 1);
    assert.match(second.output(), new RegExp(`in use by process ${calls.child.pid}`));

    const third = start('work', figures);
    programs.push(third);
    assert.equal(await third.ended(), 1);
    assert.match(third.output(), new RegExp(`Port ${metricsPort} .*CALLREEL_METRICS_PORT`));
    const figuresUrl = `http://127.0.0.1:${metricsPort}`;
    assert.equal((await fetch(`${figuresUrl}/readyz`)).status, 200);
    const elsewhere = start('work', { CALLREEL_DATA_DIR: join(folder, 'elsewhere') });
    programs.push(elsewhere);
    assert.equal(await elsewhere.ended(), 1);
    assert.match(elsewhere.output(), /the master key of this installation is missing/);
    assert.deepEqual(readdirSync(join(folder, 'elsewhere', 'secrets')), []);

    const trunkPort = await freePorts(2);
    const { agents } = await makeCentre(api, {
      trunkPort,
      agents: 1,
      record: true,
      callsElsewhere: true,
    });
    const [seat] = agents;
    assert.ok(seat);
    const server = { host: '127.0.0.1', port: sipPort };
    const agent = await openTestPhone({
      server,
      user: seat.sipUsername,
      password: seat.sipPassword,
    });
    const customer = await openTestPhone({ server, user: '+12025550123', port: trunkPort });
    await until('the agent registers once the new settings are known', () =>
      agent.register().then(
        () => true as const,
        () => undefined,
      ),
    );
    const stream = await api.fetch('GET', '/events');
    let events = '';
    reading = (async () => {
      for await (const chunk of stream.body ?? []) events += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    const { mine, theirs } = await connect(customer, agent);
    const row = await findCall(
      api,
      'the call is in the API',
      ({ caller }) => caller === '+12025550123',
    );
    await until('the API tells of a call that another process has', () =>
      events.includes(row.id) ? true : undefined,
    );
    const refused = await api.fetch('POST', `/calls/${row.id}/actions`, {
      body: { action: 'hang-up' },
    });
    assert.equal(refused.status, 409);
    assert.equal(((await refused.json()) as { code: string }).code, 'call/other-process');
    const told = await (await fetch(`${figuresUrl}/metrics`)).text();
    assert.match(told, /^callreel_calls_up 1$/m);
    assert.match(told, /^callreel_database_up 1$/m);
    const said = await mine.say(tone({ frequenciesHz: [700], durationMs: 1200 }));
    assert.ok(said.isWhole);
    mine.hangUp();
    await theirs.untilEnded();

    const alarms = async (): Promise<readonly Alarm[]> =>
      (await api.request<{ items: readonly Alarm[] }>('GET', '/alarms')).items.filter(
        ({ kind }) => kind === 'finalise/other-folder',
      );
    await until('the wrong data folder is an alarm', async () =>
      (await alarms()).length > 0 ? true : undefined,
    );
    const listed = await api.request<{ items: readonly { id: string; state: string }[] }>(
      'GET',
      `/recordings?callId=${row.id}`,
    );
    assert.deepEqual(
      listed.items.map(({ state }) => state),
      ['sealed'],
    );
    await unmounted.stop();
    const work = start('work');
    programs.push(work);
    const recording = await findRecording(api, row.id, 60_000);
    await until('the alarm is over', async () =>
      (await alarms()).every(({ clearedAt }) => clearedAt !== null) ? true : undefined,
    );
    assert.equal(recording.state, 'ready');
    const heard = toneMs(
      findTones(await fetchAudio(api, recording.id, 'dual-channel'), [700]),
      0,
      700,
    );
    assert.ok(Math.abs(heard - 1200) < 60, `${heard} ms of the customer`);
    assert.ok(
      (await fetchAudio(api, recording.id, 'participant-1')).length > 8000,
      'made on demand',
    );
    await Promise.all([agent.close(), customer.close()]);
    for (const program of [calls, work]) {
      program.child.kill('SIGTERM');
      assert.equal(await program.ended(), 0, program.output());
    }
  } finally {
    for (const program of programs) await program.stop();
    await api.stop();
    await reading;
    await cluster.drop();
  }
});
