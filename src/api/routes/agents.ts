/** Agents: what is stored about them, and what they are doing now. */
import type { z } from 'zod';
import type { AgentView } from '#ports/administration.ts';
import type { LiveAgent } from '#ports/live-calls.ts';
import type { TenantId } from '#core/ids.ts';
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

const withState = (view: AgentView, live: LiveAgent | undefined): z.output<typeof agent> => ({
  ...view,
  state: live?.state ?? 'unavailable',
  stateSince: instantOrNull(live?.sinceMs),
  registeredContacts: live?.registeredContacts ?? 0,
  unavailableReason: live?.awayReason ?? null,
  wrapUpUntil: instantOrNull(live?.wrapUpUntilMs),
});

export const agentRoutes = ({
  administration,
  liveCalls,
}: ApiDependencies): readonly RouteFacts[] => {
  const { agents, audit } = administration;

  const present = (tenantId: TenantId, view: AgentView): z.output<typeof agent> =>
    withState(
      view,
      liveCalls.agentStates(tenantId).find((live) => live.agentId === view.id),
    );

  const setState = (tenantId: TenantId, view: AgentView, state: 'available' | 'unavailable') => {
    const result = liveCalls.setAgentState(tenantId, view.id, state);
    if (result.ok) return withState(view, result.value);
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
        const items = page.items.map((view) => withState(view, live.get(view.id)));
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
        return { ...present(who.tenantId, created), sipPassword: created.sipPassword };
      },
    }),
    route('GET /agents/:id', {
      summary: 'Show one agent',
      params: idParams,
      answer: agent,
      handle: async ({ who, params }) =>
        present(who.tenantId, found(await agents.find(who, params.id))),
    }),
    route('PATCH /agents/:id', {
      summary: 'Change an agent; what is absent stays',
      params: idParams,
      body: agentChange,
      answer: agent,
      handle: async ({ who, params, body }) => {
        const { state, ...change } = body;
        const view = accepted(await agents.change(who, params.id, change));
        return state === undefined
          ? present(who.tenantId, view)
          : setState(who.tenantId, view, state);
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
        const changed = setState(who.tenantId, view, body.state);
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
