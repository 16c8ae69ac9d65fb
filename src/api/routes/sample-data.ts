/** Sample data: made on request, removed by one act. */
import { z } from 'zod';
import type { SampleView } from '#ports/sample-data.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { accepted } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';

const sampleData = z
  .object({
    state: z.enum(['none', 'making', 'ready']),
    canBeMade: z.boolean().describe('There is none, and the tenant has no call of its own'),
    queueIds: z.array(z.string()),
    agentIds: z.array(z.string()),
    numberIds: z.array(z.string()),
    trunkIds: z.array(z.string()),
    calls: z.number(),
    recordings: z.number(),
  })
  .meta({ id: 'SampleData' });

const shown = (view: SampleView): z.output<typeof sampleData> => ({
  ...view,
  queueIds: [...view.queueIds],
  agentIds: [...view.agentIds],
  numberIds: [...view.numberIds],
  trunkIds: [...view.trunkIds],
});

export const sampleDataRoutes = ({ sampleData: desk }: ApiDependencies): readonly RouteFacts[] => [
  route('GET /sample-data', {
    summary: 'Whether the tenant has sample data, and what of it',
    answer: sampleData,
    handle: async ({ who }) => shown(await desk.view(who.tenantId)),
  }),
  route('POST /sample-data', {
    summary:
      'Make sample queues, agents and calls: built-in phones hold real calls for about half a minute',
    status: 202,
    answer: sampleData,
    handle: async ({ who }) => shown(accepted(await desk.make(who))),
  }),
  route('DELETE /sample-data', {
    summary: 'Remove all sample data, its calls and recordings included',
    handle: async ({ who }) => {
      accepted(await desk.remove(who));
    },
  }),
];
