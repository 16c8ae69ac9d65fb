/** PostgreSQL goes away in mid-call and comes back: calls go on, a new one is taken, and every recording is ready afterwards. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fetchAudio, findRecording } from '../rig/centre-watch.ts';
import { type Journey, openJourney, talkFor, toneMs } from '../rig/journey.ts';
import { openPostgresCluster, type PostgresCluster } from '../rig/postgres-cluster.ts';
import { findTones } from '../rig/tone-check.ts';

const customerHz = 700;
const agentHz = 1150;
let cluster: PostgresCluster;
let journey: Journey;

before(async () => {
  cluster = await openPostgresCluster();
  journey = await openJourney({
    name: 'database-away',
    agents: 1,
    record: true,
    env: { CALLREEL_DATABASE_URL: cluster.url },
  });
  await journey.phone(0, { toneHz: agentHz });
});

after(async () => {
  await journey.close();
  await cluster.drop();
});

const customerCalls = (number: string, talkMs: number) =>
  journey.carrier({
    scenario: 'customer-calls',
    service: '1000',
    keys: { talk_ms: talkMs, from_user: number },
    tonesHz: { tone_file: customerHz },
  });

/** What the command line says of a running server, on standard output and error. */
const command = (dataDir: string, ...words: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const script = join(import.meta.dirname, '..', '..', 'src', 'cli.ts');
    const env = { ...process.env, CALLREEL_DATA_DIR: dataDir };
    execFile(process.execPath, [script, ...words], { env }, (_error, out, err) =>
      resolve(`${out}${err}`),
    );
  });

test('a call that is up and one that begins while the database is away are both recorded to the end', async () => {
  const [early, late] = ['+12025550141', '+12025550142'] as const;
  const first = await customerCalls(early, 4000);
  await journey.call(early, (call) => call.live?.state === 'connected');
  await talkFor(800);
  await cluster.stop();
  assert.equal(await first.ended(), 0, first.output());
  const second = await customerCalls(late, 2000);
  assert.equal(await second.ended(), 0, second.output());
  const asked = await command(journey.server.dataDir, 'tenant', 'list');
  assert.match(
    asked,
    /^PostgreSQL at 127\.0\.0\.1:\d+\/\S+ cannot be used .*CALLREEL_DATABASE_URL\n$/,
  );
  await cluster.start();

  for (const [number, talkMs] of [
    [early, 4000],
    [late, 2000],
  ] as const) {
    const call = await journey.call(number);
    assert.equal(call.outcome, 'ready');
    assert.equal(call.endStatus, 'ok');
    assert.equal((await journey.rows(number)).length, 1, 'exactly one row');
    const recording = await findRecording(journey.server, call.id);
    const wav = await fetchAudio(journey.server, recording.id, 'dual-channel');
    const tones = findTones(wav, [customerHz, agentHz]);
    assert.ok(toneMs(tones, 0, customerHz) > talkMs - 250, JSON.stringify(tones));
    assert.ok(toneMs(tones, 1, agentHz) > talkMs - 250, JSON.stringify(tones));
  }
});

test('tshark finds nothing malformed in what was sent while the database was away', async () => {
  await journey.judgeWire({ sipMessages: 20, rtpPackets: 1000 });
});

test('both calls are accounted for in the database that came back', async () => {
  const account = await journey.balance(cluster.url);
  assert.equal(account.difference, 0);
  assert.deepEqual(account.disagreeing, []);
  assert.equal(account.ready, 2);
});
