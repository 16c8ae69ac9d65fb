/** What this area asks of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answered, client, type Schemas } from '../../api/client.ts';
import { everyPage } from '../../api/queries.ts';
import type { operations } from '../../api/schema.ts';
import { uploadForm, type UploadOptions } from '../../api/upload.ts';

export type Task = Schemas['OutboundTask'];
export type Attempt = Schemas['TaskAttempt'];
export type Callee = Schemas['TaskCallee'];
export type Roster = Schemas['Roster'];
export type RosterIssue = Schemas['RosterIssue'];
export type Outcomes = NonNullable<
  operations['getOutboundTasksIdOutcomes']['responses'][200]
>['content']['application/json'];
export type DoNotCallEntry = Schemas['DoNotCallEntry'];
export type TaskOrder = NonNullable<
  operations['postOutboundTasks']['requestBody']
>['content']['application/json'];

const pageSize = 50;
const paged = (pageParam: string | null) => ({
  limit: pageSize,
  ...(pageParam !== null && { cursor: pageParam }),
});
const first = null as string | null;

export const tasksQuery = infiniteQueryOptions({
  queryKey: ['tasks', 'list'],
  initialPageParam: first,
  queryFn: ({ pageParam, signal }) =>
    answered(client.GET('/outbound-tasks', { params: { query: paged(pageParam) }, signal })),
  getNextPageParam: (page) => page.nextCursor,
});

/** States in which a task goes on without anybody's doing. */
export const isMoving = ({ state }: Pick<Task, 'state'>): boolean => state === 1 || state === 3;

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ['tasks', 'one', id],
    queryFn: ({ signal }) =>
      answered(client.GET('/outbound-tasks/{id}', { params: { path: { id } }, signal })),
    // Events say it at once; this is for a stream that was cut.
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? 5000 : false),
  });

export const attemptsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['tasks', 'attempts', id],
    initialPageParam: first,
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { id }, query: paged(pageParam) };
      return answered(client.GET('/outbound-tasks/{id}/attempts', { params, signal }));
    },
    getNextPageParam: (page) => page.nextCursor,
  });

export const calleesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['tasks', 'callees', id],
    initialPageParam: first,
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { id }, query: paged(pageParam) };
      return answered(client.GET('/outbound-tasks/{id}/callees', { params, signal }));
    },
    getNextPageParam: (page) => page.nextCursor,
  });

export const outcomesQuery = (id: string) =>
  queryOptions({
    queryKey: ['tasks', 'outcomes', id],
    queryFn: ({ signal }) =>
      answered(client.GET('/outbound-tasks/{id}/outcomes', { params: { path: { id } }, signal })),
  });

export const rostersQuery = infiniteQueryOptions({
  queryKey: ['rosters', 'list'],
  initialPageParam: first,
  queryFn: ({ pageParam, signal }) =>
    answered(client.GET('/rosters', { params: { query: paged(pageParam) }, signal })),
  getNextPageParam: (page) => page.nextCursor,
  refetchInterval: ({ state }) =>
    state.data?.pages.some((page) => page.items.some((one) => one.state === 'importing')) === true
      ? 2000
      : false,
});

/** To choose one from. */
export const rosterChoicesQuery = queryOptions({
  queryKey: ['rosters', 'choices'],
  queryFn: ({ signal }) =>
    everyPage((query) => answered(client.GET('/rosters', { params: { query }, signal }))),
});

export const issuesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['rosters', 'issues', id],
    initialPageParam: first,
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { id }, query: paged(pageParam) };
      return answered(client.GET('/rosters/{id}/issues', { params, signal }));
    },
    getNextPageParam: (page) => page.nextCursor,
  });

export const doNotCallQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ['do-not-call', 'list', search],
    initialPageParam: first,
    queryFn: ({ pageParam, signal }) => {
      const query = { ...paged(pageParam), ...(search !== '' && { search }) };
      return answered(client.GET('/do-not-call', { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.nextCursor,
  });

export const uploadRoster = async (
  draft: {
    readonly name: string;
    readonly description: string;
    readonly onBadRows: 'keep-good' | 'refuse-all';
    readonly file: File;
  },
  options: UploadOptions,
): Promise<Roster> => {
  const form = new FormData();
  form.append('name', draft.name);
  form.append('description', draft.description);
  form.append('onBadRows', draft.onBadRows);
  form.append('file', draft.file);
  const response = await uploadForm('/rosters', form, options);
  return (await response.json()) as Roster;
};
