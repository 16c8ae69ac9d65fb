/** The console in a real browser, before the real server, with a call that two foreign phones really held. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Route } from 'playwright-core';
import { type Baresip, startBaresip } from '../rig/baresip.ts';
import { axeFindings, type Visit } from '../rig/browser.ts';
import { makeCentre } from '../rig/centre.ts';
import {
  agentAvailable,
  findCall,
  findRecording,
  type RecordingDetail,
} from '../rig/centre-watch.ts';
import { openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { talkFor } from '../rig/journey.ts';
import { freePorts } from '../rig/free-port.ts';
import { until } from '../rig/programs.ts';
import { adminEmail, type Server } from '../rig/server.ts';

let rig: ConsoleRig;
let folder: string;
let server: Server;
let desk: Visit;
let agent: Baresip | undefined;
let customer: Baresip | undefined;
let callId = '';
let recording: RecordingDetail;

const picture: ConsoleRig['picture'] = (page, name) => rig.picture(page, name);

const holdCall = async (action: 'hold' | 'unhold'): Promise<void> => {
  await server.request('POST', `/calls/${callId}/actions`, { body: { action } });
};

before(async () => {
  rig = await openConsole({ name: 'console' });
  ({ server, desk, folder } = rig);
});

after(async () => {
  await agent?.stop();
  await customer?.stop();
  await rig.close();
});

test('a wrong password is refused in one clear sentence, and the right one opens the first steps', async () => {
  const { page } = desk;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Callreel' }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'sign-in');
  await signIn(page, 'not the password');
  await page.getByText('E-mail or password is not right.').waitFor();
  await signIn(page);
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
  await page.getByRole('heading', { name: '1. A queue' }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'first-steps');
});

test('the first steps make a queue, and a refusal names the field and keeps what was written', async () => {
  const { page } = desk;
  const section = (name: string) => page.getByRole('region', { name });
  await section('1. A queue').getByRole('textbox', { name: 'Name' }).fill('Front desk');
  await section('1. A queue').getByRole('button', { name: 'Create' }).click();
  await section('1. A queue').getByText('Done').waitFor();
  const number = section('4. A number').getByRole('textbox', { name: 'Number' });
  await number.fill('not a number');
  await section('4. A number').getByRole('button', { name: 'Create' }).click();
  await section('4. A number')
    .getByRole('alert')
    .getByText('This is no telephone number.')
    .waitFor();
  assert.equal(await number.inputValue(), 'not a number');
});

test('a call shows while people talk, and its recording plays by itself once it is ready', async () => {
  const trunkPort = await freePorts(40);
  const centre = await makeCentre(server, { trunkPort, agents: 1, record: true });
  const [account] = centre.agents;
  assert.ok(account);
  agent = await startBaresip({
    folder: join(folder, 'agent'),
    registrar: { host: '127.0.0.1', port: server.sipPort },
    user: account.sipUsername,
    password: account.sipPassword,
    toneHz: 1150,
    answers: 'auto',
    deadlineMs: 300_000,
  });
  await agentAvailable(server, account.id);
  const { page } = desk;
  await page.getByRole('link', { name: 'Calls' }).click();
  await page.getByRole('heading', { name: 'No calls yet' }).waitFor();
  await picture(page, 'calls-empty');
  customer = await startBaresip({
    folder: join(folder, 'customer'),
    registrar: null,
    user: '+12025550199',
    sipPort: trunkPort,
    toneHz: 700,
    answers: 'auto',
    deadlineMs: 300_000,
  });
  await customer.command('dial', `sip:1000@127.0.0.1:${server.sipPort}`);
  await page.getByRole('cell', { name: 'Recording now' }).waitFor();
  await picture(page, 'calls-live');
  const call = await findCall(server, 'the call is up', (row) => row.answeredAt !== null);
  callId = call.id;
  await until('the recording is listed', async () => {
    const { items } = await server.request<{ items: { id: string }[] }>(
      'GET',
      `/recordings?callId=${callId}`,
    );
    return items[0];
  });
  await page.getByRole('link', { name: 'Recordings' }).click();
  await page.getByRole('cell', { name: 'Recording now' }).waitFor();
  await page.getByRole('row').nth(1).getByRole('link').click();
  await page.getByText('The call is being recorded.').waitFor();
  await picture(page, 'recording-live');
  await talkFor(1500);
  await holdCall('hold');
  await talkFor(2000);
  await holdCall('unhold');
  await talkFor(4000);
  await customer.command('hangup');
  await page.getByRole('region', { name: 'Player' }).waitFor();
  recording = await findRecording(server, callId);
  assert.equal(recording.state, 'ready');
  await page.getByRole('button', { name: 'Hear only +12025550199' }).waitFor();
  await picture(page, 'recording-ready');
});

/** What a canvas has in the browser, as far as it is asked here. */
interface CanvasInPage {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
  };
}

