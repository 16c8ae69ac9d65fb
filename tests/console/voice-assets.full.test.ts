/** The library of voice assets as an administrator uses it, in a real browser before the real server. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { probeAudio } from '../../src/audio/container/probe.ts';
import { mp3File, sineSamples, wavFile, wavOf } from '../rig/audio-files.ts';
import { axeFindings, openBrowser, overflows, visit, type Visit } from '../rig/browser.ts';
import { requireProgram, until } from '../rig/programs.ts';
import { adminEmail, adminPassword, makeServer, type Server } from '../rig/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'voice-assets-'));
const root = join(import.meta.dirname, '..', '..');
/** Kept when somebody wants to look at them. */
const pictures = process.env['CALLREEL_TEST_PICTURES'] ?? folder;
let server: Server;
let browser: Browser;
let desk: Visit;

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `assets-${name}.png`) });

const fileOf = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

before(async () => {
  requireProgram('ffmpeg', 'ffmpeg');
  const build = spawnSync(process.execPath, ['tools/build-console.mjs', '--strict'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(build.status, 0, build.stderr);
  server = await makeServer({ folder, deadlineMs: 400_000 });
  await server.start();
  browser = await openBrowser();
  desk = await visit(browser, { url: server.url });
  const { page } = desk;
  await page.goto('/');
  await page.locator('input[name=email]').fill(adminEmail);
  await page.locator('input[name=password]').fill(adminPassword);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
});

after(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const dialog = (page: Page): Locator => page.getByRole('dialog');

const choose = async (page: Page, path: string): Promise<void> => {
  await dialog(page).locator('input[type=file]').setInputFiles(path);
};

/** Each test begins at the page itself, whatever the one before left open. */
const openList = async (page: Page): Promise<void> => {
  await page.goto('/voice-assets');
  await page.locator('tbody tr, main h2').first().waitFor();
};

const openAdd = async (page: Page): Promise<void> => {
  await openList(page);
  await page.getByRole('button', { name: 'Add' }).click();
  await dialog(page).getByRole('button', { name: 'Select File' }).waitFor();
};

test('the menu leads by Voice and Voice Assets to the page, which says what it is for', async () => {
  const { page } = desk;
  const menu = page.getByRole('navigation', { name: 'Menu' });
  for (const group of ['Voice', 'Voice Assets'])
    await menu.getByText(group, { exact: true }).click();
  await menu.getByRole('link', { name: 'Recording File Management' }).click();
  await page.getByRole('heading', { name: 'Recording File Management', level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'No recording files yet' }).waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'empty');
});

test('the dialog shows all five rules, and names each one that the file breaks before anything is sent', async () => {
  const { page } = desk;
  await openAdd(page);
  for (const rule of [
    'MP3 (recommended) or WAV',
    '8000 Hz',
    'Mono',
    'No longer than 60 seconds',
    'No larger than 1 MB',
  ])
    await dialog(page).getByText(rule, { exact: true }).waitFor();
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('Enter a voice name.').waitFor();
  await dialog(page).getByText('Select an audio file.').waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'add-empty');
  const sent: string[] = [];
  page.on('request', (request) => void sent.push(`${request.method()} ${request.url()}`));
  await dialog(page).getByLabel('Voice Name').fill('March Payment Reminder_V2');
  const wrong = wavOf({ channels: 2, sampleRateHz: 44_100, dataBytes: 176_400 * 61 });
  await choose(page, fileOf('wrong.mp3', wrong));
  for (const sentence of [
    'The voice name must not be longer than 20 characters.',
    'The file name must end in .mp3 for MP3 and in .wav for WAV.',
    'This file has 44,100 Hz.',
    'This file is stereo.',
    /This file has 10\.\d+ MB\./,
  ])
    await dialog(page).getByText(sentence).waitFor();
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  assert.deepEqual(
    sent.filter((line) => line.startsWith('POST')),
    [],
  );
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'add-broken');
  await page.keyboard.press('Escape');
});

