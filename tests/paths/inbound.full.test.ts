/** A customer calls in through a trunk; foreign phones on both sides; the file is judged by its content. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Baresip, startBaresip } from '../rig/baresip.ts';
import { makeCentre } from '../rig/centre.ts';
import { agentAvailable, fetchAudio, findCall, findRecording } from '../rig/centre-watch.ts';
import { freePorts } from '../rig/free-port.ts';
import { makeServer, type Server } from '../rig/server.ts';
import { startSipp } from '../rig/sipp.ts';
import { findTones } from '../rig/tone-check.ts';
import { type Capture, captureLoopback } from '../rig/tshark.ts';

const folder = mkdtempSync(join(tmpdir(), 'inbound-'));
const customerHz = 700;
const agentHz = 1150;
let server: Server;
let agent: Baresip | undefined;
let trunkPort: number;
let wire: Capture;

before(async () => {
  server = await makeServer({ folder });
  await server.start();
  trunkPort = await freePorts(2);
  const centre = await makeCentre(server, { trunkPort, agents: 1, record: true });
  wire = await captureLoopback(
    join(folder, 'wire.pcapng'),
    `port ${server.sipPort} or udp portrange ${server.rtpPorts.first}-${server.rtpPorts.last}`,
    300_000,
  );
  const [account] = centre.agents;
  assert.ok(account);
  agent = await startBaresip({
    folder: join(folder, 'agent'),
    registrar: { host: '127.0.0.1', port: server.sipPort },
    user: account.sipUsername,
    password: account.sipPassword,
    toneHz: agentHz,
    answers: 'auto',
    deadlineMs: 300_000,
  });
  await agentAvailable(server, account.id);
});

after(async () => {
  await agent?.stop();
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('SIPp rings a number, baresip answers, both talk: each voice lies in its own channel from beginning to end', async () => {
  const talkMs = 3000;
  const customer = await startSipp({
    scenario: 'customer-calls',
    folder: join(folder, 'customer'),
    remote: `127.0.0.1:${server.sipPort}`,
    localPort: trunkPort,
    service: '1000',
    keys: { talk_ms: talkMs, from_user: '+12025550199' },
    tonesHz: { tone_file: customerHz },
    deadlineMs: 30_000,
  });
  assert.equal(await customer.ended(), 0, customer.output());

  const call = await findCall(server, 'the call has ended ready', (row) => row.outcome === 'ready');
  assert.equal(call.callType, 'inbound');
  assert.equal(call.caller, '+12025550199');
  assert.equal(call.endStatus, 'ok');
  assert.equal(call.hungUpSide, 'user');
  const recording = await findRecording(server, call.id);
  assert.equal(recording.state, 'ready');
  assert.equal(recording.tracks.length, 2);

  const wav = await fetchAudio(server, recording.id, 'dual-channel');
  const tones = findTones(wav, [customerHz, agentHz]);
  const lengthOf = (channel: number, frequencyHz: number): number =>
    tones
      .filter((tone) => tone.channel === channel && tone.frequencyHz === frequencyHz)
      .reduce((sum, tone) => sum + tone.untilMs - tone.fromMs, 0);
  // Both talk for as long as SIPp does; starting its stream and stopping it costs at most some packets on either side.
  assert.ok(lengthOf(0, customerHz) > talkMs - 200, JSON.stringify(tones));
  assert.ok(lengthOf(1, agentHz) > talkMs - 200, JSON.stringify(tones));
  assert.equal(lengthOf(0, agentHz), 0, 'nothing of the agent on the left');
  assert.equal(lengthOf(1, customerHz), 0, 'nothing of the customer on the right');
  const duration = recording.durationMs ?? 0;
  assert.ok(Math.abs(duration - talkMs) < 400, `talked ${talkMs} ms, recorded ${duration} ms`);
});

test('the customer hears the agent and the agent hears the customer', () => {
  const [heard] = agent?.heard() ?? [];
  assert.ok(heard, 'the agent wrote what it heard');
  const tones = findTones(readFileSync(heard), [customerHz, agentHz]);
  assert.ok(
    tones.some((tone) => tone.frequencyHz === customerHz && tone.untilMs - tone.fromMs > 1500),
  );
  assert.ok(!tones.some((tone) => tone.frequencyHz === agentHz), 'no echo of itself');
});

test('tshark finds nothing malformed in what was sent', async () => {
  const report = await wire.finish();
  assert.ok(report.sipMessages > 10, `only ${report.sipMessages} SIP messages were captured`);
  assert.ok(report.rtpPackets > 300, `only ${report.rtpPackets} RTP packets were captured`);
  assert.deepEqual(report.malformed, []);
});
