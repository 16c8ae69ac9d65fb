/** The wallboard in a real browser before the real server, while foreign phones wait and talk. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { toneSpans } from '#audio/tone-spans.ts';
import { type Baresip, startBaresip } from '../rig/baresip.ts';
import { axeFindings, type Visit } from '../rig/browser.ts';
import { makeCentre, type CentreAgent } from '../rig/centre.ts';
import { agentAvailable } from '../rig/centre-watch.ts';
import { enter, lookAtAll, lookHere, openConsole, type ConsoleRig } from '../rig/console.ts';
import { freePorts } from '../rig/free-port.ts';
import { adminEmail, adminPassword } from '../rig/server.ts';

let rig: ConsoleRig;
let account: CentreAgent;
let trunkPort = 0;
let serviceId = '';
let otherQueueId = '';
let agent: Baresip | undefined;
let customer: Baresip | undefined;

/** The longest name that a queue may have, with what a script would look like. */
const hostileName = `<script>alert(1)</script> ${'Kundendienst'.repeat(14)}`;

before(async () => {
  rig = await openConsole({ name: 'live' });
  trunkPort = await freePorts(40);
  const centre = await makeCentre(rig.server, { trunkPort, agents: 1, record: true });
  const [first] = centre.agents;
  assert.ok(first);
  account = first;
  serviceId = centre.queueId;
  const other = { body: { name: hostileName } };
  otherQueueId = (await rig.server.request<{ id: string }>('POST', '/queues', other)).id;
  await enter(rig.desk.page);
});

after(async () => {
  await agent?.stop();
  await customer?.stop();
  await rig.close();
});

