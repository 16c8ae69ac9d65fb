/** The wallboard in a real browser before the real server, while foreign phones wait and talk. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { toneSpans } from '#audio/tone-spans.ts';
import { type Baresip, startBaresip } from '../rig/baresip.ts';
import { axeFindings } from '../rig/browser.ts';
import { makeCentre, type CentreAgent } from '../rig/centre.ts';
import { agentAvailable } from '../rig/centre-watch.ts';
import { lookAtAll, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { freePorts } from '../rig/free-port.ts';
import { adminEmail, adminPassword } from '../rig/server.ts';

let rig: ConsoleRig;
let account: CentreAgent;
let trunkPort = 0;
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
  await rig.server.request('POST', '/queues', { body: { name: hostileName } });
  await rig.desk.page.goto('/');
  await signIn(rig.desk.page);
  await rig.desk.page.getByRole('navigation').waitFor();
  // Signing in goes on to the first page; a click before it is there would be overtaken by it.
  await rig.desk.page.locator('main h1').first().waitFor();
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

const msOfTone = (samples: Int16Array, frequencyHz: number): number =>
  toneSpans(samples, frequencyHz).reduce((sum, span) => {
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
  await page.getByRole('region', { name: 'Listening' }).waitFor();
  await page.getByRole('button', { name: 'Stop listening' }).click();
  await note.waitFor({ state: 'detached' });
  await anna.context.close();
  assert.deepEqual(anna.complaints, []);
  assert.deepEqual(rig.desk.complaints, []);
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
