/** List and page of recordings in a real browser: what people add, keep, choose and take away. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { peaksHeaderBytes } from '#core/recording/peaks.ts';
import { startBaresip } from '../rig/baresip.ts';
import { axeFindings, overflows } from '../rig/browser.ts';
import { makeCentre } from '../rig/centre.ts';
import { agentAvailable, findCall, findRecording } from '../rig/centre-watch.ts';
import { enter, openConsole, speak, type ConsoleRig } from '../rig/console.ts';
import { freePorts } from '../rig/free-port.ts';
import { talkFor } from '../rig/journey.ts';
import { until } from '../rig/programs.ts';
import { adminEmail, adminPassword } from '../rig/server.ts';

let rig: ConsoleRig;
let page: Page;
let recordingId = '';

/** One call of two foreign phones, seconds long. */
const recordCall = async ({ server, folder }: ConsoleRig): Promise<string> => {
  const trunkPort = await freePorts(40);
  const centre = await makeCentre(server, { trunkPort, agents: 1, record: true });
  const [account] = centre.agents;
  assert.ok(account);
  const shared = { answers: 'auto', deadlineMs: 300_000 } as const;
  const agent = await startBaresip({
    ...shared,
    folder: join(folder, 'agent'),
    registrar: { host: '127.0.0.1', port: server.sipPort },
    user: account.sipUsername,
    password: account.sipPassword,
    toneHz: 1150,
  });
  await agentAvailable(server, account.id);
  const customer = await startBaresip({
    ...shared,
    folder: join(folder, 'customer'),
    registrar: null,
    user: '+12025550199',
    sipPort: trunkPort,
    toneHz: 700,
  });
  await customer.command('dial', `sip:1000@127.0.0.1:${server.sipPort}`);
  const call = await findCall(server, 'the call is up', (row) => row.answeredAt !== null);
  await talkFor(6000);
  await customer.command('hangup');
  const { id } = await findRecording(server, call.id);
  await Promise.all([agent.stop(), customer.stop()]);
  return id;
};

before(async () => {
  rig = await openConsole({ name: 'recordings' });
  page = rig.desk.page;
  recordingId = await recordCall(rig);
  await enter(page);
});
after(() => rig.close());

const onPage = async (): Promise<void> => {
  await page.goto(`/recordings/${recordingId}`);
  await page.locator('canvas').nth(1).waitFor();
};
const clean = async (): Promise<void> => assert.deepEqual(await axeFindings(page), []);

/** What a canvas has in the browser, as far as it is asked here. */
interface CanvasInPage {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
  };
}

/** Colour of the first bar in the middle of each wave, null while nothing is drawn. */
const inksOf = (waves: Locator): Promise<(string | null)[]> =>
  waves.evaluateAll((canvases: CanvasInPage[]) =>
    canvases.map((canvas) => {
      if (canvas.width === 0 || canvas.height === 0) return null;
      const middle = Math.floor(canvas.height / 2);
      const { data } = canvas.getContext('2d').getImageData(0, middle, canvas.width, 1);
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] === 255) return data.subarray(at, at + 3).join(' ');
      return null;
    }),
  );

test('the click on a row asks for the waves before the recording has answered, once; both are drawn, and anew in another theme', async () => {
  const { page: fresh, context } = await rig.visitAs(adminEmail, adminPassword);
  const asked: string[] = [];
  fresh.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const peaks = `/api/v1/recordings/${recordingId}/renditions/dual-channel/peaks`;
  const own = Promise.withResolvers<undefined>();
  await fresh.route(`**/api/v1/recordings/${recordingId}`, async (route) => {
    await own.promise;
    await route.continue();
  });
  await fresh.goto('/recordings');
  await fresh.locator(`a[href^="/recordings/${recordingId}"]`).first().click();
  await until('the waves are asked for', () => (asked.includes(peaks) ? true : undefined));
  assert.equal(await fresh.locator('canvas').count(), 0);
  own.resolve(undefined);
  const inks = (): Promise<(string | null)[]> =>
    until('both waves are drawn', async () => {
      const found = await inksOf(fresh.locator('canvas'));
      return found.length === 2 && found.every((ink) => ink !== null) ? found : undefined;
    });
  const [customer, agent] = await inks();
  assert.notEqual(customer, agent, 'each in the colour of its kind');
  await fresh.getByRole('button', { name: /^(Light|Dark)/ }).click();
  await until('the waves have the colour of the other theme', async () =>
    (await inks())[0] === customer ? undefined : true,
  );
  assert.equal(asked.filter((path) => path === peaks).length, 1);
  await context.close();
});

