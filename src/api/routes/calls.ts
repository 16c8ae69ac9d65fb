import type { AgentId, CallId } from '#core/ids.ts';
import type { FaultCode } from '#base/fault.ts';
import type { Principal } from '#ports/administration.ts';
import type { CallActionRefusal, LiveCall, PlaceCallRefusal } from '#ports/live-calls.ts';
import type { ApiDependencies } from '../dependencies.ts';
import {
  callDetailView,
  callView,
  pageAnswer,
  pageRequest,
  sharedFilter,
  unprojectedCall,
} from '../library-view.ts';
import { found, refused } from '../problem.ts';
import { call, callAction, callDetail, callQuery, newCall, placedCall } from '../record-schemas.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, pageOf } from '../schemas.ts';
import { reachesAgent, reachesCall, scopeOf } from '../scope.ts';
import { shownTo } from '../shown-listeners.ts';

const actionRefusals: Readonly<Record<CallActionRefusal, FaultCode>> = {
  'unknown-call': 'call/not-connected',
  'not-connected': 'call/not-connected',
  'already-so': 'call/already-so',
};

const placeRefusals: Readonly<Record<PlaceCallRefusal, FaultCode>> = {
  'unknown-agent': 'agent/not-loaded',
  'agent-not-registered': 'call/agent-not-registered',
  'agent-busy': 'call/agent-busy',
  'invalid-number': 'call/invalid-number',
  'prefix-not-allowed': 'call/prefix-not-allowed',
  'no-trunk': 'call/no-trunk',
  'no-capacity': 'call/no-capacity',
};

export const callRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, doNotCall, library, liveCalls } = deps;
  const { agents, audit, tenants } = administration;

  const countryOf = async (who: Principal): Promise<string> =>
    (await tenants.find(who, who.tenantId))?.country ?? '';

  const liveWithin = (who: Principal, id: string): LiveCall | undefined => {
    const live = liveCalls.find(who.tenantId, id as CallId);
    return live && reachesCall(who, 'calls:read', live) ? live : undefined;
  };

  /** 404 for a call that is not there at all, 409 for one that is over. */
  const findActable = async (who: Principal, id: string): Promise<LiveCall> => {
    const live = liveCalls.find(who.tenantId, id as CallId);
    if (live && reachesCall(who, 'calls:act', live)) return live;
    found(await library.call(scopeOf(who, 'calls:act'), id as CallId));
    throw refused({
      code: liveCalls.isHere === false ? 'call/other-process' : 'call/not-connected',
    });
  };

  return [
    route('GET /calls', {
      summary: 'List calls, newest first',
      query: callQuery,
      answer: pageOf(call),
      handle: async ({ who, query }) => {
        const filter = {
          ...sharedFilter(query, query.number === undefined ? '' : await countryOf(who)),
          ...(query.outcome !== undefined && { outcome: query.outcome }),
        };
        const scope = scopeOf(who, 'calls:read');
        const page = await library.calls(scope, filter, pageRequest(query));
        const shown = await shownTo(tenants, who);
        return pageAnswer(page, (row) => {
          const live = liveCalls.find(who.tenantId, row.callId);
          return callView(row, live && shown(live));
        });
      },
    }),
    route('GET /calls/:id', {
      summary: 'One call: legs, segments, why it was or was not recorded',
      params: idParams,
      answer: callDetail,
      handle: async ({ who, params }) => {
        const row = await library.call(scopeOf(who, 'calls:read'), params.id as CallId);
        const up = liveWithin(who, params.id);
        const live = up && (await shownTo(tenants, who))(up);
        return row ? callDetailView(row, live) : unprojectedCall(found(live));
      },
    }),
    route('POST /calls', {
      summary: 'Ring an agent, then dial for them',
      body: newCall,
      status: 201,
      answer: placedCall,
      handle: async ({ who, body }) => {
        const agent = found(await agents.find({ ...who, role: 'admin' }, body.agentId));
        if (!reachesAgent(who, 'calls:place', agent)) throw refused({ code: 'api/not-found' });
        const isListed = (await doNotCall.find(who, body.to)) !== null;
        const result = await liveCalls.place({
          tenantId: who.tenantId,
          agentId: body.agentId as AgentId,
          to: body.to,
          ...(body.callerNumber !== undefined && { callerNumber: body.callerNumber }),
        });
        if (!result.ok) throw refused({ code: placeRefusals[result.error] });
        await audit.note(who, {
          action: 'call.create',
          subjectKind: 'call',
          subjectId: result.value,
          detail: { type: body.type, agentId: body.agentId, ...(isListed && { isListed }) },
        });
        const warnings = isListed ? (['do-not-call'] as const) : [];
        return { id: result.value, sessionId: result.value, warnings: [...warnings] };
      },
    }),
    route('POST /calls/:id/actions', {
      summary: 'Act on a call that is up',
      params: idParams,
      body: callAction,
      answer: callDetail,
      handle: async ({ who, params, body }) => {
        const { callId } = await findActable(who, params.id);
        const result = await liveCalls.act(who.tenantId, callId, body);
        if (!result.ok) throw refused({ code: actionRefusals[result.error] });
        const note = { subjectKind: 'call', subjectId: callId, detail: { action: body.action } };
        await audit.note(who, { action: 'call.act', ...note });
        const row = await library.call(scopeOf(who, 'calls:act'), callId);
        const live = (await shownTo(tenants, who))(result.value);
        return row ? callDetailView(row, live) : unprojectedCall(live);
      },
    }),
  ];
};