test('a caller who waits is counted on the wallboard as soon as the call comes, without a reload', async () => {
  const { page } = rig.desk;
  await page.getByRole('link', { name: 'Live', exact: true }).click();
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  await page.getByText('Nobody is on the phone.').waitFor();
  customer = await startBaresip({
    folder: join(rig.folder, 'customer'),
    registrar: null,
    user: '+12025550199',
    sipPort: trunkPort,
    toneHz: 700,
    answers: 'auto',
    deadlineMs: 300_000,
  });
  agent = await startBaresip({
    folder: join(rig.folder, 'agent'),
    registrar: { host: '127.0.0.1', port: rig.server.sipPort },
    user: account.sipUsername,
    password: account.sipPassword,
    toneHz: 1150,
    answers: 'auto',
    deadlineMs: 300_000,
  });
  await agentAvailable(rig.server, account.id);
  await page.getByRole('row', { name: /Agent 1 Available/ }).waitFor();
  await customer.command('dial', `sip:1000@127.0.0.1:${rig.server.sipPort}`);
  const call = page.getByRole('row', { name: /\+12025550199/ });
  await call.waitFor();
  await call.getByText('Recording now').waitFor();
  await page.getByRole('row', { name: /Agent 1 On call/ }).waitFor();
  await page.getByRole('row', { name: /^Service .*1 \/ 1/ }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
});

/** Three seconds of a stream of samples, each side by itself. */
const hearSides = async (path: string): Promise<readonly [Int16Array, Int16Array]> => {
  const answer = await rig.server.fetch('GET', path);
  assert.equal(answer.status, 200);
  const stream: ReadableStream<Uint8Array> | null = answer.body;
  assert.ok(stream);
  const pieces: Uint8Array[] = [];
  const wanted = 3 * 32_000;
  let length = 0;
  for await (const piece of stream) {
    pieces.push(piece);
    length += piece.length;
    if (length >= wanted) break;
  }
  assert.ok(length >= wanted, 'the stream ended before the call');
  const bytes = Buffer.concat(pieces);
  const side = (first: number): Int16Array =>
    Int16Array.from({ length: wanted / 4 }, (_, i) => bytes.readInt16BE(i * 4 + first));
  return [side(0), side(2)];
};

/**
 * Where a machine is too busy for the phones' packets, a tone has holes, whose edges sound a little at every frequency. A voice on the
 * wrong side would be as loud as on its own, 20 dB above this.
 */
const leastDbov = -31;

const msOfTone = (samples: Int16Array, frequencyHz: number): number =>
  toneSpans(samples, frequencyHz, { floorDbov: leastDbov }).reduce((sum, span) => {
    return sum + (span.untilFrame - span.fromFrame) / 8;
  }, 0);

test('a program that listens gets the customer left and the agent right', async () => {
  const { calls } = await rig.server.request<{ calls: { id: string }[] }>('GET', '/live');
  const [left, right] = await hearSides(`/calls/${calls[0]?.id ?? ''}/listen`);
  assert.ok(msOfTone(left, 700) > 2500, `${msOfTone(left, 700)} ms of the customer`);
  assert.ok(msOfTone(right, 1150) > 2500, `${msOfTone(right, 1150)} ms of the agent`);
  assert.equal(msOfTone(left, 1150), 0);
  assert.equal(msOfTone(right, 700), 0);
});

/** Presses the button and waits until both sides are heard. */
const beginToListen = async (page: Page): Promise<void> => {
  await page.locator('main tbody button:has(.tabler-icon-headphones)').click();
  for (const meter of [0, 1])
    await page.locator('[data-peak]:not([data-peak="0.00"])').nth(meter).waitFor();
};

test('a supervisor listens by a button, hears both sides, and the agent is shown it until it stops', async () => {
  const { page } = rig.desk;
  const email = 'anna@example.test';
  const user = { email, password: adminPassword, role: 'agent', agentId: account.id };
  await rig.server.request('POST', '/users', { body: user });
  const anna = await rig.visitAs(email, adminPassword);
  await page.goto('/live');
  await beginToListen(page);
  await page.getByText('You are listening. Nobody on the call hears you.').waitFor();
  await page.getByText(`Listening: ${adminEmail}`).waitFor();
  assert.deepEqual(await axeFindings(page), []);
  const note = anna.page.getByText(`This call is being listened to by ${adminEmail}.`);
  await note.waitFor();
  assert.deepEqual(await axeFindings(anna.page), []);
  await rig.picture(anna.page, 'listened-agent');
  // On any page: nobody forgets that they listen.
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
  await page.getByRole('region', { name: 'Listening' }).waitFor();
  await page.getByRole('button', { name: 'Stop listening' }).click();
  await note.waitFor({ state: 'detached' });
  await anna.context.close();
  assert.deepEqual(anna.complaints, []);
  assert.deepEqual(rig.desk.complaints, []);
});

const supervisorOf = async (name: string, queueId: string): Promise<Visit> => {
  const email = `${name}@example.test`;
  const user = { email, password: adminPassword, role: 'supervisor', queueIds: [queueId] };
  await rig.server.request('POST', '/users', { body: user });
  return rig.visitAs(email, adminPassword);
};

/** As the browser of somebody who knows the address; what it would hear is left unread. */
const statusFor = ({ page }: Visit, path: string): Promise<number> =>
  page.evaluate<number>(`(async () => {
    const stop = new AbortController();
    const { status } = await fetch('/api/v1${path}', { signal: stop.signal });
    stop.abort();
    return status;
  })()`);

const rowOfCall = ({ page }: Visit) => page.getByRole('row', { name: /\+12025550199/ });

test('a supervisor hears the calls of the own queues and no others: whoever leads another queue neither sees the call nor may listen to it', async () => {
  const { calls } = await rig.server.request<{ calls: { id: string }[] }>('GET', '/live');
  const callId = calls[0]?.id ?? '';
  const bella = await supervisorOf('bella', serviceId);
  const carl = await supervisorOf('carl', otherQueueId);
  for (const { page } of [bella, carl]) {
    await page.goto('/live');
    await page.getByRole('region', { name: 'Calls in progress' }).waitFor();
  }
  await rowOfCall(bella).getByText('Recording now').waitFor();
  await rowOfCall(bella).getByRole('cell', { name: 'Service', exact: true }).waitFor();
  await rowOfCall(bella).getByRole('cell', { name: 'Agent 1', exact: true }).waitFor();
  await carl.page.getByText('Nobody is on the phone.').waitFor();
  assert.equal(await rowOfCall(carl).count(), 0);
  for (const path of [`/calls/${callId}`, `/calls/${callId}/listen`]) {
    assert.equal(await statusFor(bella, path), 200, path);
    assert.equal(await statusFor(carl, path), 404, path);
  }
  await carl.page.goto(`/calls/${callId}`);
  await carl.page.getByText('There is no such thing, or it is not yours to see.').waitFor();
  await beginToListen(bella.page);
  await bella.page.getByText('Listening: bella@example.test').waitFor();
  assert.deepEqual(await lookHere(rig, bella.page, 'supervisor-listens'), []);
  await bella.page.getByRole('button', { name: 'Stop listening' }).first().click();
  await bella.page.getByText('Listening: bella@example.test').waitFor({ state: 'detached' });
  const { items } = await rig.server.request<{
    items: { action: string; actor: string; subjectId: string | null }[];
  }>('GET', '/audit-log');
  const listened = items.filter(({ action }) => /^call.listen/.test(action));
  assert.deepEqual(
    listened.slice(0, 2).map(({ action, subjectId }) => [action, subjectId]),
    [
      ['call.listen-end', callId],
      ['call.listen', callId],
    ],
  );
  assert.ok(JSON.stringify(listened[0]).includes('bella@example.test'));
  assert.equal(JSON.stringify(listened).includes('carl@example.test'), false);
  assert.deepEqual([...bella.complaints, ...carl.complaints], []);
  await bella.context.close();
  await carl.context.close();
});

test('an agent is shown who listens where the tenant says so, and nothing of it where it does not', async () => {
  const anna = await rig.visitAs('anna@example.test', adminPassword);
  const { page } = rig.desk;
  await page.goto('/live');
  const note = anna.page.getByText(/This call is being listened to by/);
  const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const tenant = `/tenants/${items[0]?.id ?? ''}`;
  await beginToListen(page);
  await note.waitFor();
  assert.deepEqual(await lookHere(rig, anna.page, 'agent-heard'), []);
  await rig.server.request('PATCH', tenant, { body: { agentsSeeListening: false } });
  const asked = anna.page.waitForResponse((answer) => answer.url().includes('inProgress'));
  await anna.page.goto('/calls');
  assert.match(await (await asked).text(), /\+12025550199/);
  await anna.page.getByRole('row', { name: /\+12025550199/ }).waitFor();
  assert.equal(await note.count(), 0);
  await page.getByText(`Listening: ${adminEmail}`).waitFor();
  await rig.server.request('PATCH', tenant, { body: { agentsSeeListening: true } });
  await anna.page.reload();
  await note.waitFor();
  await page.getByRole('button', { name: 'Stop listening' }).first().click();
  await note.waitFor({ state: 'detached' });
  assert.deepEqual(anna.complaints, []);
  await anna.context.close();
});

test('listening fits a desk in three languages and both themes', async () => {
  const findings = await lookAtAll(rig, {
    listening: { path: '/live', ready: beginToListen },
  });
  assert.deepEqual(findings, []);
});

test('the wallboard fits a desk in three languages and both themes, with a call in progress', async () => {
  const findings = await lookAtAll(rig, { live: { path: '/live' } });
  assert.deepEqual(findings, []);
  assert.deepEqual(rig.desk.complaints, []);
});

test('the wallboard is empty again when the call has ended', async () => {
  const { page } = rig.desk;
  await page.goto('/live');
  await page.getByRole('row', { name: /\+12025550199/ }).waitFor();
  await customer?.command('hangup');
  await page.getByText('Nobody is on the phone.').waitFor();
});

test('a wallboard that hears no more of the server says so', async () => {
  const { page } = rig.desk;
  await page.route('**/api/v1/events', (route) => route.abort());
  await page.goto('/live');
  await page.getByText(/^No live updates since/).waitFor();
  assert.deepEqual(await axeFindings(page), []);
});

test('where calls are in another process, the wallboard and Agents say so and name no state', async () => {
  const { page } = rig.desk;
  const nothing = { state: null, unavailableReason: null, wrapUpUntil: null };
  const isElsewhere = {
    '**/api/v1/live': { ...nothing, since: null, registeredPhones: null },
    '**/api/v1/agents?*': { ...nothing, stateSince: null, registeredContacts: null },
  };
  for (const [address, change] of Object.entries(isElsewhere))
    await page.route(address, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as Record<string, readonly object[]>;
      const rows = address.endsWith('live') ? 'agents' : 'items';
      const changed = (body[rows] ?? []).map((row) => ({ ...row, ...change }));
      await route.fulfill({
        response: answer,
        json: { ...body, isHere: false, [rows]: changed },
      });
    });
  for (const path of ['/live', '/settings/agents']) {
    await page.goto(path);
    const row = page.getByRole('row').filter({ hasText: 'Known to another process' });
    await row.waitFor();
    assert.equal(await row.getByText(/unavailable|phone|make available/i).count(), 0, path);
    assert.deepEqual(await axeFindings(page), []);
  }
});
