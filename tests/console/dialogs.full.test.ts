/** Every dialog of the console as a person sees it, with what should never be written into it, and sessions that end. The long look in all languages is `tests/proofs/console-dialogs.ts`. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { visit, type Visit } from '../rig/browser.ts';
import { lookInTurn, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import {
  clickIn,
  dialogOf,
  dialogsOf,
  openDialog,
  openHelp,
  pathsOf,
  type Paths,
} from '../rig/console-dialogs.ts';
import { fillCentre } from '../rig/full-centre.ts';
import { until } from '../rig/programs.ts';

let rig: ConsoleRig;
let desk: Visit;
let paths: Paths;
let look: ReturnType<typeof lookInTurn>;

before(async () => {
  rig = await openConsole({ name: 'dialogs' });
  look = lookInTurn(rig);
  desk = rig.desk;
});
after(() => rig.close());

test('the centre is filled, and signing in at the address of a call leads to that call', async () => {
  paths = pathsOf(await fillCentre(rig.server));
  await desk.page.goto(paths.call);
  await signIn(desk.page);
  await desk.page.getByRole('heading', { name: /→/ }).waitFor();
});

/** Known before there is a centre. */
const areas = Object.keys(dialogsOf({ call: '', recording: '', task: '' }));

for (const area of areas)
  test(`every dialog of ${area}: nothing cut off, nothing in the way of axe`, async () => {
    const findings: string[] = [];
    for (const [name, place] of Object.entries(dialogsOf(paths)[area] ?? {})) {
      await openDialog(desk.page, place);
      findings.push(...(await look(desk.page, `dialog-${name}`)));
    }
    assert.deepEqual(findings, []);
  });

test('the help of the keyboard: nothing cut off, nothing in the way of axe', async () => {
  await openHelp(desk.page);
  assert.deepEqual(await look(desk.page, 'dialog-help'), []);
});

const script = '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>';
/** What the script would have left behind had anybody taken it for markup. */
const traces = (page: Page): Promise<number> =>
  page.evaluate(
    `document.querySelectorAll('img[src=x]').length + [...document.scripts].filter((each) => each.text.includes('window.ran')).length + (window.ran ?? 0)`,
  );

