import {
  createRootRoute,
  createRoute,
  createRouter,
  Navigate,
  useNavigate,
} from '@tanstack/react-router';
import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { agentsQuery, numbersQuery } from './api/queries.ts';
import { useText } from './i18n/language.ts';
import { useCan } from './session.tsx';
import { Shell } from './shell/shell.tsx';
import { CallPage } from './pages/call.tsx';
import { CallsPage, readCallFilter } from './pages/calls.tsx';
import { readMoment, RecordingPage } from './pages/recording.tsx';
import { readRecordingFilter, RecordingsPage } from './pages/recordings.tsx';
import { StartPage } from './pages/start.tsx';

const NowhereNote = (): ReactElement => {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Center mih={300}>
      <Stack align="center">
        <Title order={1} size="h3">
          {t('problem.noPage')}
        </Title>
        <Button variant="default" onClick={() => void navigate({ to: '/' })}>
          {t('problem.home')}
        </Button>
      </Stack>
    </Center>
  );
};

const BrokenNote = (): ReactElement => {
  const t = useText();
  return (
    <Stack role="alert">
      <Text>{t('problem.unexpected')}</Text>
      <Button variant="default" onClick={() => location.reload()}>
        {t('problem.reload')}
      </Button>
    </Stack>
  );
};

/** Those who set the centre up begin where something is missing; everybody else with the calls. */
const Home = (): ReactElement | null => {
  const can = useCan();
  const mayStart = can('numbers:write');
  const numbers = useQuery({ ...numbersQuery, enabled: mayStart });
  const agents = useQuery({ ...agentsQuery, enabled: mayStart });
  if (mayStart && (numbers.isPending || agents.isPending)) return null;
  const isNew = numbers.data?.items.length === 0 || agents.data?.items.length === 0;
  return mayStart && isNew ? <Navigate to="/start" replace /> : <Navigate to="/calls" replace />;
};

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NowhereNote,
  errorComponent: BrokenNote,
});

// Each has a name of its own, since inside the list the compiler loses their types.
const parent = () => root;
const home = createRoute({ getParentRoute: parent, path: '/', component: Home });
const start = createRoute({ getParentRoute: parent, path: '/start', component: StartPage });
const calls = createRoute({
  getParentRoute: parent,
  path: '/calls',
  component: CallsPage,
  validateSearch: readCallFilter,
});
const call = createRoute({ getParentRoute: parent, path: '/calls/$id', component: CallPage });
const recordings = createRoute({
  getParentRoute: parent,
  path: '/recordings',
  component: RecordingsPage,
  validateSearch: readRecordingFilter,
});
const recording = createRoute({
  getParentRoute: parent,
  path: '/recordings/$id',
  component: RecordingPage,
  validateSearch: readMoment,
});
const routes = root.addChildren([home, start, calls, call, recordings, recording]);

export const router = createRouter({ routeTree: routes, defaultPreload: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
