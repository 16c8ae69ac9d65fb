/** A backup is made of a server that runs, with a call up; another installation goes on from it, and its recordings play. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tone } from '#audio/tones.ts';
import type { Phone } from '#phone/phone.ts';
import { makeCentre } from '../rig/centre.ts';
import { agentAvailable, fetchAudio, findCall, findRecording } from '../rig/centre-watch.ts';
import { until } from '../rig/programs.ts';
import { makeServer, type Server } from '../rig/server.ts';
import { embeddedTemplate } from '../rig/test-database.ts';
import { connect, openTestPhone } from '../rig/test-phone.ts';
import { findTones } from '../rig/tone-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'backup-'));
const closers: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const callreel = (dataDir: string, ...words: string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, CALLREEL_DATA_DIR: dataDir };
    const script = join(import.meta.dirname, '..', '..', 'src', 'cli.ts');
    execFile(process.execPath, [script, ...words], { env, cwd: folder }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: `${out}${err}` }),
    );
  });

const opened = async (phone: Phone): Promise<Phone> => {
  closers.push(() => phone.close());
  return phone;
};

const talk = async (customer: Phone, agent: Phone) => {
  const { mine: here, theirs: there } = await connect(customer, agent);
  await Promise.all([
    here.say(tone({ frequenciesHz: [700], durationMs: 600 })),
    there.say(tone({ frequenciesHz: [1150], durationMs: 600 })),
  ]);
  return here;
};

const serverIn = (name: string): Promise<Server> => makeServer({ folder: join(folder, name) });

test('a backup of a running server is restored into an empty folder and plays what was recorded', async () => {
  const server = await serverIn('first');
  mkdirSync(server.dataDir, { mode: 0o700 });
  cpSync(await embeddedTemplate(), join(server.dataDir, 'db'), { recursive: true });
  await server.start();
  closers.push(() => server.stop());
  const at = { host: '127.0.0.1', port: server.sipPort };
  const customer = await opened(await openTestPhone({ user: '+12025550177', server: at }));
  const centre = await makeCentre(server, { trunkPort: customer.port, agents: 1, record: true });
  const [account] = centre.agents;
  assert.ok(account);
  const tenants = await server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const noWrapUp = { body: { wrapUpSeconds: 0 } };
  await server.request('PATCH', `/tenants/${tenants.items[0]?.id ?? ''}`, noWrapUp);
  const agent = await opened(
    await openTestPhone({ user: account.sipUsername, password: account.sipPassword, server: at }),
  );
  await until('the node knows the agent', async () => {
    const state = { body: { state: 'available' } };
    return (await server.fetch('PUT', `/agents/${account.id}/state`, state)).ok || undefined;
  });
  await agent.register();
  await agentAvailable(server, account.id);
  (await talk(customer, agent)).hangUp();
  const ended = await findCall(server, 'the call is ready', (call) => call.outcome === 'ready');
  const recording = await findRecording(server, ended.id);
  await agentAvailable(server, account.id);
  const second = await talk(customer, agent);

  const made = await callreel(server.dataDir, 'backup', '--to', 'copy');
  assert.equal(made.code, 0, made.said);
  second.hangUp();
  const copy = join(folder, 'copy');
  assert.equal(statSync(copy).mode & 0o777, 0o700);
  const again = await callreel(server.dataDir, 'backup', '--to', 'copy');
  assert.match(again.said, /is not empty/);
  const inside = await callreel(server.dataDir, 'backup', '--to', join(server.dataDir, 'copy'));
  assert.match(inside.said, /lies in the data folder/);

  const other = await serverIn('second');
  const wrong = await callreel(other.dataDir, 'restore', '--from', 'nowhere');
  assert.match(wrong.said, /no whole backup/);
  const taken = await callreel(server.dataDir, 'restore', '--from', 'copy');
  assert.match(taken.said, /is not empty/);
  const restored = await callreel(other.dataDir, 'restore', '--from', 'copy');
  assert.equal(restored.code, 0, restored.said);
  assert.ok(!existsSync(join(other.dataDir, 'callreel-backup.json')));
  await other.start();
  closers.push(() => other.stop());
  const wav = await fetchAudio(other, recording.id, 'dual-channel');
  const tones = findTones(wav, [700, 1150]).map(({ channel, frequencyHz }) => [
    channel,
    frequencyHz,
  ]);
  assert.deepEqual(tones.sort(), [
    [0, 700],
    [1, 1150],
  ]);
  assert.deepEqual(
    await fetchAudio(other, recording.id, 'mixed', 'mp3'),
    await fetchAudio(server, recording.id, 'mixed', 'mp3'),
  );
  // The call that was up lies in the copy as after a crash: salvaged, not lost.
  const cut = await findCall(
    other,
    'the call that was up has its account',
    (call) => call.id !== ended.id && call.endedAt !== null,
  );
  const salvaged = await findRecording(other, cut.id);
  assert.equal(salvaged.state, 'ready', JSON.stringify(salvaged));
  assert.ok(salvaged.salvaged);
});