test('the trace of a script is seen where it is taken for markup, in the console and where no policy stops it', async () => {
  const other = await visit(rig.browser, { url: rig.server.url });
  try {
    await other.page.goto('/');
    assert.equal(await traces(other.page), 0);
    await other.page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(script)})`,
    );
    assert.ok((await traces(other.page)) >= 2, 'inserted as markup it is found');
    await until('the security policy refuses to run it, and says so', () =>
      other.complaints.some((each) => /Content Security Policy/.test(each)) ? true : undefined,
    );
    await other.page.goto('about:blank');
    await other.page.setContent(`<input value="${script}">`);
    await until('it runs where nothing stops it', async () =>
      (await other.page.evaluate('window.ran')) === 1 ? true : undefined,
    );
  } finally {
    await other.context.close();
  }
});

const texts =
  'input:not([type=radio], [type=checkbox], [type=file], [type=hidden], [type=datetime-local], [type=time], [readonly], [disabled], [role=combobox], [aria-haspopup]), textarea:not([disabled])';

/** Into every field that takes any text. */
const writeInto = async (where: Locator, text: string): Promise<readonly Locator[]> => {
  const written: Locator[] = [];
  for (const input of await where.locator(texts).all()) {
    if (!(await input.isVisible())) continue;
    await input.fill(text);
    written.push(input);
  }
  return written;
};

for (const area of areas)
  test(`scripts and ten thousand characters in every text field of the dialogs of ${area} stay text; what is refused is kept`, async () => {
    const { page } = desk;
    const asked = Object.entries(dialogsOf(paths)[area] ?? {}).filter(
      ([name]) => !/delete|remove|issues|phone|stop/.test(name),
    );
    for (const [name, place] of asked)
      for (const text of [script, 'x'.repeat(10_000)]) {
        // Where the last text was taken, the recording is under hold now.
        if (name === 'hold') await rig.server.fetch('DELETE', `${paths.recording}/legal-hold`);
        await openDialog(page, place);
        const written = await writeInto(dialogOf(page), text);
        const submit = dialogOf(page).locator('button[type=submit]');
        const before = await Promise.all(written.map((input) => input.inputValue()));
        if (written.length === 0 || !(await submit.isEnabled())) continue;
        await submit.click();
        const complaint = dialogOf(page).locator('[aria-invalid=true], [role=alert]').first();
        const next = dialogOf(page)
          .locator('[data-progress=true], .mantine-Stepper-stepIcon[data-completed]')
          .first();
        const closed = page.locator('body:not(:has([role=dialog]))');
        await complaint.or(closed).or(next).first().waitFor();
        if (await complaint.isVisible())
          for (const [index, input] of written.entries())
            if (await input.isVisible())
              assert.equal(await input.inputValue(), before[index], name);
        assert.equal(await traces(page), 0, name);
      }
  });

test('scripts in every text field of the pages and in the search stay text', async () => {
  const { page } = desk;
  for (const path of [
    '/calls',
    '/recordings',
    '/voice-assets',
    '/do-not-call',
    '/start',
    paths.recording,
  ]) {
    await page.goto(path);
    await page.locator('main h1').first().waitFor();
    for (const input of await writeInto(page.locator('main'), script)) await input.press('Enter');
    await page.locator('main h1').first().waitFor();
    assert.equal(await traces(page), 0, path);
  }
  // In a field the key is a letter.
  await page.goto('/calls');
  await page.locator('main h1').first().waitFor();
  await page.locator('body').press('/');
  await page.keyboard.type(script);
  await page.getByText('Nothing found.').waitFor();
  assert.equal(await traces(page), 0);
});

test('a roster with scripts as names, variables and numbers is shown as text', async () => {
  const { page } = desk;
  const file = join(rig.folder, 'scripts.csv');
  const quoted = `"${script.replaceAll('"', '""')}"`;
  writeFileSync(file, `number,name,${quoted}\n+12025550144,${quoted},${quoted}\n${quoted},a,b\n`);
  await openDialog(page, ['/rosters', 'Add']);
  await dialogOf(page).getByRole('textbox', { name: 'Roster name' }).fill(script.slice(0, 50));
  await page.locator('input[type=file]').setInputFiles(file);
  await dialogOf(page).getByRole('button', { name: 'Confirm' }).click();
  await dialogOf(page).waitFor({ state: 'hidden' });
  await clickIn(page, '1 row');
  await dialogOf(page)
    .getByRole('row', { name: /Not a telephone number/ })
    .waitFor();
  assert.equal(await traces(page), 0);
});

const renew = async (page: Page): Promise<void> => {
  const again = page.getByRole('dialog', { name: 'Your session has ended' });
  await again.waitFor();
  await signIn(page);
  await again.waitFor({ state: 'detached' });
};

test('a session that ends while somebody writes on a page, or is at the last step of the wizard, costs nothing that was written', async () => {
  const { page, context } = desk;
  await page.goto(paths.recording);
  const note = page.getByRole('textbox', { name: 'New note' });
  await note.fill('Written before the session ended');
  await context.clearCookies();
  await clickIn(page, 'Add note');
  await renew(page);
  assert.equal(await note.inputValue(), 'Written before the session ended');
  await clickIn(page, 'Add note');
  await page.getByRole('listitem').getByText('Written before the session ended').waitFor();
  await openDialog(page, [paths.task, 'Edit']);
  const name = dialogOf(page).getByRole('textbox', { name: 'Task name' });
  await name.fill('Renamed before the session ended');
  const submit = dialogOf(page).locator('button[type=submit]');
  for (let step = 0; step < 2; step++) await submit.click();
  await context.clearCookies();
  await submit.click();
  await renew(page);
  await submit.click();
  await page.getByRole('heading', { name: /Renamed before the session ended/ }).waitFor();
});

test('the pages themselves never complained, their security policy included', () => {
  assert.deepEqual(desk.complaints, []);
});
