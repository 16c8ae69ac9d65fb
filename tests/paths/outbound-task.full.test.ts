/** Tasks against foreign phones: twenty people of every kind, one of them a baresip whose hearing is judged; then a predictive task. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePorts } from '../rig/free-port.ts';
import { type Journey, openJourney, talkFor, toneMs } from '../rig/journey.ts';
import { openOrders, type Orders } from '../rig/outbound-orders.ts';
import { requireProgram, until } from '../rig/programs.ts';
import { startSipp, type Sipp } from '../rig/sipp.ts';
import { findTones, tolerances } from '../rig/tone-check.ts';
import { toneWav } from '../rig/tone-wav.ts';

const messageHz = 1000;
const messageMs = 5000;
const calleeHz = 700;
const listener = '+12025550177';
/** Of the trunk behind which the baresip lives, and of the one behind which SIPp lives. */
const ownNumber = '+12025550100';
const otherNumbers = Array.from({ length: 19 }, (_, index) => `+120255506${String(index + 10)}`);

let journey: Journey;
let orders: Orders;
let sippPort: number;
let assetId: string;

before(async () => {
  journey = await openJourney({ name: 'task', agents: 1, record: true });
  orders = await openOrders(journey.server);
  sippPort = await freePorts(2);
  await orders.trunk('People', sippPort, otherNumbers);
  assetId = await orders.asset('Reminder V1', toneWav(messageHz, messageMs / 1000));
  await talkFor(1100);
});
after(() => journey.close());

const people = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `+12025550${kind}${String(10 + index)}`);

const sipp = (name: string, calls: number): Promise<Sipp> =>
  startSipp({
    scenario: 'task-callee',
    folder: join(journey.folder, name),
    remote: `127.0.0.1:${journey.server.sipPort}`,
    localPort: sippPort,
    calls,
    tonesHz: { tone_file: calleeHz },
    deadlineMs: 300_000,
  });

test('twenty people: who answers hears the whole message, everybody else ends as their line said, and the account balances', async () => {
  const phone = await journey.customerPhone({ toneHz: 1300 });
  const callees = await sipp('people', 19);
  const numbers = [...people('1', 7), ...people('2', 5), ...people('3', 4), ...people('4', 3)];
  const rosterId = await orders.roster('Twenty people', [...numbers, listener]);
  const id = await orders.order({
    name: 'Twenty people',
    voiceAssetId: assetId,
    rosterId,
    // Caller numbers take turns in the order of the roster: the last one leads to the baresip.
    callerNumbers: [...otherNumbers, ownNumber],
    ringSeconds: 6,
    concurrency: 20,
    callsPerSecond: 10,
  });
  const over = await orders.taskOver(id);
  assert.equal(over.state, 2);
  assert.deepEqual(over.counts, {
    initial: 0,
    answered: 8,
    unanswered: 12,
    calling: 0,
    pendingRetry: 0,
  });
  const attempts = await orders.attempts(id);
  const endsOf = (kind: string): string[] => [
    ...new Set(
      attempts
        .filter(({ number }) => number.startsWith(`+12025550${kind}`) && number !== listener)
        .map(({ endStatus, disposition }) => `${endStatus} ${disposition}`),
    ),
  ];
  assert.deepEqual(endsOf('2'), ['busy null']);
  assert.deepEqual(endsOf('3'), ['notAnswer null']);
  assert.deepEqual(endsOf('4'), ['numberNotExist null']);
  assert.deepEqual(endsOf('11'), ['ok message']);
  for (const attempt of attempts.filter(({ answeredAt }) => answeredAt !== null))
    assert.deepEqual([attempt.playedMs, attempt.playCompleted], [messageMs, true], attempt.number);
  assert.equal(await callees.ended(), 0, callees.output());

  const heard = await until('baresip has written what it heard', () => phone.heard()[0]);
  const found = findTones(readFileSync(heard), [messageHz]);
  const soundedMs = toneMs(found, 0, messageHz);
  const slack = 2 * tolerances.detection + tolerances.phonePacket;
  assert.ok(Math.abs(soundedMs - messageMs) <= slack, `it heard ${soundedMs} ms of ${messageMs}`);
  assert.equal(found.length, 1, 'in one piece');
  const call = await journey.call(listener);
  assert.deepEqual([call.callType, call.outcome, call.outcomeReason], ['task', 'excluded', 'task']);
  await phone.stop();
});

