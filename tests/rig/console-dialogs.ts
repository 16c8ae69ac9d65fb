/** Every dialog of the console: where it is, and the button that leads to it. */
import type { Locator, Page } from 'playwright-core';
import type { FullCentre } from './full-centre.ts';

/** A menu's entry is written `Button > Entry`. */
export type DialogPlace = readonly [path: string, button: string | RegExp];

export interface Paths {
  readonly call: string;
  readonly recording: string;
  readonly task: string;
}

export const pathsOf = ({ ids }: Pick<FullCentre, 'ids'>): Paths => ({
  call: `/calls/${ids['/calls/$id']}`,
  recording: `/recordings/${ids['/recordings/$id']}`,
  task: `/outbound-tasks/${ids['/outbound-tasks/$id']}`,
});

/** By the area of the menu they belong to, in a centre with something on every page. */
export const dialogsOf = ({
  recording,
  task,
}: Paths): Readonly<Record<string, Readonly<Record<string, DialogPlace>>>> => ({
  'people and queues': {
    'queue-new': ['/settings/queues', 'Add a queue'],
    'queue-edit': ['/settings/queues', 'Edit Sales'],
    'queue-delete': ['/settings/queues', /^Delete Kunden/],
    'agent-new': ['/settings/agents', 'Add an agent'],
    'agent-edit': ['/settings/agents', /^Edit Ada/],
    'agent-delete': ['/settings/agents', /^Delete Ada/],
    'agent-phone': ['/settings/agents', /^Phone set-up of Ada/],
  },
  'numbers and trunks': {
    'number-new': ['/settings/numbers', 'Add a number'],
    'number-edit': ['/settings/numbers', 'Edit 1000'],
    'number-delete': ['/settings/numbers', 'Delete 1000'],
    'trunk-new': ['/settings/trunks', 'Add a trunk'],
    'trunk-edit': ['/settings/trunks', 'Edit Carrier'],
    'trunk-delete': ['/settings/trunks', 'Delete Carrier'],
    'trunk-test': ['/settings/trunks', 'Test call by Carrier'],
  },
  'the other settings': {
    'user-new': ['/settings/users', 'Add a user'],
    'user-edit': ['/settings/users', /^Edit admin@/],
    'tenant-new': ['/settings/tenants', 'Add a tenant'],
    'tenant-edit': ['/settings/tenants', 'Edit Default'],
    'key-new': ['/settings/developer', 'Make an API key'],
    'key-delete': ['/settings/developer', 'Delete orders'],
    'email-edit': ['/settings/email', 'Edit'],
    'email-delete': ['/settings/email', 'Delete'],
    prefixes: ['/settings/call', 'Edit Allowed prefixes'],
  },
  'calls and recordings': {
    dial: ['/calls', 'New call'],
    'view-new': ['/recordings?state=ready', 'Views > Save these filters as a view'],
    hold: [recording, 'Put under legal hold'],
    'note-edit': [recording, 'Edit note'],
    'note-remove': [recording, 'Remove'],
  },
  'voice assets and outbound tasks': {
    'asset-new': ['/voice-assets', 'Add'],
    'asset-edit': ['/voice-assets', 'Edit MarchPayReminder_V2'],
    'asset-delete': ['/voice-assets', 'Delete MarchPayReminder_V2'],
    'task-new': ['/outbound-tasks', 'Add'],
    'task-edit': [task, 'Edit'],
    'task-stop': [task, 'Stop'],
    'task-delete': [task, 'Delete'],
  },
  'people to call': {
    'roster-new': ['/rosters', 'Add'],
    'roster-edit': ['/rosters', /^Edit /],
    'roster-issues': ['/rosters', '2 rows'],
    'roster-delete': ['/rosters', 'Delete March reminders'],
    'do-not-call-new': ['/do-not-call', 'Add'],
    'do-not-call-delete': ['/do-not-call', 'Delete +12025550133'],
  },
});

export const dialogOf = (page: Page): Locator => page.getByRole('dialog');

export const clickIn = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .locator('main')
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();

export const openDialog = async (page: Page, [path, button]: DialogPlace): Promise<void> => {
  await page.goto(path);
  const [menu = '', entry] = typeof button === 'string' ? button.split(' > ') : [];
  await clickIn(page, entry === undefined ? button : menu);
  if (entry !== undefined) await page.getByRole('menuitem', { name: entry }).click();
  await dialogOf(page).waitFor();
};

export const openHelp = async (page: Page): Promise<void> => {
  await page.goto('/calls');
  await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
  await page.locator('body').press('?');
  await dialogOf(page).waitFor();
};
