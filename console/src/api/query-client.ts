/** What the console knows of the server, for every page. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';
import { expiredKey, sessionQuery } from './queries.ts';

const isTransient = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500);

/** A session that ended asks to sign in over whatever page it was. */
const onRefusal = (error: unknown): void => {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  const last = queries.getQueryData(sessionQuery.queryKey);
  if (last) queries.setQueryData(expiredKey, last);
  queries.setQueryData(sessionQuery.queryKey, null);
};

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: onRefusal }),
  mutationCache: new MutationCache({
    // Signing in itself is refused with the same status, while there is no session that could have ended.
    onError: onRefusal,
  }),
  defaultOptions: {
    queries: {
      retry: (count, error) => isTransient(error) && count < 2,
      refetchOnWindowFocus: true,
      staleTime: 5000,
    },
  },
});