test('a right file is uploaded, and the tip asks to listen to it', async () => {
  const { page } = desk;
  await openAdd(page);
  await dialog(page).getByLabel('Voice Name').fill('MarchPayReminder_V2');
  await dialog(page).getByLabel('Description').fill('Payment reminder, valid until 31 March');
  await choose(page, fileOf('reminder.mp3', await mp3File(sineSamples(3, 440, 3000))));
  await dialog(page).getByText('reminder.mp3').waitFor();
  await picture(page, 'add-right');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page)
    .getByText(/recommended to preview the recording/)
    .waitFor();
  await dialog(page).getByText('Level and pauses are fine for the telephone.').waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'uploaded');
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row').filter({ hasText: 'MarchPayReminder_V2' });
  await row.getByText('3 sec').waitFor();
  await row.getByText('MP3', { exact: true }).waitFor();
  await row.getByText('Not used').waitFor();
});

test('Play plays it, pauses, changes the speed, and the download has its name', async () => {
  const { page } = desk;
  await openList(page);
  await page.getByRole('button', { name: 'Play MarchPayReminder_V2' }).click();
  const audio = dialog(page).locator('audio');
  const state = (): Promise<{ time: number; rate: number; paused: boolean }> =>
    audio.evaluate((element: { currentTime: number; playbackRate: number; paused: boolean }) => {
      const { currentTime, playbackRate, paused } = element;
      return { time: currentTime, rate: playbackRate, paused };
    });
  await until('it plays', async () => ((await state()).time > 0.2 ? true : undefined));
  await dialog(page).getByRole('button', { name: 'Pause' }).click();
  assert.equal((await state()).paused, true);
  const speeds = await dialog(page).getByLabel('Speed').locator('option').allTextContents();
  assert.deepEqual(speeds, ['0.5×', '0.75×', '1×', '1.25×', '1.5×', '2×']);
  await dialog(page).getByLabel('Speed').selectOption('1.5');
  assert.equal((await state()).rate, 1.5);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog(page).getByRole('link', { name: 'Download' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'MarchPayReminder_V2.mp3');
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'play');
  await page.keyboard.press('Escape');
});

test('a file in a foreign format is converted, heard, and saved by the second confirmation only', async () => {
  const { page } = desk;
  const source = fileOf('speech-44k.wav', wavFile(sineSamples(2, 440, 6000), 44_100));
  const foreign = join(folder, 'Speech.ogg');
  const made = spawnSync('ffmpeg', ['-v', 'error', '-i', source, '-ac', '2', foreign]);
  assert.equal(made.status, 0, String(made.stderr));
  await openAdd(page);
  await dialog(page).getByLabel('Voice Name').fill('Converted');
  await choose(page, foreign);
  await dialog(page).getByText('This is Ogg.').waitFor();
  await picture(page, 'convert-offer');
  await dialog(page).getByRole('button', { name: 'Convert for me' }).click();
  await dialog(page).getByText('Converted, not saved yet').waitFor({ timeout: 30_000 });
  await dialog(page).getByText('Speech.mp3').waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'convert-done');
  const before = await server.request<{ items: unknown[] }>('GET', '/voice-assets');
  assert.equal(before.items.length, 1, 'nothing is saved before it was approved');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('“Converted” is in the library.').waitFor();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  const { items } = await server.request<{ items: { id: string; name: string }[] }>(
    'GET',
    '/voice-assets?search=Converted',
  );
  assert.equal(items.length, 1);
  const stored = readdirSync(join(folder, 'data', 'objects', 'assets'), { recursive: true })
    .map(String)
    .find((name) => name.includes(items[0]?.id ?? '?'));
  assert.ok(stored);
  const probed = probeAudio(readFileSync(join(folder, 'data', 'objects', 'assets', stored)));
  assert.deepEqual([probed.sampleRateHz, probed.channels, probed.flaws], [8000, 1, []]);
});

test('a silent recording is taken with a warning that the list shows too', async () => {
  const { page } = desk;
  await openAdd(page);
  await dialog(page).getByLabel('Voice Name').fill('静音提醒');
  await choose(page, fileOf('silence.wav', wavOf({ dataBytes: 32_000 })));
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await dialog(page).getByText('Nothing can be heard in it.').waitFor();
  await picture(page, 'silent');
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await page.getByRole('img', { name: 'Nothing can be heard in it.' }).waitFor();
});