test('each lane draws its own voice from the server’s peaks, and the hold is hatched with its reason', async () => {
  const { page } = desk;
  await page.locator('canvas').nth(1).waitFor();
  const inks = await page.locator('canvas').evaluateAll((canvases: CanvasInPage[]) =>
    canvases.map((canvas) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      return (
        data.filter((_value, index) => index % 4 === 3 && (data[index] ?? 0) > 0).length /
        (width * height)
      );
    }),
  );
  assert.equal(inks.length, 2);
  for (const ink of inks) assert.ok(ink > 0.1, `a lane is nearly empty: ${ink}`);
  const hold = page.locator('[data-kind="hold"]').first();
  assert.match((await hold.getAttribute('title')) ?? '', /^Held by the agent, not recorded/);
});

test('keys play, move and change the speed; the speed is remembered; the needle follows a link', async () => {
  const { page } = desk;
  const slider = page.getByRole('slider', { name: 'Position' });
  const position = async (): Promise<number> => Number(await slider.getAttribute('aria-valuenow'));
  await page.locator('body').press('Home');
  await page.locator('body').press('ArrowRight');
  assert.equal(await position(), 5000);
  await page.locator('body').press('Space');
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await until('the needle moves', async () => ((await position()) > 5500 ? true : undefined));
  await page.locator('body').press('k');
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
  await page.locator('body').press('>');
  await page.locator('body').press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await page.keyboard.press('Escape');
  await page.goto(`/recordings/${recording.id}?t=2`);
  await page.getByRole('region', { name: 'Player' }).waitFor();
  await until('the needle is at two seconds', async () =>
    (await position()) === 2000 ? true : undefined,
  );
  assert.equal(await page.getByLabel('Speed').inputValue(), '1.25');
});

test('a side can be silenced or heard alone, by hand and by key', async () => {
  const { page } = desk;
  const mute = page.getByRole('button', { name: 'Mute +12025550199' });
  await page.getByRole('button', { name: 'Hear only Agent 1' }).click();
  assert.equal(await mute.getAttribute('aria-pressed'), 'true');
  await page.getByRole('button', { name: 'Hear only Agent 1' }).click();
  assert.equal(await mute.getAttribute('aria-pressed'), 'false');
  await page.locator('body').press('1');
  assert.equal(await mute.getAttribute('aria-pressed'), 'true');
  await page.locator('body').press('1');
});

test('every rendition downloads under its own name, and the audit log says who took it', async () => {
  const { page } = desk;
  await page.getByRole('button', { name: 'Download' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Only Agent 1 · WAV' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^call-.*\.wav$/);
  const { items } = await server.request<{ items: { action: string; actorName: string }[] }>(
    'GET',
    '/audit-log?action=recording.download',
  );
  assert.equal(items.length, 1);
  assert.equal(items[0]?.actorName, adminEmail);
});

test('filters stand in the address and survive a reload', async () => {
  const { page } = desk;
  await page.goto('/recordings');
  await page.getByLabel('Telephone number').fill('+4930000000');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Nothing fits these filters' }).waitFor();
  assert.match(page.url(), /number=/);
  await page.reload();
  await page.getByRole('heading', { name: 'Nothing fits these filters' }).waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('row').nth(1).waitFor();
  await page.getByLabel('Telephone number').fill('+12025550199');
  await page.keyboard.press('Enter');
  await page.getByRole('row').nth(1).waitFor();
});

test('a session that ended shows the sign-in and comes back to the same page', async () => {
  const { page, context } = desk;
  await page.goto('/recordings');
  await page.getByRole('row').nth(1).waitFor();
  await context.clearCookies();
  await page.reload();
  await signIn(page);
  await page.getByRole('heading', { name: 'Recordings' }).waitFor();
});

test('a page that somebody has chosen comes, even when the page to begin with is still being looked for', async () => {
  const { page } = desk;
  const slowly = (ms: number) => async (route: Route) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await route.continue();
  };
  await page.route('**/api/v1/numbers**', slowly(700));
  await page.route('**/assets/live-*.js', slowly(2000));
  await page.goto('/');
  await page.getByRole('link', { name: 'Live', exact: true }).click();
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  await page.unrouteAll({ behavior: 'wait' });
});

test('when the server goes away the page says since when it is old, and goes on by itself afterwards', async () => {
  const { page } = desk;
  await server.kill();
  await page.getByText('No live updates since').waitFor();
  await picture(page, 'stale');
  await server.start();
  await page.getByText('No live updates since').waitFor({ state: 'detached', timeout: 20_000 });
});

test('the page itself never complained, its security policy included', () => {
  assert.deepEqual(desk.complaints, []);
});
