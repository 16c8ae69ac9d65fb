/** Phones do not know that the server was killed: their registration holds for an hour, and callers come at once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeCentre } from '../rig/centre.ts';
import { agentAvailable } from '../rig/centre-watch.ts';
import { freePorts } from '../rig/free-port.ts';
import type { PhoneCall } from '#phone/phone-call.ts';
import { until } from '../rig/programs.ts';
import { makeServer } from '../rig/server.ts';
import { openTestPhone } from '../rig/test-phone.ts';

const folder = mkdtempSync(join(tmpdir(), 'phones-after-restart-'));
const closers: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

test('the first caller after a kill is answered by an agent whose phone has not registered again', async () => {
  const server = await makeServer({ folder, deadlineMs: 300_000 });
  await server.start();
  closers.push(() => server.stop());
  const trunkPort = await freePorts(2);
  const centre = await makeCentre(server, { trunkPort, agents: 1, record: false });
  const [seat] = centre.agents;
  assert(seat);
  const at = { host: '127.0.0.1', port: server.sipPort };
  const customer = await openTestPhone({ user: '+12025550100', server: at, port: trunkPort });
  const agent = await openTestPhone({
    user: seat.sipUsername,
    password: seat.sipPassword,
    server: at,
  });
  closers.push(
    () => customer.close(),
    () => agent.close(),
  );
  await agent.register();
  await agentAvailable(server, seat.id);
  // The file is written a moment after the phone has registered.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await server.kill();
  await server.start();
  let ringing: PhoneCall | undefined;
  void agent.nextCall().then((rung) => (ringing = rung));
  const call = await customer.call('1000');
  (await until('the phone rings', () => ringing)).answer();
  assert.equal(await call.untilAnswered(), true);
  call.hangUp();
});
