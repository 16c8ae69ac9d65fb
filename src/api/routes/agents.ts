/** Agents: what is stored about them, and what they are doing now. */
import type { z } from 'zod';
import type { AgentView, Principal } from '#ports/administration.ts';
import type { LiveAgent } from '#ports/live-calls.ts';
import { reachOf } from '#core/policy/rights.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { accepted, found, refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import {
  agent,
  agentChange,
  createdAgent,
  idParams,
  newAgent,
  pageOf,
  settableAgentState,
} from '../schemas.ts';
import { reachesAgent } from '../scope.ts';
import { orderOf, pageOnly } from './collections.ts';

const instantOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

const withState = (
  who: Principal,
  view: AgentView,
  { live, isHere }: { readonly live: LiveAgent | undefined; readonly isHere: boolean },
): z.output<typeof agent> => ({
  ...view,
  state: live?.state ?? (isHere ? 'unavailable' : null),
  stateSince: instantOrNull(live?.sinceMs),
  registeredContacts: live?.registeredContacts ?? (isHere ? 0 : null),
  unavailableReason: live?.awayReason ?? null,
  wrapUpUntil: instantOrNull(live?.wrapUpUntilMs),
  maySetState:
    isHere && reachOf(who.role, 'agents:state') !== null && reachesAgent(who, 'agents:state', view),
});

export const agentRoutes = ({
  administration,
  liveCalls,
}: ApiDependencies): readonly RouteFacts[] => {
  const { agents, audit } = administration;
  const isHere = (): boolean => liveCalls.isHere !== false;

  const present = (who: Principal, view: AgentView): z.output<typeof agent> =>
    withState(who, view, {
      live: liveCalls.agentStates(who.tenantId).find((live) => live.agentId === view.id),
      isHere: isHere(),
    });

  const setState = (who: Principal, view: AgentView, state: 'available' | 'unavailable') => {
    const result = liveCalls.setAgentState(who.tenantId, view.id, state);
    if (result.ok) return withState(who, view, { live: result.value, isHere: true });
    throw refused(
      result.error === 'in-call'
        ? { code: 'agent/in-call' }
        : { code: 'agent/not-loaded', retryAfterSeconds: 1 },
    );
  };

  return [
    route('GET /agents', {
      summary: 'List the agents with what they are doing now',
      query: pageOnly,
      answer: pageOf(agent),
      handle: async ({ who, query }) => {
        const page = await agents.list(who, orderOf(query));
        const live = new Map(liveCalls.agentStates(who.tenantId).map((row) => [row.agentId, row]));
        const items = page.items.map((view) =>
          withState(who, view, { live: live.get(view.id), isHere: isHere() }),
        );
        return { items, nextCursor: page.nextCursor };
      },
    }),
    route('POST /agents', {
      summary: 'Make an agent; without sipPassword one is made and shown this once',
      body: newAgent,
      status: 201,
      answer: createdAgent,
      handle: async ({ who, body }) => {
        const created = accepted(await agents.create(who, body));
        return { ...present(who, created), sipPassword: created.sipPassword };
      },
    }),
    route('GET /agents/:id', {
      summary: 'Show one agent',
      params: idParams,
      answer: agent,
      handle: async ({ who, params }) => present(who, found(await agents.find(who, params.id))),
    }),
    route('PATCH /agents/:id', {
      summary: 'Change an agent; what is absent stays',
      params: idParams,
      body: agentChange,
      answer: agent,
      handle: async ({ who, params, body }) => {
        const { state, ...change } = body;
        const view = accepted(await agents.change(who, params.id, change));
        return state === undefined ? present(who, view) : setState(who, view, state);
      },
    }),
    route('DELETE /agents/:id', {
      summary: 'Remove an agent',
      params: idParams,
      handle: async ({ who, params }) => {
        accepted(await agents.remove(who, params.id));
      },
    }),
    route('PUT /agents/:id/state', {
      summary: 'Make an agent available or unavailable',
      params: idParams,
      body: settableAgentState,
      answer: agent,
      handle: async ({ who, params, body }) => {
        const view = found(await agents.find(who, params.id));
        if (!reachesAgent(who, 'agents:state', view)) throw refused({ code: 'api/not-found' });
        const changed = setState(who, view, body.state);
        await audit.note(who, {
          action: 'agent.state',
          subjectKind: 'agent',
          subjectId: view.id,
          detail: { state: body.state },
        });
        return changed;
      },
    }),
  ];
};
