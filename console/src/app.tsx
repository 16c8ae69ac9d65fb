import { Center, Loader, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { I18nProvider } from '@lingui/react';
import {
  QueryCache,
  QueryClient,
  QueryClientProvider,
  MutationCache,
  useQuery,
} from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ApiError } from './api/client.ts';
import { sessionQuery } from './api/queries.ts';
import { i18n, useText } from './i18n/language.ts';
import { ProblemNote } from './lists/problem.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { router } from './router.tsx';
import { SessionContext } from './session.tsx';
import { readable, theme } from './theme.ts';

const isTransient = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500);

/** A session that ended shows the sign-in, on whatever page it was. */
const onRefusal = (error: unknown): void => {
  if (error instanceof ApiError && error.status === 401)
    queries.setQueryData(sessionQuery.queryKey, null);
};

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: onRefusal }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      // Signing in is refused with the same status as a session that ended.
      if (mutation.options.onError !== undefined || !isTransient(error)) onRefusal(error);
    },
  }),
  defaultOptions: {
    queries: {
      retry: (count, error) => isTransient(error) && count < 2,
      refetchOnWindowFocus: true,
      staleTime: 5000,
    },
  },
});

const Root = () => {
  const t = useText();
  const { data: session, error, refetch } = useQuery(sessionQuery);
  if (session)
    return (
      <SessionContext value={session}>
        <RouterProvider router={router} />
      </SessionContext>
    );
  if (session === null) return <SignInPage />;
  return (
    <Center mih="100dvh" component="main">
      {error ? (
        <ProblemNote error={error} onRetry={() => void refetch()} />
      ) : (
        <Loader aria-label={t('list.loading')} />
      )}
    </Center>
  );
};

/** Of this page; the security policy lets only style elements in that carry it. */
const nonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? '';

// Where the scroll lock of the library's dialogs looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce() });

export const App = () => (
  <MantineProvider
    theme={theme}
    cssVariablesResolver={readable}
    defaultColorScheme="auto"
    getStyleNonce={nonce}
  >
    <Notifications position="top-right" />
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <Root />
      </QueryClientProvider>
    </I18nProvider>
  </MantineProvider>
);