test('tags are saved as they are written, and find the recording in the list by its address', async () => {
  await onPage();
  const tags = page.getByRole('region', { name: 'Tags' }).locator('input').first();
  await tags.fill('Complaint');
  await tags.press('Enter');
  await until('the tag is kept', async () => {
    const { tags: kept } = await rig.server.request<{ tags: string[] }>(
      'GET',
      `/recordings/${recordingId}`,
    );
    return kept.includes('complaint') ? true : undefined;
  });
  await page.goto('/recordings?tag=complaint');
  await page.getByRole('cell', { name: 'complaint' }).waitFor();
  await clean();
  await page.goto('/recordings?tag=praise');
  await page.getByRole('heading', { name: 'Nothing fits these filters' }).waitFor();
});

test('a tag that could not be saved stays to be tried again', async () => {
  await onPage();
  const region = page.getByRole('region', { name: 'Tags' });
  await page.route('**/api/v1/recordings/*/tags', (route) =>
    route.fulfill({ status: 500, body: '{}' }),
  );
  await region.locator('input').first().fill('refund');
  await region.locator('input').first().press('Enter');
  await region.getByRole('alert').waitFor();
  await region.getByText('refund', { exact: true }).waitFor();
  await clean();
  await rig.picture(page, 'tag-not-saved');
  await page.unrouteAll({ behavior: 'wait' });
  await region.getByRole('button', { name: 'Try again' }).click();
  await until('the tag is kept', async () => {
    const { tags } = await rig.server.request<{ tags: string[] }>(
      'GET',
      `/recordings/${recordingId}`,
    );
    return tags.includes('refund') ? true : undefined;
  });
  await region.getByText('refund', { exact: true }).waitFor();
});

