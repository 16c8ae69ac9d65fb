/** The wallboard: what is going on now, and how the queues have done today. */
import { z } from 'zod';
import { callTypes } from '#core/call/ledger-entry.ts';
import type { TenantId } from '#core/ids.ts';
import { instantOf, localDate } from '#core/outbound/local-time.ts';
import { serviceLevelOf, serviceLevelSeconds } from '#core/routing/service-level.ts';
import type { AgentView, Page, PageOrder, Principal, QueueView } from '#ports/administration.ts';
import type { QueueFigures } from '#ports/library.ts';
import type { LiveAgent, LiveCall } from '#ports/live-calls.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { listenersView } from '../library-view.ts';
import { found } from '../problem.ts';
import { listeners } from '../record-schemas.ts';
import { route, type RouteFacts } from '../route.ts';
import { agentState, instant, stateSince, unavailableReason, wrapUpUntil } from '../schemas.ts';
import { reachesAgent, reachesCall, scopeOf } from '../scope.ts';

/** Every supervisor's screen asks after every change of a call: the day is counted at most this often per tenant. */
const COUNT_AGAIN_MS = 1000;
/** A wall shows no more; how many there are is said. */
const MAX_CALLS = 200;

const id = z.string();
const count = z.number();

const board = z
  .object({
    at: instant.describe('Clock of the server, for waits that run on'),
    since: instant.describe('Begin of the day in the tenant’s time zone'),
    isHere: z
      .boolean()
      .describe('False where calls are up in another process: then only the day is known'),
    serviceLevelSeconds: z.number().describe('Threshold of `serviceLevel`'),
    queues: z.array(
      z.object({
        id,
        name: z.string(),
        waiting: count.describe('Callers in the queue now'),
        longestWaitSince: instant.nullable(),
        offered: count.describe('Callers who waited today, or were turned away'),
        answered: count,
        abandoned: count.describe('Gave up waiting, or while a phone rang'),
        turnedAway: count.describe('Sent away because no agent was there, or none answered'),
        serviceLevel: z
          .number()
          .nullable()
          .describe(
            'Share answered in time, 0–1; who gave up earlier than the threshold is left out, who was turned away is not',
          ),
      }),
    ),
    agents: z.array(
      z.object({
        id,
        name: z.string(),
        state: agentState,
        since: stateSince.nullable(),
        registeredPhones: count.nullable().describe('Null where `state` is null'),
        unavailableReason,
        wrapUpUntil,
      }),
    ),
    calls: z.array(
      z.object({
        id,
        callType: z.enum(callTypes),
        caller: z.string(),
        callee: z.string(),
        queueId: id.nullable(),
        agentIds: z.array(id),
        startedAt: instant,
        answeredAt: instant.nullable(),
        state: z.enum(['queued', 'connecting', 'connected', 'on_hold']),
        capture: z.enum(['recording', 'paused', 'stopped']).nullable(),
        listeners,
      }),
    ),
    callCount: count.describe('Calls in progress, also those that the list leaves out'),
  })
  .meta({ id: 'LiveBoard' });

const iso = (ms: number): string => new Date(ms).toISOString();

