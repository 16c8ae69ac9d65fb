/** The wallboard in a real browser before the real server, while foreign phones wait and talk. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Baresip, startBaresip } from '../rig/baresip.ts';
import { axeFindings } from '../rig/browser.ts';
import { makeCentre, type CentreAgent } from '../rig/centre.ts';
import { agentAvailable } from '../rig/centre-watch.ts';
import { lookAtAll, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { freePorts } from '../rig/free-port.ts';

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
