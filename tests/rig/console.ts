/** The console before a server of its own: built once, signed in, looked at in both themes and three languages. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { axeFindings, openBrowser, overflows, visit, type Visit } from './browser.ts';
import { adminEmail, adminPassword, makeServer, type Server } from './server.ts';

const root = join(import.meta.dirname, '..', '..');

/** The file it works on is being changed by nobody: a build that stands for these sources is taken as it is. */
export const buildConsole = (): void => {
  const build = spawnSync(process.execPath, ['tools/build-console.mjs', '--strict'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(build.status, 0, build.stderr);
};

export const signIn = async (
  page: Page,
  password = adminPassword,
  email = adminEmail,
): Promise<void> => {
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=password]').press('Enter');
};

/** From the front door to the first page. A click before that page is there would be overtaken by it. */
export const enter = async (page: Page, ...who: [password?: string, email?: string]) => {
  await page.goto('/');
  await signIn(page, ...who);
  await page.getByRole('navigation').waitFor();
  await page.locator('main h1').first().waitFor();
};

/** In place, as a person does it; a dialog that is open stays open. */
export const speak = async (page: Page, language: string): Promise<void> => {
  // The select of the sign-in page or of the head, even while a dialog is over it.
  const select = page.locator('select:has(option[value=zh])').first();
  await select.selectOption(language, { force: true });
  await page.locator(`html[lang=${language}]`).waitFor();
};

/** Widths to look at: the narrowest usual desk, and a telephone. */
const desk = { width: 1366, height: 768 };
const telephone = { width: 390, height: 844 };

/**
 * What is on screen now, in three languages without a reload, in both themes and on a telephone; a picture of each.
 *
 * @param everyLanguage axe looks in each language; else in English only, since colours and names of roles are the same in all
 * @returns what is cut off, and what axe finds; one line each
 */
export const lookHere = async (
  { picture }: Pick<ConsoleRig, 'picture'>,
  page: Page,
  name: string,
  { everyLanguage = false } = {},
): Promise<readonly string[]> => {
  const findings: string[] = [];
  const note = (where: string, found: readonly string[]): void => {
    findings.push(...found.map((each) => `${name} ${where}: ${each}`));
  };
  for (const language of ['zh', 'pt', 'en']) {
    await speak(page, language);
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const where = `${language} ${theme}`;
      note(where, await overflows(page));
      if (everyLanguage || language === 'en') note(where, await axeFindings(page));
      await picture(page, `${name}-${language}-${theme}`);
    }
    await page.setViewportSize(telephone);
    note(`${language} telephone`, await overflows(page));
    await picture(page, `${name}-${language}-telephone`);
    await page.setViewportSize(desk);
  }
  return findings;
};

/** Each language is seen in either theme; the longest comes first. */
const turns = [
  ['pt', 'light'],
  ['zh', 'dark'],
  ['en', 'light'],
  ['pt', 'dark'],
  ['zh', 'light'],
  ['en', 'dark'],
] as const;

/**
 * The quick look: each call takes the next language and theme in turn, at a desk with axe and on a telephone, and leaves the page in English.
 *
 * @returns what is cut off, and what axe finds; one line each
 */
export const lookInTurn = ({
  picture,
}: Pick<ConsoleRig, 'picture'>): ((page: Page, name: string) => Promise<readonly string[]>) => {
  let looks = 0;
  return async (page, name) => {
    const [language, theme] = turns[looks % turns.length] ?? turns[0];
    looks++;
    await speak(page, language);
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const found = [...(await overflows(page)), ...(await axeFindings(page))];
    await picture(page, `${name}-${language}-${theme}`);
    await page.setViewportSize(telephone);
    found.push(...(await overflows(page)).map((each) => `telephone: ${each}`));
    await picture(page, `${name}-${language}-telephone`);
    await page.setViewportSize(desk);
    await speak(page, 'en');
    return found.map((each) => `${name} ${language} ${theme}: ${each}`);
  };
};

/** A page to look at: where it is, and what to wait for before it is complete. */
export interface Look {
  readonly path: string;
  /** Default: its heading or its refusal. */
  readonly ready?: (page: Page) => Promise<unknown>;
}

export interface ConsoleRig {
  readonly folder: string;
  readonly server: Server;
  readonly browser: Browser;
  /** One window, with everything its page complained about. */
  readonly desk: Visit;
  /** Of the whole page, when `CALLREEL_TEST_PICTURES` names a folder for them. */
  picture(page: Page, name: string): Promise<void>;
  /** A window of its own, signed in as somebody else. */
  visitAs(email: string, password: string): Promise<Visit>;
  close(): Promise<void>;
}

export const openConsole = async (options: {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<ConsoleRig> => {
  buildConsole();
  const folder = mkdtempSync(join(tmpdir(), `${options.name}-`));
  const pictures = process.env['CALLREEL_TEST_PICTURES'];
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  const server = await makeServer({
    folder,
    // Looking at everything on a busy machine takes longer than any call.
    deadlineMs: 3_600_000,
    ...(options.env && { env: options.env }),
  });
  await server.start();
  const browser = await openBrowser();
  return {
    folder,
    server,
    browser,
    desk: await visit(browser, { url: server.url }),
    picture: async (page, name) => {
      if (pictures !== undefined)
        await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    },
    visitAs: async (email, password) => {
      const other = await visit(browser, { url: server.url });
      await enter(other.page, password, email);
      return other;
    },
    close: async () => {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
};

/**
 * Each page in three languages and both themes, with a picture of each.
 *
 * @returns what is cut off at the width of the window, and what axe finds; one line each
 */
export const lookAtAll = async (
  { desk: { page }, picture }: Pick<ConsoleRig, 'desk' | 'picture'>,
  looks: Readonly<Record<string, Look>>,
): Promise<readonly string[]> => {
  const findings: string[] = [];
  for (const language of ['en', 'zh', 'pt'])
    for (const theme of ['light', 'dark']) {
      await page.evaluate(
        `localStorage.setItem('callreel.language', '${language}'); localStorage.setItem('mantine-color-scheme-value', '${theme}')`,
      );
      for (const [name, { path, ready }] of Object.entries(looks)) {
        await page.goto(path);
        await page.locator('main h1, main [role=alert]').first().waitFor();
        await ready?.(page);
        await picture(page, `${name}-${language}-${theme}`);
        const where = `${name} ${language} ${theme}: `;
        findings.push(...(await overflows(page)).map((each) => where + each));
        findings.push(...(await axeFindings(page)).map((each) => where + each));
      }
    }
  await page.evaluate(`localStorage.clear()`);
  return findings;
};