/** One person is dialled for whoever of the queue is free. */
const dialAhead = async (name: string, number: string): Promise<string> =>
  orders.order({
    kind: 'predictive',
    name,
    voiceAssetId: assetId,
    rosterId: await orders.roster(name, [number]),
    queueId: journey.centre.queueId,
    callerNumbers: [otherNumbers[0]],
    ringSeconds: 20,
  });

test('predictive: a person who answers talks to the registered agent within two seconds, and the call is recorded', async () => {
  const agent = await journey.phone(0, { toneHz: 1150 });
  const callees = await sipp('predictive', 1);
  const id = await dialAhead('Predictive', '+12025550150');
  await agent.event('CALL_ESTABLISHED');
  await talkFor(2000);
  await agent.command('hangup');
  const over = await orders.taskOver(id);
  assert.deepEqual([over.counts.answered, over.abandoned], [1, 0]);
  const [attempt] = await orders.attempts(id);
  assert.equal(attempt?.disposition, 'agent');
  assert.ok((attempt.agentAfterMs ?? 9999) < 2000, `${attempt.agentAfterMs} ms`);
  assert.equal(attempt.playedMs, null);
  assert.equal(await callees.ended(), 0, callees.output());
  const call = await journey.call('+12025550150');
  assert.deepEqual([call.callType, call.outcome], ['agentOutbound', 'ready']);
  await agent.stop();
});

test('predictive: with no agent free the person hears the message, is counted as abandoned, and the evidence is exported', async () => {
  const callees = await sipp('abandoned', 1);
  const agent = await journey.phone(0, { toneHz: 1150, answers: 'manual' });
  const id = await dialAhead('Abandoned', '+12025550151');
  const over = await orders.taskOver(id);
  assert.equal(over.abandoned, 1);
  const [attempt] = await orders.attempts(id);
  assert.deepEqual(
    [attempt?.disposition, attempt?.playedMs, attempt?.playCompleted],
    ['abandoned', messageMs, true],
  );
  const csv = await journey.server.fetch('GET', `/outbound-tasks/${id}/results?only=abandoned`);
  assert.match(await csv.text(), /\+12025550151,.*,abandoned,/u);
  assert.equal(await callees.ended(), 0, callees.output());
  await agent.stop();
});

test('the message begins within 40 ms of the ACK, and every packet and the account of calls are in order', async () => {
  await journey.judgeWire({ sipMessages: 80, rtpPackets: 1500 });
  const tshark = requireProgram('tshark', 'tshark');
  const fields = (display: string, ...names: string[]): string[][] =>
    spawnSync(
      tshark,
      [
        '-r',
        join(journey.folder, 'wire.pcapng'),
        '-o',
        'rtp.heuristic_rtp:TRUE',
        '-Y',
        display,
        '-T',
        'fields',
        ...names.flatMap((name) => ['-e', name]),
      ],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    )
      .stdout.split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
  const { first, last } = journey.server.rtpPorts;
  const acks = fields(
    `sip.Method == "ACK" && udp.dstport == ${journey.trunkPort}`,
    'frame.time_epoch',
    'sip.Call-ID',
  );
  const [ack] = acks;
  assert.ok(ack);
  const [answer] = fields(
    `sip.Status-Code == 200 && sip.CSeq.method == "INVITE" && sip.Call-ID == "${ack[1]}"`,
    'sdp.media.port',
  );
  const packets = fields(
    `rtp && udp.dstport == ${answer?.[0]} && udp.srcport >= ${first} && udp.srcport <= ${last}`,
    'frame.time_epoch',
  );
  const afterMs = (Number(packets[0]?.[0]) - Number(ack[0])) * 1000;
  assert.ok(afterMs >= 0 && afterMs <= 40, `${afterMs} ms after the ACK`);
  const calls = await journey.balance();
  assert.equal(calls.difference, 0);
  assert.deepEqual([calls.inProgress, calls.failed, calls.disagreeing], [0, 0, []]);
});
