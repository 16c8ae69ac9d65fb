/** Our signalling between two SIPps: a foreign caller, a foreign callee, hold, refusal, giving up, registration; UDP and TCP. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TrunkEntry } from '#core/directory.ts';
import type { TrunkId } from '#core/ids.ts';
import { relayCalls } from '../rig/relay.ts';
import { agentOf, passwordOf, sipRoom, trunkOf } from '../rig/signalling.ts';
import { startSipp } from '../rig/sipp.ts';

const folder = mkdtempSync(join(tmpdir(), 'signalling-'));
const { start, close } = sipRoom();
after(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const until = async (isSo: () => boolean, what: string): Promise<void> => {
  const deadline = performance.now() + 5000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not within 5 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

for (const transport of ['udp', 'tcp'] as const)
  test(`twenty calls with hold pass from SIPp to SIPp over ${transport}, Record-Route followed`, async () => {
    const running = await start({
      trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })],
    });
    const callee = await startSipp({
      scenario: 'signal-callee',
      folder: join(folder, `callee-${transport}`),
      remote: `127.0.0.1:${running.port}`,
      transport,
      calls: 20,
      deadlineMs: 40_000,
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const target: TrunkEntry = trunkOf({ id: 'far' as TrunkId, port: callee.sipPort, transport });
    const counts = relayCalls(running.signalling, () => target);
    const caller = await startSipp({
      scenario: 'signal-caller',
      folder: join(folder, `caller-${transport}`),
      remote: `127.0.0.1:${running.port}`,
      transport,
      service: '1000',
      calls: 20,
      keys: { talk_ms: 200 },
      deadlineMs: 40_000,
    });
    assert.equal(await caller.ended(), 0, caller.output());
    assert.equal(await callee.ended(), 0, callee.output());
    await until(() => counts.ended === 20, 'all calls ended');
    assert.deepEqual([counts.offered, counts.answered, counts.ended], [20, 20, 20]);
    assert.deepEqual(Object.fromEntries(counts.causes), {
      'caller bye by peer': 20,
      'callee bye by us': 20,
    });
  });

test('a foreign caller that gives up gets 200 for its CANCEL and 487 for its INVITE; the leg hears cancel', async () => {
  const running = await start({ trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })] });
  const heard: string[] = [];
  running.signalling.onIncoming((incoming) => {
    incoming.leg.ring();
    return (event) => {
      if (event.kind === 'ended') heard.push(event.cause.how);
    };
  });
  const caller = await startSipp({
    scenario: 'customer-gives-up',
    folder: join(folder, 'gives-up'),
    remote: `127.0.0.1:${running.port}`,
    service: '1000',
    keys: { talk_ms: 300, from_user: '+15550100' },
    deadlineMs: 20_000,
  });
  assert.equal(await caller.ended(), 0, caller.output());
  await until(() => heard.length > 0, 'the leg heard the end');
  assert.deepEqual(heard, ['cancel']);
});

test('SIPp registers with digest and is known afterwards', async () => {
  const agent = agentOf('agent1');
  const running = await start({ agents: [agent] });
  const phone = await startSipp({
    scenario: 'phone-registers',
    folder: join(folder, 'phone'),
    remote: `127.0.0.1:${running.port}`,
    service: 'agent1',
    keys: { user: 'agent1', password: passwordOf('agent1') },
    deadlineMs: 10_000,
  });
  assert.equal(await phone.ended(), 0, phone.output());
  assert.equal(running.signalling.registeredContacts(agent), 1);
});
