import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  useNavigate,
  useRouterState,
} from '@tanstack/react-router';
import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import {
  agentsQuery,
  callsQuery,
  listedRecording,
  numbersQuery,
  recordingQuery,
  recordingsQuery,
  sessionQuery,
  type Session,
} from './api/queries.ts';
import { queries } from './api/query-client.ts';
import { useText } from './i18n/language.ts';
import { useCan } from './session.tsx';
import { Shell } from './shell/shell.tsx';
import { readAuditFilter } from './pages/admin/audit-filter.ts';
import { readCallFilter } from './pages/call-filter.ts';
import { likelyWavesOf, wavesOf } from './pages/recording-lanes.ts';
import { readMoment, readRecordingFilter } from './pages/recording-filter.ts';
import { readAssetOrder } from './pages/voice-assets/asset-order.ts';

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
  const calls = useInfiniteQuery({ ...callsQuery({}), enabled: mayStart });
  const asked = [numbers, agents, calls];
  // Who has chosen a page meanwhile goes there, and is not led elsewhere while it loads.
  const isStillHere = useRouterState({ select: ({ location }) => location.pathname === '/' });
  if (!isStillHere || (mayStart && asked.some(({ isPending }) => isPending))) return null;
  // A centre that was made and never rang still has its last step before it.
  const isNew =
    numbers.data?.items.length === 0 ||
    agents.data?.items.length === 0 ||
    calls.data?.pages[0]?.items.length === 0;
  return mayStart && isNew ? <Navigate to="/start" replace /> : <Navigate to="/calls" replace />;
};

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NowhereNote,
  errorComponent: BrokenNote,
});

/** What a page shows is asked for while the page is still loading. Nobody waits for it here, and what it says is the page's to show. */
const begin = (question: (session: Session) => Promise<unknown>): void => {
  const ask = async (): Promise<void> => {
    const session = await queries.query(sessionQuery);
    if (session) await question(session);
  };
  ask().catch(() => undefined);
};

/** The recording, and its waves: by its row, where a list was looked at, and as soon as it says itself whose there are. */
const askRecording = async (id: string, { rights }: Session): Promise<void> => {
  const mayPlay = rights.includes('recordings:play');
  const row = listedRecording(queries, id);
  const waves = mayPlay && row ? likelyWavesOf(row) : [];
  await Promise.all([
    ...waves.map((wave) => queries.query(wave)),
    queries.query(recordingQuery(id)).then(async (recording) => {
      if (mayPlay) await Promise.all(wavesOf(recording).map((wave) => queries.query(wave)));
    }),
  ]);
};

