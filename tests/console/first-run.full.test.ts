/** The first steps as a person takes them, in a real browser and with real calls: from an empty centre to the own recording on screen. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { decodeWav } from '../../src/audio/container/wav.ts';
import { tone } from '../../src/audio/tones.ts';
import type { Phone } from '../../src/phone/phone.ts';
import { openPhone } from '../../tools/open-phone.ts';
import { axeFindings, overflows, type Visit } from '../rig/browser.ts';
import { fetchAudio } from '../rig/centre-watch.ts';
import { enter, lookAtAll, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';

let rig: ConsoleRig;
let desk: Visit;

before(async () => {
  rig = await openConsole({ name: 'first-run' });
  desk = rig.desk;
  await enter(desk.page);
});
after(() => rig.close());

const step = (page: Page, name: string): Locator => page.getByRole('region', { name });
const fill = (where: Locator, name: string, text: string): Promise<void> =>
  where.getByRole('textbox', { name, exact: true }).fill(text);
const create = (where: Locator): Promise<void> =>
  where.getByRole('button', { name: 'Create' }).click();
const doneText = (page: Page, text: string): Promise<void> =>
  page.getByText(text, { exact: true }).waitFor();

/** Registered; the calls hear of a new password a moment after the console. */
const switchOn = async (account: {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}): Promise<Phone> => {
  const { host, port, user, password } = account;
  const server = { host, port };
  const deadline = performance.now() + 20_000;
  for (;;) {
    const phone = await openPhone({ host: '127.0.0.1', server, user, password });
    try {
      await phone.register();
      return phone;
    } catch (thrown) {
      await phone.close();
      if (performance.now() > deadline) throw thrown;
    }
  }
};

/** Where the last word ends. */
const soundUntilMs = (wav: Uint8Array): number => {
  const decoded = decodeWav(wav);
  assert.ok(decoded.ok);
  const [samples = new Int16Array()] = decoded.value.channels;
  return samples.findLastIndex((sample) => Math.abs(sample) > 200) / 8;
};

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly durationMs: number;
}

test('an empty centre is set up step by step, each ticked off as it is there', async () => {
  const { page } = desk;
  await rig.picture(page, 'first-steps-empty');
  await fill(step(page, '1. A queue'), 'Name', 'Front desk');
  await create(step(page, '1. A queue'));
  await doneText(page, '1 of 6 steps done');
  const agent = step(page, '2. An agent');
  await fill(agent, 'Name', 'Ada Lovelace');
  await fill(agent, 'E-mail', 'ada@example.test');
  await fill(agent, 'SIP user name', 'ada');
  await create(agent);
  await doneText(page, '2 of 6 steps done');
  const phone = step(page, 'Phone set-up of Ada Lovelace');
  await phone.getByText('The password is shown this once.').waitFor();
  assert.match((await phone.locator('pre').textContent()) ?? '', /register sip:ada@/);
  await rig.picture(page, 'first-steps-agent');
  assert.deepEqual(await axeFindings(page), []);
  const trunk = step(page, '3. A trunk');
  await fill(trunk, 'Name', 'Carrier');
  await fill(trunk, 'Host or address', '192.0.2.10');
  await create(trunk);
  await doneText(page, '3 of 6 steps done');
  await fill(step(page, '4. A number'), 'Number', '1000');
  await create(step(page, '4. A number'));
  await doneText(page, '4 of 6 steps done');
  await page.getByRole('button', { name: 'Record inbound calls' }).click();
  await doneText(page, '5 of 6 steps done');
});

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly name?: string;
    readonly state?: string;
  }[];
}
const listed = async (path: string): Promise<Listed['items']> =>
  (await rig.server.request<Listed>('GET', path)).items;