test('Edit changes name and description, and says that the audio stays', async () => {
  const { page } = desk;
  await openList(page);
  await page.getByRole('button', { name: 'Edit Converted' }).click();
  await dialog(page).getByText('The audio cannot be replaced.').waitFor();
  assert.equal(await dialog(page).locator('input[type=file]').count(), 0);
  await dialog(page).getByLabel('Voice Name').fill('AprilReminder_V1');
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'edit');
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('cell', { name: 'AprilReminder_V1', exact: true }).waitFor();
});

test('the list is sorted by its heads and searched, and both stand in the address', async () => {
  const { page } = desk;
  const names = (): Promise<string[]> => page.locator('tbody tr td:first-child').allTextContents();
  await openList(page);
  await page.getByRole('button', { name: 'Voice Name' }).click();
  await until('sorted by name', async () =>
    (await names())[0] === 'AprilReminder_V1' ? true : undefined,
  );
  assert.match(page.url(), /sort=name/);
  await page.getByRole('button', { name: 'Duration' }).click();
  await until('sorted by duration', async () =>
    (await names()).at(-1) === 'MarchPayReminder_V2' ? true : undefined,
  );
  await page.getByLabel('Search name or description').fill('until 31');
  await until('searched', async () =>
    (await names()).join() === 'MarchPayReminder_V2' ? true : undefined,
  );
  await page.reload();
  await page.getByRole('cell', { name: 'MarchPayReminder_V2', exact: true }).waitFor();
  assert.equal((await names()).length, 1);
  await page.getByLabel('Search name or description').fill('');
  await page.getByRole('cell', { name: 'AprilReminder_V1', exact: true }).waitFor();
  await picture(page, 'list');
});

test('Delete asks first, and takes the row away when it is confirmed', async () => {
  const { page } = desk;
  await openList(page);
  await page.getByRole('button', { name: 'Delete AprilReminder_V1' }).click();
  await dialog(page)
    .getByText(/is removed from the library/)
    .waitFor();
  assert.deepEqual(await axeFindings(page), []);
  await picture(page, 'delete');
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('cell', { name: 'AprilReminder_V1', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Delete AprilReminder_V1' }).click();
  await dialog(page).getByRole('button', { name: 'Confirm' }).click();
  await page
    .getByRole('cell', { name: 'AprilReminder_V1', exact: true })
    .waitFor({ state: 'detached' });
});

test('every language reads well at the width of a desk, with a wrong file chosen too', async () => {
  const wrong = fileOf(
    'stereo.wav',
    wavOf({ channels: 2, sampleRateHz: 16_000, dataBytes: 64_000 }),
  );
  for (const [language, scheme] of [
    ['en-GB', 'dark'],
    ['zh-CN', 'light'],
    ['pt-BR', 'dark'],
  ] as const) {
    const { page, context, complaints } = await visit(browser, { url: server.url, language });
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto('/');
    await page.locator('input[name=email]').fill(adminEmail);
    await page.locator('input[name=password]').fill(adminPassword);
    await page.keyboard.press('Enter');
    await page.locator('nav').first().waitFor();
    await page.goto('/voice-assets');
    await page.locator('tbody tr').first().waitFor();
    const name = `${language}-${scheme}`;
    assert.deepEqual(await axeFindings(page), [], name);
    assert.deepEqual(await overflows(page), [], name);
    await picture(page, `list-${name}`);
    await page.locator('main button.mantine-Button-root').first().click();
    await choose(page, wrong);
    await dialog(page).getByText('stereo.wav').waitFor();
    assert.deepEqual(await axeFindings(page), [], name);
    assert.deepEqual(await overflows(page), [], name);
    await picture(page, `add-${name}`);
    assert.deepEqual(complaints, [], name);
    await context.close();
  }
  assert.deepEqual(desk.complaints, []);
});
