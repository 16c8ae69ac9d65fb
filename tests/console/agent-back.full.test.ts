/** An agent whom no call rings any more: the pages say why and until when, and one click brings the agent back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Phone } from '../../src/phone/phone.ts';
import { openPhone } from '../../tools/open-phone.ts';
import { makeCentre, type Centre } from '../rig/centre.ts';
import { agentAvailable } from '../rig/centre-watch.ts';
import { enter, lookAtAll, openConsole, type ConsoleRig } from '../rig/console.ts';
import { freePorts } from '../rig/free-port.ts';
import { until } from '../rig/programs.ts';

let rig: ConsoleRig;
let centre: Centre;
let phone: Phone | undefined;

before(async () => {
  rig = await openConsole({ name: 'agent-back' });
  centre = await makeCentre(rig.server, {
    trunkPort: await freePorts(40),
    agents: 1,
    record: false,
  });
  await enter(rig.desk.page);
});
after(async () => {
  await phone?.close();
  await rig.close();
});

const rowOfAgent = () => rig.desk.page.getByRole('row', { name: /Agent 1/ });

test('one declined call takes an agent out of service, and Live says why', async () => {
  const { page } = rig.desk;
  const [agent] = centre.agents;
  assert.ok(agent);
  phone = await openPhone({
    host: '127.0.0.1',
    server: { host: '127.0.0.1', port: rig.server.sipPort },
    user: agent.sipUsername,
    password: agent.sipPassword,
  });
  phone.onCall((call) => call.refuse(603));
  await phone.register();
  await agentAvailable(rig.server, agent.id);
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/numbers');
  const body = { agentId: agent.id, onBuiltInPhone: false };
  await rig.server.request('POST', `/numbers/${items[0]?.id ?? ''}/test-call`, { body });
  await until('the call is declined', async () => {
    const path = `/agents/${agent.id}`;
    const seen = await rig.server.request<{ unavailableReason: string | null }>('GET', path);
    return seen.unavailableReason === 'missedCall' ? true : undefined;
  });
  await page.goto('/live');
  await rowOfAgent()
    .getByText(/^Missed or declined a call at /)
    .waitFor();
});

test('what they say of it fits a desk in three languages and both themes', async () => {
  const told =
    (at: string) =>
    (page: Page): Promise<void> =>
      page
        .getByRole('row', { name: /Agent 1/ })
        .filter({ hasText: at })
        .waitFor();
  const looks = {
    live: { path: '/live', ready: told('1') },
    agents: { path: '/settings/agents', ready: told('1001') },
  };
  assert.deepEqual(await lookAtAll(rig, looks), []);
});

test('on Agents a supervisor of the agent’s queue may make it available, one of another queue may not', async () => {
  const password = 'another-long-password';
  const other = await rig.server.request<{ id: string }>('POST', '/queues', {
    body: { name: 'Other' },
  });
  const make = { name: 'Make available: Agent 1' };
  for (const [queueId, count] of [
    [centre.queueId, 1],
    [other.id, 0],
  ] as const) {
    const email = `supervisor${count}@example.test`;
    await rig.server.request('POST', '/users', {
      body: { email, password, role: 'supervisor', queueIds: [queueId] },
    });
    const { page, context } = await rig.visitAs(email, password);
    await page.goto('/settings/agents');
    const row = page.getByRole('row', { name: /Agent 1/ });
    await row.getByText(/^Missed or declined a call at /).waitFor();
    assert.equal(await row.getByRole('button', make).count(), count);
    await context.close();
  }
});

test('one press on Live brings the agent back, and whoever pressed it stays at the agent', async () => {
  const { page } = rig.desk;
  await page.goto('/live');
  const row = rowOfAgent();
  await row.getByRole('button', { name: 'Make available: Agent 1' }).press('Enter');
  await page.getByRole('row', { name: /Agent 1 Available/ }).waitFor();
  assert.equal(await row.getByRole('button').count(), 0);
  await row.locator(':focus').waitFor();
});
