/**
 * How soon after a call one can listen to it: two phones talk for three minutes through a real server, each with its own tone, hang up,
 * and the audio of `mixed` is asked for until it comes. Both voices are then looked for, each in its channel.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tone } from '#audio/tones.ts';
import type { Phone } from '#phone/phone.ts';
import { makeCentre } from '../tests/rig/centre.ts';
import { agentAvailable, fetchAudio } from '../tests/rig/centre-watch.ts';
import { until } from '../tests/rig/programs.ts';
import { makeServer, type Server } from '../tests/rig/server.ts';
import { connect, openTestPhone } from '../tests/rig/test-phone.ts';
import { findTones } from '../tests/rig/tone-check.ts';
import { benchRow, promisedRow, type BenchResult } from './result.ts';

export const name = 'playable';

const promisedMs = 2000;
const talkMs = 180_000;
const customerHz = 700;
const agentHz = 1150;
/** What one side says longer than it is heard: the call is set up at one end before it is at the other. */
const slackMs = 500;
const deadlineMs = 20_000;

interface Playable {
  readonly playableMs: number;
  readonly sizeBytes: number;
  readonly isWhole: boolean;
}

const recordingOf = async (server: Server): Promise<string> => {
  const { items } = await server.request<{ items: { id: string }[] }>('GET', '/recordings');
  return items[0]?.id ?? '';
};

/** Milliseconds from now until the first 200, and the bytes that came with it. */
const untilPlayable = async (server: Server, id: string): Promise<[number, number]> => {
  const startedAt = performance.now();
  const path = `/recordings/${id}/renditions/mixed/audio`;
  const bytes = await until(
    'the recording plays',
    async () => {
      const answer = await server.fetch('GET', path);
      const body = await answer.arrayBuffer();
      return answer.status === 200 ? body.byteLength : undefined;
    },
    { deadlineMs, everyMs: 10 },
  );
  return [performance.now() - startedAt, bytes];
};

const isWholeCall = (wav: Buffer): boolean => {
  const found = findTones(wav, [customerHz, agentHz]);
  return [customerHz, agentHz].every((frequencyHz, channel) =>
    found.some(
      (one) =>
        one.channel === channel &&
        one.frequencyHz === frequencyHz &&
        one.untilMs - one.fromMs >= talkMs - slackMs,
    ),
  );
};

const oneCall = async (server: Server, customer: Phone, agent: Phone): Promise<Playable> => {
  const { mine: here, theirs: there } = await connect(customer, agent);
  const say = (frequencyHz: number) => tone({ frequenciesHz: [frequencyHz], durationMs: talkMs });
  await Promise.all([here.say(say(customerHz)), there.say(say(agentHz))]);
  const id = await recordingOf(server);
  here.hangUp();
  const [playableMs, sizeBytes] = await untilPlayable(server, id);
  const wav = await fetchAudio(server, id, 'dual-channel');
  return { playableMs, sizeBytes, isWhole: isWholeCall(wav) };
};

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-playable-'));
  const server = await makeServer({ folder, deadlineMs: 600_000 });
  const phones: Phone[] = [];
  try {
    await server.start();
    const at = { host: '127.0.0.1', port: server.sipPort };
    const customer = await openTestPhone({ user: '+12025550177', server: at });
    phones.push(customer);
    const centre = await makeCentre(server, { trunkPort: customer.port, agents: 1, record: true });
    const [account] = centre.agents;
    if (!account) throw new Error('the centre has no agent');
    const { sipUsername: user, sipPassword: password } = account;
    const agent = await openTestPhone({ user, password, server: at });
    phones.push(agent);
    await agent.register();
    const state = { body: { state: 'available' } };
    await until('the node knows the agent', async () => {
      const asked = await server.fetch('PUT', `/agents/${account.id}/state`, state);
      return asked.ok || undefined;
    });
    await agentAvailable(server, account.id);
    const { playableMs, sizeBytes, isWhole } = await oneCall(server, customer, agent);
    return {
      rows: [
        promisedRow('hang-up → playable, 3-minute call', playableMs, 'ms', { atMost: promisedMs }),
        benchRow('size of mixed', sizeBytes / 1024, 'KiB'),
      ],
      complete: isWhole,
    };
  } finally {
    for (const phone of phones) await phone.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
