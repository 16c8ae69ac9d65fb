/** First steps: a call centre to try, and a call to it. */
import { z } from 'zod';
import type { FaultCode } from '#base/fault.ts';
import type { TryOutCallRefusal } from '#ports/try-out.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';

const tryOut = z
  .object({
    number: z.string(),
    trunk: z.object({ host: z.string(), port: z.number() }),
    queueId: z.string(),
    agent: z.object({
      id: z.string(),
      sipUsername: z.string(),
      sipPassword: z
        .string()
        .nullable()
        .describe('Shown this once; null when the agent was there before and keeps theirs'),
    }),
  })
  .meta({ id: 'TryOut' });

export const tryOutCall = z
  .object({
    number: z.string(),
    callerNumber: z.string().describe('The call and its recording are found by it'),
  })
  .meta({ id: 'TryOutCall' });

const refusals: Readonly<Record<TryOutCallRefusal['why'], FaultCode>> = {
  'not-made': 'try-out/not-made',
  busy: 'try-out/busy',
  'port-taken': 'try-out/port-taken',
  'not-answered': 'try-out/not-answered',
};

export const tryOutRoutes = (deps: ApiDependencies): readonly RouteFacts[] => [
  route('POST /try-out', {
    summary: 'Make a call centre to try: a trunk on this machine, a number, a queue, an agent',
    status: 201,
    answer: tryOut,
    handle: async ({ who }) => {
      const made = await deps.tryOut.make(who.tenantId);
      const note = { subjectKind: 'queue', subjectId: made.queueId, detail: {} };
      await deps.administration.audit.note(who, { action: 'try-out.make', ...note });
      return made;
    },
  }),
  route('POST /try-out/call', {
    summary: 'Ring the try-out number from the built-in phone; answer on the agent’s phone',
    status: 202,
    answer: tryOutCall,
    handle: async ({ who }) => {
      const result = await deps.tryOut.call(who.tenantId);
      if (!result.ok)
        throw refused({ code: refusals[result.error.why], detail: result.error.detail });
      const note = { subjectKind: 'number', subjectId: result.value.number, detail: {} };
      await deps.administration.audit.note(who, { action: 'try-out.call', ...note });
      return result.value;
    },
  }),
];
