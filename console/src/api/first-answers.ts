import { queries } from './query-client.ts';

/** Longer than this a page may not stay empty. */
const LONGEST_MS = 300;

/** Resolves when what is asked for now has been answered, or takes too long to be waited for. */
export const firstAnswers = async (): Promise<void> => {
  const cache = queries.getQueryCache();
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      leave();
      resolve();
    };
    const look = (): void => {
      if (queries.isFetching() === 0) end();
    };
    const leave = cache.subscribe(look);
    const timer = setTimeout(end, LONGEST_MS);
    look();
  });
};