// A page is loaded when it is opened; what reads its address is small and here from the start.
// Each has a name of its own, since inside the list the compiler loses their types.
const parent = () => root;
const home = createRoute({ getParentRoute: parent, path: '/', component: Home });
const start = createRoute({
  getParentRoute: parent,
  path: '/start',
  component: lazyRouteComponent(() => import('./pages/start.tsx'), 'StartPage'),
});
const live = createRoute({
  getParentRoute: parent,
  path: '/live',
  component: lazyRouteComponent(() => import('./pages/live/live.tsx'), 'LivePage'),
});
const calls = createRoute({
  getParentRoute: parent,
  path: '/calls',
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => begin(() => queries.infiniteQuery(callsQuery(deps))),
  component: lazyRouteComponent(() => import('./pages/calls.tsx'), 'CallsPage'),
  validateSearch: readCallFilter,
});
const call = createRoute({
  getParentRoute: parent,
  path: '/calls/$id',
  component: lazyRouteComponent(() => import('./pages/call.tsx'), 'CallPage'),
});
const recordings = createRoute({
  getParentRoute: parent,
  path: '/recordings',
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => begin(() => queries.infiniteQuery(recordingsQuery(deps))),
  component: lazyRouteComponent(() => import('./pages/recordings.tsx'), 'RecordingsPage'),
  validateSearch: readRecordingFilter,
});
const recording = createRoute({
  getParentRoute: parent,
  path: '/recordings/$id',
  loader: ({ params: { id } }) => begin((session) => askRecording(id, session)),
  component: lazyRouteComponent(() => import('./pages/recording.tsx'), 'RecordingPage'),
  validateSearch: readMoment,
});
const voiceAssets = createRoute({
  getParentRoute: parent,
  path: '/voice-assets',
  component: lazyRouteComponent(
    () => import('./pages/voice-assets/voice-assets.tsx'),
    'VoiceAssetsPage',
  ),
  validateSearch: readAssetOrder,
});
const callRecording = createRoute({
  getParentRoute: parent,
  path: '/settings/call',
  component: lazyRouteComponent(
    () => import('./pages/admin/call-recording.tsx'),
    'CallRecordingPage',
  ),
});
const queues = createRoute({
  getParentRoute: parent,
  path: '/settings/queues',
  component: lazyRouteComponent(() => import('./pages/admin/queues.tsx'), 'QueuesPage'),
});
const agents = createRoute({
  getParentRoute: parent,
  path: '/settings/agents',
  component: lazyRouteComponent(() => import('./pages/admin/agents.tsx'), 'AgentsPage'),
});
const numbers = createRoute({
  getParentRoute: parent,
  path: '/settings/numbers',
  component: lazyRouteComponent(() => import('./pages/admin/numbers.tsx'), 'NumbersPage'),
});
const trunks = createRoute({
  getParentRoute: parent,
  path: '/settings/trunks',
  component: lazyRouteComponent(() => import('./pages/admin/trunks.tsx'), 'TrunksPage'),
});
const users = createRoute({
  getParentRoute: parent,
  path: '/settings/users',
  component: lazyRouteComponent(() => import('./pages/admin/users.tsx'), 'UsersPage'),
});
const tenants = createRoute({
  getParentRoute: parent,
  path: '/settings/tenants',
  component: lazyRouteComponent(() => import('./pages/admin/tenants.tsx'), 'TenantsPage'),
});
const apiKeys = createRoute({
  getParentRoute: parent,
  path: '/settings/developer',
  component: lazyRouteComponent(() => import('./pages/admin/api-keys.tsx'), 'ApiKeysPage'),
});
const email = createRoute({
  getParentRoute: parent,
  path: '/settings/email',
  component: lazyRouteComponent(() => import('./pages/admin/email.tsx'), 'EmailPage'),
});
const auditLog = createRoute({
  getParentRoute: parent,
  path: '/settings/audit-log',
  component: lazyRouteComponent(() => import('./pages/admin/audit-log.tsx'), 'AuditLogPage'),
  validateSearch: readAuditFilter,
});

const outboundTasks = createRoute({
  getParentRoute: parent,
  path: '/outbound-tasks',
  component: lazyRouteComponent(() => import('./pages/outbound/tasks.tsx'), 'TasksPage'),
});
const outboundTask = createRoute({
  getParentRoute: parent,
  path: '/outbound-tasks/$id',
  component: lazyRouteComponent(() => import('./pages/outbound/task.tsx'), 'TaskPage'),
});
const rosters = createRoute({
  getParentRoute: parent,
  path: '/rosters',
  component: lazyRouteComponent(() => import('./pages/outbound/rosters.tsx'), 'RostersPage'),
});
const doNotCall = createRoute({
  getParentRoute: parent,
  path: '/do-not-call',
  component: lazyRouteComponent(() => import('./pages/outbound/do-not-call.tsx'), 'DoNotCallPage'),
});
const routes = root.addChildren([
  outboundTasks,
  outboundTask,
  rosters,
  doNotCall,
  home,
  start,
  live,
  calls,
  call,
  recordings,
  recording,
  voiceAssets,
  callRecording,
  queues,
  agents,
  numbers,
  trunks,
  users,
  tenants,
  apiKeys,
  email,
  auditLog,
]);

export const router = createRouter({ routeTree: routes, defaultPreload: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