test('a note about a moment is written, moved to, edited, and removed only after a question', async () => {
  await onPage();
  const notes = page.getByRole('region', { name: 'Notes' });
  await page.locator('body').press('Home');
  await page.locator('body').press('ArrowRight');
  await notes.getByRole('textbox', { name: 'New note' }).fill('<script>alert(1)</script> refund');
  await notes.getByLabel(/About the moment/).check();
  await notes.getByRole('button', { name: 'Add note' }).click();
  await notes.getByText('<script>alert(1)</script> refund').waitFor();
  await page.locator('body').press('Home');
  await notes.getByRole('button', { name: '0:05' }).click();
  const slider = page.getByRole('slider', { name: 'Position' });
  await until('the needle is at the note', async () =>
    Number(await slider.getAttribute('aria-valuenow')) >= 4750 ? true : undefined,
  );
  await notes.getByRole('button', { name: 'Edit note' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Note' }).fill('Refund paid');
  await clean();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await notes.getByText('Refund paid').waitFor();
  await notes.getByText(/edited/).waitFor();
  await rig.picture(page, 'notes');
  await notes.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await notes.getByText('No notes yet.').waitFor();
});

test('a part plays over and over between two keys, and the lanes show it', async () => {
  await onPage();
  const slider = page.getByRole('slider', { name: 'Position' });
  const at = async (): Promise<number> => Number(await slider.getAttribute('aria-valuenow'));
  const body = page.locator('body');
  await body.press('Home');
  await body.press('a');
  await page.getByRole('button', { name: 'Repeat a part: set its end' }).waitFor();
  await page.locator('[class*=lane]').first().waitFor();
  await slider.focus();
  for (let n = 0; n < 4; n++) await slider.press('ArrowRight');
  await body.press('b');
  await page.getByRole('button', { name: 'End the repetition' }).waitFor();
  await rig.picture(page, 'loop');
  await body.press('k');
  let last = 0;
  let turns = 0;
  await until('it came round twice', async () => {
    const now = await at();
    assert.ok(now <= 1500, `it went on to ${now} ms`);
    if (now < last) turns++;
    last = now;
    return turns >= 2 ? true : undefined;
  });
  await body.press('c');
  await body.press('k');
  await page.getByRole('button', { name: 'Repeat a part: set its beginning' }).waitFor();
});

test('leaping over silence is switched by a key and remembered', async () => {
  await page.locator('body').press('s');
  const skip = page.getByRole('button', { name: 'Skip silence' });
  assert.equal(await skip.getAttribute('aria-pressed'), 'true');
  await page.reload();
  await skip.waitFor();
  assert.equal(await skip.getAttribute('aria-pressed'), 'true');
  await skip.click();
});

test('silence is leapt over also by whoever leaves the page as soon as its waves are there', async () => {
  await page.goto('/recordings');
  await page.evaluate(`localStorage.setItem('callreel.skip-silence', '1')`);
  await page.evaluate(`localStorage.setItem('callreel.rate', '0.5')`);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  // The waves of a call in which nobody says a word.
  await page.route('**/renditions/*/peaks', async (route) => {
    const answer = await route.fetch();
    await held;
    await route.fulfill({
      response: answer,
      body: (await answer.body()).fill(0, peaksHeaderBytes),
    });
  });
  await onPage();
  // Nothing that is put off comes before the page is left.
  await page.evaluate(
    `(() => { const later = setTimeout; window.setTimeout = (run, ms) => later(run, ms > 50 ? ms * 20 : ms); })()`,
  );
  release();
  // Quicker than a hand: in the frame after the one in which they are drawn.
  await page.evaluate(`new Promise((resolve) => {
    const look = () => {
      const wave = document.querySelector('canvas');
      const drawn = wave?.getContext('2d').getImageData(0, 0, wave.width, wave.height).data.some(Boolean);
      if (!drawn) return requestAnimationFrame(look);
      document.querySelector('main a[href="/recordings"]').click();
      resolve();
    };
    look();
  })`);
  await page.getByRole('row').nth(1).waitFor();
  const slider = page.getByRole('slider', { name: 'Position' });
  const beganAt = Date.now();
  await page.locator('body').press('k');
  await until('the needle is further than it can have played', async () => {
    const at = Number(await slider.getAttribute('aria-valuenow'));
    assert.ok(Date.now() - beganAt < 8000, `it plays on at ${at} ms`);
    return at > (Date.now() - beganAt) / 2 + 1500 ? true : undefined;
  });
  await page.unrouteAll({ behavior: 'wait' });
  await page.evaluate(`localStorage.removeItem('callreel.skip-silence')`);
  await page.evaluate(`localStorage.removeItem('callreel.rate')`);
});

test('a legal hold is placed with its reason, shown, and lifted only after a question', async () => {
  await onPage();
  await page.getByRole('button', { name: 'Put under legal hold' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('Case 17');
  await clean();
  await rig.picture(page, 'hold-dialog');
  await dialog.getByRole('button', { name: 'Put under legal hold' }).click();
  await page.getByText('Case 17').waitFor();
  await clean();
  await rig.picture(page, 'held');
  await page.getByRole('button', { name: 'Lift the hold' }).click();
  await page.getByText(/may then be deleted like any other/).waitFor();
  await page.getByRole('button', { name: 'Lift the hold' }).click();
  await page.getByRole('button', { name: 'Put under legal hold' }).waitFor();
});

test('filters are kept as a view, opened from the list, renamed, and removed after a question', async () => {
  await page.goto('/recordings?state=ready');
  await page.getByRole('row').nth(1).waitFor();
  const views = page.getByRole('button', { name: 'Views' });
  const choose = async (name: string): Promise<void> => {
    await views.click();
    await page.getByRole('menuitem', { name, exact: true }).click();
  };
  await choose('Save these filters as a view');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name of the view' }).fill('Ready');
  await clean();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goto('/recordings');
  await choose('Ready');
  await page.waitForURL(/state=ready/);
  await choose('Rename “Ready”');
  await page.getByRole('dialog').getByRole('textbox').fill('Finished');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await views.click();
  await page.getByRole('menuitem', { name: 'Finished', exact: true }).waitFor();
  await rig.picture(page, 'views');
  await page.getByRole('menuitem', { name: 'Remove “Finished”' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('chosen recordings become an archive that downloads, and all that fit become a list', async () => {
  await page.goto('/recordings');
  await page.getByRole('row').nth(1).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Export CSV' }).isDisabled());
  await page.getByRole('checkbox', { name: /^Select .*\+12025550199/ }).check();
  await page.getByRole('button', { name: 'Download ZIP' }).click();
  await page
    .getByRole('menuitem', { name: /Both mixed|Mixed.*MP3|· MP3/ })
    .first()
    .click();
  const exports = page.getByRole('region', { name: 'Exports' });
  const [zip] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    exports.getByRole('link', { name: 'Download' }).click({ timeout: 60_000 }),
  ]);
  assert.match(zip.suggestedFilename(), /^recordings-\d+\.zip$/);
  const bytes = readFileSync(await zip.path());
  assert.equal(bytes.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004');
  assert.ok(bytes.includes('manifest.csv'));
  await page.getByRole('checkbox', { name: 'All that fit the filters' }).check();
  await page.getByRole('button', { name: 'Export CSV' }).click();
  await exports.getByText('CSV').waitFor();
  await clean();
  await rig.picture(page, 'exports');
  for (let left = 2; left > 0; left--) {
    await exports
      .getByRole('button', { name: /Remove|Cancel/ })
      .first()
      .click();
    await page.getByRole('dialog').getByText('The file is gone for good.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the file' }).click();
    await until('it is gone', async () =>
      (await exports.getByRole('listitem').count()) < left ? true : undefined,
    );
  }
});

test('names as long as they may be leave the last column of the lists in sight, in the longest language', async () => {
  const longName = `Kundendienst${'und'.repeat(20)}Beschwerdestelle`;
  for (const path of ['/queues', '/agents']) {
    const { items } = await rig.server.request<{ items: { id: string }[] }>('GET', path);
    const one = `${path}/${items[0]?.id ?? ''}`;
    await rig.server.request('PATCH', one, { body: { name: longName } });
  }
  for (const path of ['/recordings', '/calls']) {
    await page.goto(path);
    await page.getByRole('cell', { name: longName }).first().waitFor();
    await speak(page, 'pt');
    assert.deepEqual(await overflows(page), [], path);
    await rig.picture(page, `long-names${path.replace('/', '-')}`);
    await speak(page, 'en');
  }
});

test('the list says what went wrong when the server fails, and loads when asked again', async () => {
  await page.route('**/api/v1/recordings?*', (route) => route.fulfill({ status: 500, body: '{}' }));
  await page.goto('/recordings');
  await page.getByRole('alert').first().waitFor({ timeout: 60_000 });
  await clean();
  await rig.picture(page, 'list-failed');
  await page.unroute('**/api/v1/recordings?*');
  await page.getByRole('button', { name: /Try again|Retry/ }).click();
  await page.getByRole('row').nth(1).waitFor();
});