/** Every item of a list, page by page. */
const allOf = async <T>(list: (page: PageOrder) => Promise<Page<T>>): Promise<readonly T[]> => {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await list({ limit: 200, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
};

const queueRow = (
  queue: QueueView,
  waiting: readonly LiveCall[],
  figures: QueueFigures | undefined,
) => {
  const here = waiting.filter(({ queueId }) => queueId === queue.id);
  const since = here.map(({ queuedAtMs, startedAtMs }) => queuedAtMs ?? startedAtMs);
  return {
    id: queue.id,
    name: queue.name,
    waiting: here.length,
    longestWaitSince: since.length === 0 ? null : iso(Math.min(...since)),
    offered: figures?.offered ?? 0,
    answered: figures?.answered ?? 0,
    abandoned: figures?.abandoned ?? 0,
    turnedAway: figures?.turnedAway ?? 0,
    serviceLevel: figures ? serviceLevelOf(figures) : null,
  };
};

const sinceOf = (
  agent: AgentView,
  state: LiveAgent | undefined,
  isHere: boolean,
): string | null => {
  if (state !== undefined) return iso(state.sinceMs);
  return isHere ? agent.createdAt : null;
};

const agentRow = (agent: AgentView, state: LiveAgent | undefined, isHere: boolean) => ({
  id: agent.id,
  name: agent.name,
  state: state?.state ?? (isHere ? ('unavailable' as const) : null),
  since: sinceOf(agent, state, isHere),
  registeredPhones: state?.registeredContacts ?? (isHere ? 0 : null),
  unavailableReason: state?.awayReason ?? null,
  wrapUpUntil:
    state === undefined || state.wrapUpUntilMs === null ? null : iso(state.wrapUpUntilMs),
});

const callRow = (call: LiveCall, state: Exclude<LiveCall['state'], 'ended'>) => ({
  id: call.callId,
  callType: call.callType,
  caller: call.caller,
  callee: call.callee,
  queueId: call.queueId,
  agentIds: [...call.agentIds],
  startedAt: iso(call.startedAtMs),
  answeredAt: call.answeredAtMs === null ? null : iso(call.answeredAtMs),
  state,
  capture: call.capture,
  listeners: listenersView(call),
});

interface Counted {
  readonly atMs: number;
  readonly sinceMs: number;
  readonly figures: Promise<readonly QueueFigures[]>;
}

export const liveRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, library, liveCalls, clock, sampleData } = deps;
  const { agents, queues, tenants } = administration;
  const counted = new Map<TenantId, Counted>();

  const dayOf = (tenantId: TenantId, sinceMs: number): Counted['figures'] => {
    const atMs = clock.nowMs();
    const last = counted.get(tenantId);
    if (last && atMs - last.atMs < COUNT_AGAIN_MS && last.sinceMs === sinceMs) return last.figures;
    const order = { sinceMs, withinMs: serviceLevelSeconds * 1000 };
    const figures = library.queueFigures(tenantId, order);
    counted.set(tenantId, { atMs, sinceMs, figures });
    // The next who asks tries again; whoever asks now is told.
    figures.catch(() => counted.delete(tenantId));
    return figures;
  };

  const queuesOf = async (who: Principal): Promise<readonly QueueView[]> => {
    const { only } = scopeOf(who, 'live:read');
    const all = await allOf((page) => queues.list(who, page));
    return only?.kind === 'queues' ? all.filter((queue) => only.queueIds.includes(queue.id)) : all;
  };

  const show = async (who: Principal): Promise<z.output<typeof board>> => {
    const { tenantId } = who;
    const { timeZone } = found(await tenants.find({ ...who, role: 'admin' }, tenantId));
    const nowMs = clock.nowMs();
    const sinceMs = instantOf(localDate(nowMs, timeZone), 0, timeZone);
    const [samples, ownQueues, allAgents, day] = await Promise.all([
      sampleData.things(tenantId),
      queuesOf(who),
      allOf((page) => agents.list({ ...who, role: 'admin' }, page)),
      dayOf(tenantId, sinceMs),
    ]);
    // Sample data is never mixed into what is real.
    const isSample = (id: string | null): boolean => samples.some((each) => each.id === id);
    const calls = liveCalls
      .list(tenantId)
      .filter((call) => reachesCall(who, 'live:read', call) && !isSample(call.queueId))
      .flatMap((call) => (call.state === 'ended' ? [] : [callRow(call, call.state)]));
    const waiting = liveCalls.list(tenantId).filter(({ state }) => state === 'queued');
    const isHere = liveCalls.isHere !== false;
    const states = new Map(liveCalls.agentStates(tenantId).map((each) => [each.agentId, each]));
    return {
      at: iso(nowMs),
      since: iso(sinceMs),
      isHere,
      serviceLevelSeconds,
      queues: ownQueues
        .filter(({ id: queueId }) => !isSample(queueId))
        .map((queue) =>
          queueRow(
            queue,
            waiting,
            day.find(({ queueId }) => queueId === queue.id),
          ),
        ),
      agents: allAgents
        .filter((agent) => reachesAgent(who, 'live:read', agent) && !isSample(agent.id))
        .map((agent) => agentRow(agent, states.get(agent.id), isHere)),
      calls: calls.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).slice(0, MAX_CALLS),
      callCount: calls.length,
    };
  };

  return [
    route('GET /live', {
      summary:
        'The wallboard: waiting callers, agents, calls in progress, and the day of each queue',
      answer: board,
      handle: ({ who }) => show(who),
    }),
  ];
};
