/** Debian's Chromium, driven as a person would; everything the page complains about is kept. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { requireProgram } from './programs.ts';

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors and refusals by the content security policy, in order. */
  readonly complaints: readonly string[];
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: requireProgram('chromium', 'chromium'),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });

export interface VisitOptions {
  readonly url: string;
  readonly language?: string;
  readonly width?: number;
}

/** A fresh profile, as wide as the narrowest usual desk (1366 px). */
export const visit = async (
  browser: Browser,
  { url, language = 'en-GB', width = 1366 }: VisitOptions,
): Promise<Visit> => {
  const context = await browser.newContext({
    baseURL: url,
    locale: language,
    viewport: { width, height: 768 },
    timezoneId: 'Asia/Tokyo',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  // A second on an idle machine; on two cores shared by many a page has taken half a minute.
  page.setDefaultTimeout(40_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // Refusals that a test provokes are logged by the browser itself.
    if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text()))
      complaints.push(`console: ${message.text()}`);
  });
  return { page, context, complaints };
};

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

interface AxeAnswer {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What stands between this page and people who see, hear or point less well; one line each. */
export const axeFindings = async (page: Page): Promise<readonly string[]> => {
  // Evaluated by the debugger, so the page's own policy stays as strict as it is.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeAnswer>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
};

/** Elements whose text is wider than they are, or that stick out of the window. */
export const overflows = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth)
      found.push('the page is ' + document.documentElement.scrollWidth + ' px wide');
    // On a telephone a list is moved sideways; at a desk its last columns are to be in sight.
    if (innerWidth >= 1366)
      for (const viewport of document.querySelectorAll('.mantine-ScrollArea-viewport:has(table)'))
        if (viewport.scrollWidth > viewport.clientWidth + 1)
          found.push('a list is ' + viewport.scrollWidth + ' px wide in ' + viewport.clientWidth);
    for (const element of document.querySelectorAll('button, a, label, h1, h2, th, td, [role=tab], .mantine-Badge-root, [data-sign]')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0) continue;
      if (box.right > innerWidth + 1 && !element.closest('[data-scrollbars], .mantine-Table-scrollContainer'))
        found.push('sticks out: ' + element.outerHTML.slice(0, 160));
      for (const part of [element, ...element.querySelectorAll('*')])
        if (part.clientWidth > 0 && !part.title &&
            (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1))
          if (getComputedStyle(part).overflow !== 'visible' && part.textContent.trim() !== '')
            found.push('cut off: ' + part.outerHTML.slice(0, 160));
    }
    return found;
  })()`);
