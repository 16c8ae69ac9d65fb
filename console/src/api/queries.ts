/** What the console asks of the server, by the keys under which answers are kept. The first word of a key is a topic of `/events`. */
import { queryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { answered, ApiError, client, type Schemas, useToken } from './client.ts';
import { everyPage, pagesOf, type PageOf } from './pages.ts';
import type { operations } from './schema.ts';

type QueryOf<Name extends keyof operations> = NonNullable<operations[Name]['parameters']['query']>;
export type CallFilter = Omit<QueryOf<'getCalls'>, 'cursor' | 'limit'>;
export type RecordingFilter = Omit<QueryOf<'getRecordings'>, 'cursor' | 'limit'>;

export type Session = Schemas['Session'];
export type Call = Schemas['Call'];
export type CallDetail = Schemas['CallDetail'];
export type LiveBoard = Schemas['LiveBoard'];
export type Recording = Schemas['Recording'];
export type RecordingDetail = Schemas['RecordingDetail'];
export type TimelineSpan = NonNullable<RecordingDetail['timeline']>[number];
export type Track = RecordingDetail['tracks'][number];

/** Where the session that ended under somebody is kept, so that the page stays as it is until they sign in again. */
export const expiredKey = ['session', 'expired'] as const;

/** Null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session', 'present'],
  staleTime: Infinity,
  queryFn: async ({ signal, client: queries }): Promise<Session | null> => {
    try {
      const session = await answered(client.GET('/sessions', { signal }));
      useToken(session.csrfToken);
      return session;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const last = queries.getQueryData<Session | null>(['session', 'present']);
      if (last) queries.setQueryData(expiredKey, last);
      return null;
    }
  },
});

export const callsQuery = (filter: CallFilter) =>
  pagesOf(['calls', 'list', filter], (order, signal) =>
    answered(client.GET('/calls', { params: { query: { ...filter, ...order } }, signal })),
  );

export const recordingsQuery = (filter: RecordingFilter) =>
  pagesOf(['recordings', 'list', filter], (order, signal) =>
    answered(client.GET('/recordings', { params: { query: { ...filter, ...order } }, signal })),
  );

/** The row of a list that was looked at, whichever filter it had. */
export const listedRecording = (queries: QueryClient, id: string): Recording | undefined =>
  queries
    .getQueriesData<InfiniteData<PageOf<Recording>>>({ queryKey: ['recordings', 'list'] })
    .flatMap(([, list]) => list?.pages.flatMap(({ items }) => items) ?? [])
    .find((row) => row.id === id);

/** Told anew by every change of a call or an agent; the interval is for those changes that nobody tells. */
export const liveQuery = queryOptions({
  queryKey: ['live'],
  refetchInterval: 10_000,
  queryFn: ({ signal }) => answered(client.GET('/live', { signal })),
});

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['calls', 'one', id],
    queryFn: ({ signal }) =>
      answered(client.GET('/calls/{id}', { params: { path: { id } }, signal })),
  });

/** States in which a recording will become something else without anybody's doing. */
const moving = new Set<Recording['state']>(['planned', 'capturing', 'sealed']);
export const isMoving = (state: Recording['state']): boolean => moving.has(state);

export const recordingQuery = (id: string) =>
  queryOptions({
    queryKey: ['recordings', 'one', id],
    queryFn: ({ signal }) =>
      answered(client.GET('/recordings/{id}', { params: { path: { id } }, signal })),
    // Events say it at once; this is for those who may not hear them, and for a stream that was cut.
    refetchInterval: ({ state }) => (state.data && isMoving(state.data.state) ? 3000 : false),
  });

export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: ['recordings', 'notes', id],
    // A recording has at most 500; 200 of them are what one page is for.
    queryFn: ({ signal }) =>
      answered(
        client.GET('/recordings/{id}/notes', {
          params: { path: { id }, query: { limit: 200 } },
          signal,
        }),
      ),
  });

export const knownTagsQuery = queryOptions({
  queryKey: ['recordings', 'tags'],
  staleTime: 60_000,
  queryFn: ({ signal }) =>
    answered(client.GET('/recording-tags', { params: { query: {} }, signal })),
});

export const savedViewsQuery = (list: Schemas['SavedView']['list']) =>
  queryOptions({
    queryKey: ['saved-views', list],
    queryFn: ({ signal }) =>
      answered(client.GET('/saved-views', { params: { query: { list } }, signal })),
  });

export const exportsQuery = queryOptions({
  queryKey: ['exports'],
  // Events say it at once; this is for a stream that was cut.
  refetchInterval: ({
    state,
  }: {
    readonly state: { readonly data?: PageOf<Schemas['RecordingExport']> | undefined };
  }) =>
    state.data?.items.some((row) => row.state === 'queued' || row.state === 'running')
      ? 3000
      : false,
  queryFn: ({ signal }): Promise<PageOf<Schemas['RecordingExport']>> =>
    answered(client.GET('/recording-exports', { params: { query: { limit: 20 } }, signal })),
});

export const alarmsQuery = queryOptions({
  queryKey: ['alarms'],
  refetchInterval: 60_000,
  queryFn: ({ signal }) =>
    answered(client.GET('/alarms', { params: { query: { limit: 20 } }, signal })),
});

/** Names for ids in lists, filters and choosers. */
export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  staleTime: 60_000,
  queryFn: ({ signal }) =>
    everyPage((query) => answered(client.GET('/queues', { params: { query }, signal }))),
});
export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  staleTime: 60_000,
  queryFn: ({ signal }) =>
    everyPage((query) => answered(client.GET('/agents', { params: { query }, signal }))),
});
export const numbersQuery = queryOptions({
  queryKey: ['numbers'],
  queryFn: ({ signal }) =>
    everyPage((query) => answered(client.GET('/numbers', { params: { query }, signal }))),
});
export const trunksQuery = queryOptions({
  queryKey: ['trunks'],
  queryFn: ({ signal }) =>
    everyPage((query) => answered(client.GET('/trunks', { params: { query }, signal }))),
});
export const callRecordingQuery = queryOptions({
  queryKey: ['settings', 'call-recording'],
  queryFn: ({ signal }) => answered(client.GET('/settings/call-recording', { signal })),
});

/** What a phone must be told to be this agent's, but for the password. */
export const phoneQuery = (agentId: string) =>
  queryOptions({
    queryKey: ['agents', 'phone', agentId],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      answered(client.GET('/agents/{id}/phone', { params: { path: { id: agentId } }, signal })),
  });

export const emailQuery = queryOptions({
  queryKey: ['settings', 'email'],
  queryFn: ({ signal }) => answered(client.GET('/settings/email', { signal })),
});
export const tenantQuery = (id: string) =>
  queryOptions({
    queryKey: ['tenants', 'one', id],
    queryFn: ({ signal }) =>
      answered(client.GET('/tenants/{id}', { params: { path: { id } }, signal })),
  });

export const sampleDataQuery = queryOptions({
  queryKey: ['settings', 'sample-data'],
  staleTime: 5000,
  queryFn: ({ signal }) => answered(client.GET('/sample-data', { signal })),
  // The calls take half a minute; what tells of them may be missed.
  refetchInterval: ({ state }) => (state.data?.state === 'making' ? 2000 : false),
});
