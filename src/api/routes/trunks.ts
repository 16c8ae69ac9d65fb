/** What stored trunks are doing now: whether their peers are there, and whether a number rings through them. */
import { z } from 'zod';
import type { FaultCode } from '#base/fault.ts';
import type { TestTrunkRefusal, TrunkState } from '#ports/live-calls.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { found, refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, instant, pageOf, telephone } from '../schemas.ts';
import { orderOf, pageOnly } from './collections.ts';

const trunkState = z
  .object({
    trunkId: z.string(),
    state: z
      .enum(['reachable', 'unreachable', 'unknown'])
      .describe('By OPTIONS; a peer that answers 503 takes no calls and is unreachable'),
    since: instant.nullable().describe('In this state since then; null while unknown'),
    lastAnswerAt: instant.nullable().describe('Of any kind, since the calls were started'),
    status: z.number().nullable().describe('SIP status of the answer to the last question'),
    roundTripMs: z.number().nullable(),
  })
  .meta({ id: 'TrunkState' });

const testOutcome = z
  .object({
    result: z
      .enum(['answered', 'refused', 'no-answer', 'unreachable', 'no-media'])
      .describe('`no-media`: no port of ours was free, or the answer describes no sound we know'),
    number: z.string().describe('As it was dialled'),
    callerNumber: z.string().describe('As it was presented'),
    status: z.number().nullable().describe('Final SIP status; null without one'),
    reason: z.string().describe('Reason phrase of a refusal, or what was wrong'),
    ringingAfterMs: z.number().nullable(),
    answeredAfterMs: z.number().nullable(),
    heard: z
      .enum(['nothing', 'silence', 'sound'])
      .nullable()
      .describe('After the answer: no packet, packets of silence, or sound'),
    tookMs: z.number(),
  })
  .meta({ id: 'TestCallOutcome' });

const refusals: Readonly<Record<TestTrunkRefusal, FaultCode>> = {
  'unknown-trunk': 'api/not-found',
  'invalid-number': 'call/invalid-number',
  'prefix-not-allowed': 'call/prefix-not-allowed',
  'emergency-number': 'trunk/emergency-number',
  'too-many': 'trunk/too-many-tests',
  'no-capacity': 'call/no-capacity',
};

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const viewOf = (trunkId: string, state: TrunkState | undefined): z.output<typeof trunkState> => ({
  trunkId,
  state: state?.state ?? 'unknown',
  since: iso(state?.sinceMs ?? null),
  lastAnswerAt: iso(state?.answeredAtMs ?? null),
  status: state?.status ?? null,
  roundTripMs: state?.roundTripMs ?? null,
});

export const trunkRoutes = ({
  administration,
  liveCalls,
}: ApiDependencies): readonly RouteFacts[] => {
  const { trunks, audit } = administration;
  return [
    route('GET /trunk-states', {
      summary: 'Whether the peers of the trunks are there, in the order of the trunks',
      query: pageOnly,
      answer: pageOf(trunkState),
      handle: async ({ who, query }) => {
        const page = await trunks.list(who, orderOf(query));
        const states = new Map(
          liveCalls.trunkStates(who.tenantId).map((row) => [row.trunkId, row]),
        );
        const items = page.items.map(({ id }) => viewOf(id, states.get(id)));
        return { items, nextCursor: page.nextCursor };
      },
    }),
    route('POST /trunks/:id/test-call', {
      summary:
        'Dial a number by this trunk, beep for four seconds at whoever answers, hang up, and tell what happened',
      params: idParams,
      body: z.strictObject({ to: telephone }),
      answer: testOutcome,
      handle: async ({ who, params, body }) => {
        const { id } = found(await trunks.find(who, params.id));
        const subject = { subjectKind: 'trunk', subjectId: id };
        // Before it is dialled: a call that cannot be written down is not made, and one that is refused was tried.
        await audit.note(who, { action: 'trunk.test-call', ...subject, detail: { to: body.to } });
        const order = { tenantId: who.tenantId, trunkId: id, to: body.to };
        const tested = await liveCalls.testTrunk(order);
        if (!tested.ok) {
          const isLimit = tested.error === 'too-many';
          throw refused({
            code: refusals[tested.error],
            ...(isLimit && { retryAfterSeconds: 600 }),
          });
        }
        const { result, number, status, answeredAfterMs, tookMs } = tested.value;
        await audit.note(who, {
          action: 'trunk.test-call-end',
          ...subject,
          detail: { number, result, status, answeredAfterMs, tookMs },
        });
        return tested.value;
      },
    }),
  ];
};
