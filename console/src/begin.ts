/**
 * Runs while the console's other scripts are still on their way: the theme, so that a dark console does not flash white; the language; and
 * the first questions to the server, whose answers are there when the first page is drawn. What there is to fetch stands in the page
 * (`first-needs.ts` wrote it); who takes the answers is `api/begun.ts`.
 *
 * A plain script once it is built, since a module would wait for the others: it imports types only.
 */
import type { FirstList, FirstNeeds } from '../first-needs.ts';
import type { Session } from './api/queries.ts';

const recall = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    // Storage can be forbidden; the browser's preference is a good answer then.
    return null;
  }
};

const chooseTheme = (): void => {
  // The key is the component library's.
  const wanted = recall('mantine-color-scheme-value') ?? 'auto';
  const isDark =
    wanted === 'dark' || (wanted === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
};

/** What was chosen here, else the browser's first language that we have. */
const chooseLanguage = (known: readonly string[]): string => {
  const wishes = [recall('callreel.language') ?? '', ...navigator.languages];
  const short = wishes.map((wish) => wish.toLowerCase().split('-')[0] ?? '');
  return short.find((wish) => known.includes(wish)) ?? 'en';
};

const preload = (file: string): void => {
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.crossOrigin = '';
  link.href = file;
  document.head.append(link);
};

const askFirst = (list: FirstList | undefined): Map<string, Promise<Response | null>> => {
  const session = fetch('/api/v1/sessions');
  const askList = async ({ path, right }: FirstList): Promise<Response | null> => {
    const answer = await session;
    if (!answer.ok) return null;
    const { rights } = (await answer.clone().json()) as Session;
    return rights.includes(right) ? fetch(path) : null;
  };
  const begun = new Map<string, Promise<Response | null>>([['/api/v1/sessions', session]]);
  // A filter in the address is the page's to read.
  if (list && location.search === '') begun.set(list.path, askList(list));
  // Whoever takes an answer that never came is told so there.
  for (const answer of begun.values()) answer.catch(() => undefined);
  return begun;
};

const begin = (): void => {
  chooseTheme();
  const written = document.querySelector('meta[name="first-needs"]')?.getAttribute('content');
  const { words, pages } = JSON.parse(written ?? '') as FirstNeeds;
  const language = chooseLanguage(Object.keys(words));
  document.documentElement.lang = language;
  const page = pages[location.pathname];
  for (const file of [...(words[language] ?? []), ...(page?.files ?? [])]) preload(file);
  const begun = askFirst(page?.list);
  Object.assign(globalThis, { callreelBegun: begun });
  // What nobody took by then would be old news.
  setTimeout(() => begun.clear(), 10_000);
};

begin();
