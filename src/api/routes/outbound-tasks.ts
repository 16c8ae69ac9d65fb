/** Outbound tasks: order, start, pause, stop, and what became of every call. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { type EndStatus, endStatusCodes } from '#core/call/end-status.ts';
import type { CalleeState } from '#core/outbound/task-words.ts';
import type { Principal } from '#ports/administration.ts';
import type { OutboundTasks, TaskAttemptView } from '#ports/outbound-tasks.ts';
import { byteOrderMark, csvLine } from '#base/csv.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { accepted, found } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, instant, pageOf, pageQuery } from '../schemas.ts';
import { orderOf, pageAnswer, pageOnly } from './collections.ts';
import { formatRules } from '../format-rules.ts';

const endStatus = z.enum(Object.keys(endStatusCodes) as [EndStatus, ...EndStatus[]]);

const callingWindow = z.strictObject({
  days: z.array(z.number().int().min(1).max(7)).max(7).describe('1 = Monday … 7 = Sunday'),
  from: z.string().max(5).describe('HH:MM'),
  until: z.string().max(5).describe('HH:MM, exclusive; 24:00 is the end of the day'),
});

/** Limits of one field each; what concerns several is judged by the desk, and named at its field too. */
const fields = {
  name: z.string().max(200).describe('Letters, numbers, Chinese characters and spaces; at most 50'),
  description: z.string().max(400).describe('At most 100 characters'),
  voiceAssetId: z.string().min(1).max(64),
  rosterId: z.string().min(1).max(64),
  notBefore: z.iso.datetime().nullable().describe('When it starts by itself; null = at once'),
  notAfter: z.iso.datetime().nullable().describe('When it ends by itself'),
  timeZone: z.string().max(64).describe('IANA; of callees whose own zone is not known'),
  windows: z
    .array(callingWindow)
    .max(50)
    .describe('When people may be called, by their own clock; none = always'),
  tries: z.number().int().min(1).max(3).describe('Attempts at most per callee'),
  retryIntervalSeconds: z.number().int().min(60).max(86_400),
  ringSeconds: z.number().int().min(5).max(120),
  concurrency: z.number().int().min(1).max(1000).describe('Calls at once'),
  callsPerSecond: z.number().min(0.01).max(200),
  callerNumbers: z
    .array(z.string().min(1).max(40))
    .min(1)
    .max(100)
    .describe('Presented in turn; numbers of your trunks'),
  optOutKey: z
    .string()
    .regex(/^[0-9*#]$/, formatRules['not-a-key'])
    .nullable()
    .describe('Puts the number on the do-not-call list; null = no key does'),
  queueId: z
    .string()
    .max(64)
    .nullable()
    .describe('Predictive: whose agents get the answered calls'),
  priority: z.number().int().min(1).max(5).describe('1 (high) to 5 (low)'),
  callOrder: z.enum(['random', 'in-order']),
  abandonPercent: z
    .number()
    .int()
    .min(0)
    .max(50)
    .describe('Of the answered calls; above 3 many laws are broken'),
};

const taskDraft = z.strictObject({
  ...fields,
  kind: z.enum(['automatic', 'predictive']),
  description: fields.description.default(''),
  notBefore: fields.notBefore.default(null),
  notAfter: fields.notAfter.default(null),
  windows: fields.windows.default([]),
  tries: fields.tries.default(1),
  retryIntervalSeconds: fields.retryIntervalSeconds.default(300),
  ringSeconds: fields.ringSeconds.default(45),
  concurrency: fields.concurrency.default(5),
  callsPerSecond: fields.callsPerSecond.default(1),
  optOutKey: fields.optOutKey.default(null),
  queueId: fields.queueId.default(null),
  priority: fields.priority.default(3),
  callOrder: fields.callOrder.default('in-order'),
  abandonPercent: fields.abandonPercent.default(3),
});
const taskChange = z.strictObject({ ...fields, version: z.number().int().min(1) }).partial();

const counts = z.object({
  initial: z.number(),
  answered: z.number(),
  unanswered: z.number(),
  calling: z.number(),
  pendingRetry: z.number(),
});

const taskState = z
  .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
  .describe('0 initial, 1 running, 2 completed, 3 ending, 4 terminated');

const task = z
  .object({
    ...fields,
    id: z.string(),
    version: z.number().describe('Sent with a change, the second of two editors is told'),
    kind: z.enum(['automatic', 'predictive']),
    notBefore: instant,
    windows: z.array(callingWindow.extend({ days: z.array(z.number()).readonly() })).readonly(),
    callerNumbers: z.array(z.string()).readonly(),
    voiceAssetName: z.string(),
    rosterName: z.string(),
    state: taskState,
    paused: z.boolean(),
    people: z.number(),
    counts,
    abandoned: z.number().describe('Of the answered: told the message for want of an agent'),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'OutboundTask' });

const callee = z
  .object({
    position: z.number(),
    number: z.string(),
    name: z.string().nullable(),
    timeZone: z.string(),
    variables: z.record(z.string(), z.string()),
    state: taskState.describe('0 initial, 1 answered, 2 unanswered, 3 calling, 4 pending retry'),
    attempts: z.number(),
    endStatus: endStatus.nullable(),
    dueAt: instant.nullable(),
    sessions: z.array(z.string()).readonly().describe('SessionId of each attempt'),
  })
  .meta({ id: 'TaskCallee' });

const attempt = z
  .object({
    id: z.string().describe('SessionId: the call of that id'),
    number: z.string(),
    name: z.string().nullable(),
    attempt: z.number(),
    callerNumber: z.string(),
    startedAt: instant,
    answeredAt: instant.nullable(),
    endedAt: instant.nullable(),
    endStatus: endStatus.nullable(),
    playedMs: z.number().nullable(),
    playCompleted: z.boolean().nullable(),
    optedOut: z.boolean(),
    disposition: z
      .enum(['message', 'agent', 'abandoned', 'left', 'lost'])
      .nullable()
      .describe(
        'What an answered person met: the message, an agent, the message for want of an agent, nothing; `lost`: the server that dialled was not seen for an hour, and whether it did is not known',
      ),
    agentName: z.string().nullable(),
    agentAfterMs: z.number().nullable(),
  })
  .meta({ id: 'TaskAttempt' });

const slice = z.object({
  from: instant,
  answered: z.number(),
  unanswered: z.number(),
  abandoned: z.number(),
});

const action = z.strictObject({
  action: z.enum(['start', 'pause', 'resume', 'stop']),
  cut: z.boolean().default(false).describe('Stop only: end the calls that are up, too'),
});

const only = z.enum(['abandoned']).optional().describe('Only calls abandoned for want of an agent');
const calleeQuery = z.strictObject({
  ...pageQuery,
  state: z.coerce.number().int().min(0).max(4).optional(),
});
const attemptQuery = z.strictObject({ ...pageQuery, only });
const resultQuery = z.strictObject({ only });

const resultHeadings = [
  'sessionId',
  'number',
  'name',
  'attempt',
  'callerNumber',
  'startedAt',
  'answeredAt',
  'endedAt',
  'endStatus',
  'endStatusCode',
  'playedMs',
  'playCompleted',
  'optedOut',
  'disposition',
  'agent',
  'agentAfterMs',
] as const;

const resultLine = (view: TaskAttemptView): string =>
  csvLine([
    view.id,
    view.number,
    view.name,
    view.attempt,
    view.callerNumber,
    view.startedAt,
    view.answeredAt,
    view.endedAt,
    view.endStatus,
    view.endStatus === null ? null : endStatusCodes[view.endStatus],
    view.playedMs,
    view.playCompleted,
    view.optedOut,
    view.disposition,
    view.agentName,
    view.agentAfterMs,
  ]);

/** Page by page, so that a million results are never in memory at once. */
async function* results(
  tasks: OutboundTasks,
  who: Principal,
  id: string,
  wanted: 'abandoned' | null,
): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(resultHeadings);
  for (let cursor: string | null = null; ;) {
    const page = await tasks.attempts(who, id, { limit: 1000, cursor }, wanted);
    yield (page?.items ?? []).map(resultLine).join('');
    cursor = page?.nextCursor ?? null;
    if (cursor === null) return;
  }
}

const listRoutes = ({ outboundTasks: tasks }: ApiDependencies): readonly RouteFacts[] => [
  route('GET /outbound-tasks/:id/callees', {
    summary: 'People of a task and how far each is',
    params: idParams,
    query: calleeQuery,
    answer: pageOf(callee),
    handle: async ({ who, params, query }) => {
      const state = (query.state ?? null) as CalleeState | null;
      return pageAnswer(found(await tasks.callees(who, params.id, orderOf(query), state)));
    },
  }),
  route('GET /outbound-tasks/:id/attempts', {
    summary: 'Every attempt, newest first',
    params: idParams,
    query: attemptQuery,
    answer: pageOf(attempt),
    handle: async ({ who, params, query }) =>
      pageAnswer(found(await tasks.attempts(who, params.id, orderOf(query), query.only ?? null))),
  }),
  route('GET /outbound-tasks/:id/outcomes', {
    summary: 'How attempts ended over time',
    params: idParams,
    answer: z.object({ items: z.array(slice) }),
    handle: async ({ who, params }) => ({
      items: [...found(await tasks.outcomes(who, params.id))],
    }),
  }),
];

export const outboundTaskRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { outboundTasks: tasks, administration } = deps;
  return [
    route('GET /outbound-tasks', {
      summary: 'List the outbound tasks, newest first',
      query: pageOnly,
      answer: pageOf(task),
      handle: async ({ who, query }) => pageAnswer(await tasks.list(who, orderOf(query))),
    }),
    route('POST /outbound-tasks', {
      summary: 'Order an outbound task; it starts at once or at notBefore',
      body: taskDraft,
      status: 201,
      answer: task,
      handle: async ({ who, body }) => accepted(await tasks.create(who, body)),
    }),
    route('GET /outbound-tasks/:id', {
      summary: 'Show one outbound task with its progress',
      params: idParams,
      answer: task,
      handle: async ({ who, params }) => found(await tasks.find(who, params.id)),
    }),
    route('PATCH /outbound-tasks/:id', {
      summary: 'Change a task before it starts; what is absent stays',
      params: idParams,
      body: taskChange,
      answer: task,
      handle: async ({ who, params, body: { version, ...change } }) =>
        accepted(await tasks.change(who, params.id, change, version)),
    }),
    route('DELETE /outbound-tasks/:id', {
      summary: 'Delete a task that has not started or is over, with its results',
      params: idParams,
      handle: async ({ who, params }) => {
        accepted(await tasks.remove(who, params.id));
      },
    }),
    route('POST /outbound-tasks/:id/actions', {
      summary: 'Start, pause, resume or stop a task',
      params: idParams,
      body: action,
      answer: task,
      handle: async ({ who, params, body }) =>
        accepted(await tasks.act(who, params.id, body.action, body.cut)),
    }),
    ...listRoutes(deps),
    route('GET /outbound-tasks/:id/results', {
      summary: 'Every attempt as CSV; `only=abandoned` is the evidence of abandoned calls',
      params: idParams,
      query: resultQuery,
      produces: 'text/csv',
      handle: async ({ who, params, query, reply }) => {
        const wanted = query.only ?? null;
        const { name } = found(await tasks.find(who, params.id));
        const note = { action: 'task.export', subjectKind: 'task', subjectId: params.id };
        await administration.audit.note(who, { ...note, detail: { name, only: wanted } });
        const file = wanted === null ? 'results' : 'abandoned-calls';
        await reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="${file}.csv"`)
          .send(Readable.from(results(tasks, who, params.id, wanted)));
      },
    }),
  ];
};
