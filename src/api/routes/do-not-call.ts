/** Numbers that no task dials. */
import { z } from 'zod';
import type { ApiDependencies } from '../dependencies.ts';
import { accepted, found } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { instant, pageOf, pageQuery } from '../schemas.ts';
import { orderOf, pageAnswer } from './collections.ts';

const entry = z
  .object({
    number: z.string().describe('E.164'),
    source: z.enum(['person', 'opt-out']).describe('Put there by hand, or by a key during a call'),
    note: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'DoNotCallEntry' });

const listQuery = z.strictObject({
  ...pageQuery,
  search: z.string().max(40).default('').describe('Digits that the number contains'),
});

const entries = z.strictObject({
  numbers: z.array(z.string().min(1).max(40)).min(1).max(1000),
  note: z.string().trim().max(200).default(''),
});

export const doNotCallRoutes = ({ doNotCall }: ApiDependencies): readonly RouteFacts[] => [
  route('GET /do-not-call', {
    summary: 'List the numbers that no task dials',
    query: listQuery,
    answer: pageOf(entry),
    handle: async ({ who, query }) =>
      pageAnswer(await doNotCall.list(who, orderOf(query), query.search)),
  }),
  route('POST /do-not-call', {
    summary: 'Add numbers; those that are listed already change nothing',
    body: entries,
    status: 201,
    answer: z.object({ added: z.number() }),
    handle: async ({ who, body }) => accepted(await doNotCall.add(who, body.numbers, body.note)),
  }),
  route('GET /do-not-call/:number', {
    summary:
      'Whether a number is listed, as it would be dialled: a dial pad warns; 404 when it is not',
    params: z.strictObject({ number: z.string().min(1).max(40) }),
    answer: entry,
    handle: async ({ who, params }) => found(await doNotCall.find(who, params.number)),
  }),
  route('DELETE /do-not-call/:number', {
    summary: 'Take a number off the list',
    params: z.strictObject({ number: z.string().min(1).max(40) }),
    handle: async ({ who, params }) => {
      accepted(await doNotCall.remove(who, params.number));
    },
  }),
];
