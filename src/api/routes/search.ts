/** The search field: a telephone number, an agent, or the id of a call or recording. */
import { z } from 'zod';
import type { CallId, RecordingId } from '#core/ids.ts';
import { normaliseNumber } from '#core/routing/phone-number.ts';
import { reachOf } from '#core/policy/rights.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { callView, recordingView } from '../library-view.ts';
import { call, recording } from '../record-schemas.ts';
import { route, type RouteFacts } from '../route.ts';
import { scopeOf } from '../scope.ts';
import { shownTo } from '../shown-listeners.ts';

/** A field shows a handful; the lists show the rest. */
const SHOWN = 5;
const NO_CURSOR = { limit: SHOWN, after: null };

const searchQuery = z.strictObject({ q: z.string().trim().min(2).max(100) });

const found = z
  .object({
    number: z
      .string()
      .nullable()
      .describe(
        'The text as a telephone number, as calls are filed under it; null when it is none',
      ),
    calls: z.array(call).describe('Of this id, of this number, newest first; at most five'),
    recordings: z.array(recording).describe('Of this id; at most one'),
    agents: z
      .array(z.object({ id: z.string(), name: z.string(), agentId: z.string() }))
      .describe('Whose name, agent id or SIP user name has the text in it; at most five'),
  })
  .meta({ id: 'Found' });

/** Digits and what people write between them; `alice` and `1001-b` are no numbers. */
const isNumber = (text: string): boolean => /^[+(\d*#][\d*#\s().\-/]*$/.test(text);

export const searchRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, library, liveCalls } = deps;
  return [
    route('GET /search', {
      summary: 'Find calls by number or id, recordings by id, agents by name',
      query: searchQuery,
      answer: found,
      handle: async ({ who, query: { q } }) => {
        const country = (await administration.tenants.find(who, who.tenantId))?.country ?? '';
        const number = isNumber(q) ? normaliseNumber(q, country) : null;
        const scope = scopeOf(who, 'calls:read');
        const [byId, byNumber, one, agents] = await Promise.all([
          library.call(scope, q as CallId),
          number === null ? null : library.calls(scope, { number }, NO_CURSOR),
          library.recording(scopeOf(who, 'recordings:read'), q as RecordingId),
          reachOf(who.role, 'agents:read') === null
            ? []
            : administration.searchAgents(who, q, SHOWN),
        ]);
        const shown = await shownTo(administration.tenants, who);
        const calls = byId ? [byId] : (byNumber?.items ?? []);
        return {
          number,
          calls: calls.map((row) => {
            const live = liveCalls.find(who.tenantId, row.callId);
            return callView(row, live && shown(live));
          }),
          recordings: one ? [recordingView(one)] : [],
          agents: agents.map(({ id, name, agentId }) => ({ id, name, agentId })),
        };
      },
    }),
  ];
};
