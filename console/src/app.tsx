import { Center, Loader, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { I18nProvider } from '@lingui/react';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { expiredKey, sessionQuery, type Session } from './api/queries.ts';
import { queries } from './api/query-client.ts';
import { i18n, useText } from './i18n/language.ts';
import { ProblemNote } from './lists/problem.tsx';
import { SignInAgain, SignInPage } from './pages/sign-in.tsx';
import { router } from './router.tsx';
import { SessionContext } from './session.tsx';
import { readable, theme } from './theme.ts';

const Root = () => {
  const t = useText();
  const { data: session, error, refetch } = useQuery(sessionQuery);
  const { data: expired } = useQuery<Session | null>({
    queryKey: expiredKey,
    queryFn: () => null,
    enabled: false,
    initialData: null,
  });
  const known = session ?? expired;
  if (known)
    return (
      <SessionContext key={known.user.id} value={known}>
        <RouterProvider router={router} />
        {!session && <SignInAgain expired={known} />}
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