test('sample data is made on request from real calls, is no figure of Live, and goes completely by one act that names it', async () => {
  const { page } = desk;
  await page.getByRole('button', { name: 'Make sample data' }).click();
  await page.getByText('Sample calls are being held and recorded').waitFor();
  await rig.picture(page, 'sample-making');
  await doneText(page, '5 of 6 steps done');
  await page.goto('/recordings');
  await page.getByText(/There is sample data here: 4 calls with 4 recordings/).waitFor({
    timeout: 120_000,
  });
  await rig.picture(page, 'sample-recordings');
  assert.deepEqual(await axeFindings(page), []);
  const made = await listed('/recordings');
  assert.deepEqual(
    made.map(({ state }) => state),
    ['ready', 'ready', 'ready', 'ready'],
  );
  const audio = `/recordings/${made[0]?.id ?? ''}/renditions/mixed/audio`;
  assert.equal((await rig.server.fetch('GET', audio)).status, 200);
  const live = await rig.server.request<{ queues: { name: string }[]; agents: unknown[] }>(
    'GET',
    '/live',
  );
  assert.deepEqual(
    live.queues.map(({ name }) => name),
    ['Front desk'],
  );
  assert.equal(live.agents.length, 1);
  await page.getByRole('button', { name: 'Remove sample data' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByText(/2 queues, 4 agents, 4 calls and 4 recordings are gone for good/)
    .waitFor();
  await rig.picture(page, 'sample-remove');
  assert.deepEqual(await axeFindings(page), []);
  await dialog.getByRole('button', { name: 'Remove sample data' }).click();
  await dialog.waitFor({ state: 'detached', timeout: 90_000 });
  await rig.picture(page, 'sample-removed');
  await page.getByRole('heading', { name: 'No recordings yet' }).waitFor();
  for (const path of ['/calls', '/recordings']) assert.deepEqual(await listed(path), [], path);
  for (const path of ['/queues', '/agents', '/numbers', '/trunks'])
    assert.equal((await listed(path)).length, 1, path);
  assert.equal((await rig.server.fetch('GET', audio)).status, 404);
  const files = readdirSync(rig.folder, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    files.filter((file) => /\.(crj|mp3|peaks)$/.test(file)),
    [],
  );
  await page.goto('/start');
  await doneText(page, '5 of 6 steps done');
});

test('Call me with no phone at hand: the built-in one answers, and the recording opens by itself', async () => {
  const { page } = desk;
  await page.goto('/start');
  const call = step(page, '6. Call me');
  assert.equal(await call.getByRole('button', { name: 'Call me' }).isDisabled(), true);
  await call.getByRole('radio', { name: /No phone at hand/ }).check();
  await rig.picture(page, 'call-me');
  await call.getByRole('button', { name: 'Call me' }).click();
  const talks = call.locator('[aria-current=step]', { hasText: 'Both built-in phones talk' });
  await talks.waitFor();
  await doneText(page, '5 of 6 steps done');
  // Whoever looks elsewhere, or loads the page again, finds the call where it is.
  await page.goto('/recordings');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goto('/start');
  await talks.waitFor();
  await rig.picture(page, 'call-me-progress');
  assert.deepEqual(await axeFindings(page), []);
  await page.waitForURL(/\/recordings\/[^/]+$/, { timeout: 90_000 });
  const id = page.url().split('/').at(-1) ?? '';
  const shown = await rig.server.request<Shown>('GET', `/recordings/${id}`);
  assert.equal(shown.state, 'ready');
  assert.ok(shown.durationMs > 5000, `${shown.durationMs} ms of talk`);
  // A word that runs into the end would sound cut off.
  const last = soundUntilMs(await fetchAudio(rig.server, id, 'mixed'));
  assert.ok(shown.durationMs - last > 300, `spoken until ${last} ms of ${shown.durationMs} ms`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await rig.picture(page, 'own-recording');
  await page.goto('/start');
  await doneText(page, '6 of 6 steps done');
});

test('a phone is set up with the lines of the dialog, rings at Call me, and its call is recorded', async () => {
  const { page } = desk;
  await page.goto('/settings/agents');
  await page.getByRole('button', { name: 'Phone set-up of Ada Lovelace' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Make a new password' }).click();
  await dialog.getByText('The password is shown this once.').waitFor();
  await rig.picture(page, 'phone-dialog');
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(await overflows(page), []);
  const value = async (name: string): Promise<string> =>
    (await dialog
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
      .locator('code')
      .textContent()) ?? '';
  const phone = await switchOn({
    host: await value('Server'),
    port: Number(await value('Port')),
    user: await value('SIP user name'),
    password: await value('Password'),
  });
  try {
    const ringing = phone.nextCall();
    await page.goto('/start');
    const call = step(page, '6. Call me');
    await call.getByText('It is registered').waitFor();
    await call.getByRole('button', { name: 'Call me' }).click();
    const incoming = await ringing;
    incoming.answer();
    assert.equal(await incoming.untilAnswered(), true);
    await incoming.say(tone({ frequenciesHz: [700], durationMs: 1500, levelDbov: -12 }));
    incoming.hangUp();
    await page.waitForURL(/\/recordings\/[^/]+$/, { timeout: 60_000 });
  } finally {
    await phone.close();
  }
});

const hangUpAll = async (): Promise<void> => {
  const live = await rig.server.request<{ calls: { id: string }[] }>('GET', '/live');
  for (const up of live.calls)
    await rig.server.request('POST', `/calls/${up.id}/actions`, { body: { action: 'hang-up' } });
};

test('whoever lets it ring is told that nobody answered, and may try again', async () => {
  const { page } = desk;
  const { id } = (await rig.server.request<{ items: { id: string }[] }>('GET', '/agents'))
    .items[0] ?? { id: '' };
  const { host, port, sipUsername, sipPassword } = await rig.server.request<{
    host: string;
    port: number;
    sipUsername: string;
    sipPassword: string;
  }>('POST', `/agents/${id}/phone`, { body: {} });
  const phone = await switchOn({ host, port, user: sipUsername, password: sipPassword });
  try {
    phone.onCall(() => undefined); // it rings, and nobody takes it
    await page.goto('/start');
    const call = step(page, '6. Call me');
    await call.getByText('It is registered').waitFor();
    await call.getByRole('button', { name: 'Call me' }).click();
    await call.getByText('The phone rings: pick up').waitFor();
    await hangUpAll();
    await call.getByRole('alert').getByText('Nobody answered').waitFor({ timeout: 30_000 });
    await rig.picture(page, 'call-me-unanswered');
    await call.getByRole('button', { name: 'Try again' }).press('Enter');
    // It rings again by that one press, and whoever pressed it is still there.
    await call.getByText('The phone rings: pick up').waitFor();
    assert.equal(await call.locator(':focus').count(), 1);
    await hangUpAll();
    await call.getByRole('alert').getByText('Nobody answered').waitFor({ timeout: 30_000 });
  } finally {
    await phone.close();
  }
});

test('the first steps in three languages and both themes: nothing cut off at 1366 px, nothing in the way of axe', async () => {
  const settled = (page: Page) => page.getByRole('progressbar').waitFor();
  assert.deepEqual(await lookAtAll(rig, { start: { path: '/start', ready: settled } }), []);
});

test('one click makes a call centre to try: everything but the call is there, and a call to it can be made', async () => {
  const other = await openConsole({ name: 'try-out' });
  try {
    const { page } = other.desk;
    await page.goto('/');
    await signIn(page);
    await page.getByRole('button', { name: 'Make a call centre to try' }).click();
    await doneText(page, '5 of 6 steps done');
    await step(page, '4. A number').getByText('1000').waitFor();
    await step(page, '6. Call me').getByRole('button', { name: 'Call me' }).waitFor();
    assert.deepEqual(await axeFindings(page), []);
    await other.picture(page, 'after-one-click');
    // Who signs in again is led here until the first call.
    await page.goto('/');
    await page.waitForURL('**/start');
    assert.deepEqual(other.desk.complaints, []);
  } finally {
    await other.close();
  }
});

test('the page itself never complained, its security policy included', () => {
  assert.deepEqual(desk.complaints, []);
});
