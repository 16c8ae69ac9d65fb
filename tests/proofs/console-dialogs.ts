/** `npm run prove -- console-dialogs`: every dialog of the console in three languages, both themes and on a telephone. The quick look is `tests/console/dialogs.full.test.ts`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { lookHere, openConsole, signIn, type ConsoleRig } from '../rig/console.ts';
import { dialogsOf, openDialog, openHelp, pathsOf, type Paths } from '../rig/console-dialogs.ts';
import { fillCentre } from '../rig/full-centre.ts';

let rig: ConsoleRig;
let paths: Paths;

before(async () => {
  rig = await openConsole({ name: 'dialogs' });
  const { page } = rig.desk;
  page.setDefaultTimeout(60_000);
  paths = pathsOf(await fillCentre(rig.server));
  await page.goto(paths.call);
  await signIn(page);
  await page.getByRole('navigation').waitFor();
});
after(() => rig.close());

for (const area of Object.keys(dialogsOf({ call: '', recording: '', task: '' })))
  test(`every dialog of ${area}, in every language and theme`, async () => {
    const { page } = rig.desk;
    const findings: string[] = [];
    for (const [name, place] of Object.entries(dialogsOf(paths)[area] ?? {})) {
      await openDialog(page, place);
      findings.push(...(await lookHere(rig, page, `dialog-${name}`)));
    }
    assert.deepEqual(findings, []);
  });

test('the help of the keyboard, in every language and theme', async () => {
  const { page } = rig.desk;
  await openHelp(page);
  assert.deepEqual(await lookHere(rig, page, 'dialog-help'), []);
  assert.deepEqual(rig.desk.complaints, []);
});
