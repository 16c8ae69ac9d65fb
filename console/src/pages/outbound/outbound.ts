/** What this area asks of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answered, client, type Schemas } from '../../api/client.ts';
import { everyPage, pagesOf } from '../../api/pages.ts';
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

export const tasksQuery = pagesOf(['tasks', 'list'], (query, signal) =>
  answered(client.GET('/outbound-tasks', { params: { query }, signal })),
);

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
  pagesOf(['tasks', 'attempts', id], (query, signal) =>
    answered(
      client.GET('/outbound-tasks/{id}/attempts', { params: { path: { id }, query }, signal }),
    ),
  );

export const calleesQuery = (id: string) =>
  pagesOf(['tasks', 'callees', id], (query, signal) =>
    answered(
      client.GET('/outbound-tasks/{id}/callees', { params: { path: { id }, query }, signal }),
    ),
  );

export const outcomesQuery = (id: string) =>
  queryOptions({
    queryKey: ['tasks', 'outcomes', id],
    queryFn: ({ signal }) =>
      answered(client.GET('/outbound-tasks/{id}/outcomes', { params: { path: { id } }, signal })),
  });

export const rostersQuery = infiniteQueryOptions({
  ...pagesOf(['rosters', 'list'], (query, signal) =>
    answered(client.GET('/rosters', { params: { query }, signal })),
  ),
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
  pagesOf(['rosters', 'issues', id], (query, signal) =>
    answered(client.GET('/rosters/{id}/issues', { params: { path: { id }, query }, signal })),
  );

export const doNotCallQuery = (search: string) =>
  pagesOf(['do-not-call', 'list', search], (order, signal) => {
    const query = { ...order, ...(search !== '' && { search }) };
    return answered(client.GET('/do-not-call', { params: { query }, signal }));
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
