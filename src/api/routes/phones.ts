/** Agents' phones: what one must be told to register, and a call that shows that it does. */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { AgentId, NumberId } from '#core/ids.ts';
import type { AgentView } from '#ports/administration.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { accepted, found, refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, instant } from '../schemas.ts';
import { tryOutCall } from './try-out.ts';

const phone = z
  .object({
    host: z.string().describe('Address or name of the server'),
    port: z.number().describe('For UDP and TCP'),
    domain: z.string().describe('Right of the @ in the agent’s address'),
    isLocal: z.boolean().describe('Only phones on this very machine reach it'),
    sipUsername: z.string(),
    sipPassword: z.string().nullable().describe('Only when it was made by this request'),
  })
  .meta({ id: 'PhoneSetup' });

const rung = tryOutCall
  .extend({ askedAt: instant.describe('The call begins at this instant or later') })
  .meta({ id: 'TestCall' });

const testCall = z.strictObject({
  agentId: z.string().min(1).max(64).describe('Who is to answer; is made available'),
  onBuiltInPhone: z
    .boolean()
    .default(false)
    .describe('A built-in phone registers as the agent for this call, answers and talks'),
});

/** 127.0.0.0/8 and ::1. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

export const phoneRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, liveCalls, registrar, testCalls, clock } = deps;
  const { agents, audit } = administration;

  const setUpOf = ({ sipUsername }: AgentView, sipPassword: string | null) => ({
    ...registrar,
    isLocal: isLoopback(registrar.host),
    sipUsername,
    sipPassword,
  });

  return [
    route('GET /agents/:id/phone', {
      summary: 'What a phone must be told to be this agent’s, but for the password',
      params: idParams,
      answer: phone,
      handle: async ({ who, params }) => setUpOf(found(await agents.find(who, params.id)), null),
    }),
    route('POST /agents/:id/phone', {
      summary: 'The same with a new SIP password, shown this once; phones with the old one are out',
      params: idParams,
      status: 201,
      answer: phone,
      handle: async ({ who, params }) => {
        const sipPassword = administration.newSipPassword();
        const agent = accepted(await agents.change(who, params.id, { sipPassword }));
        return setUpOf(agent, sipPassword);
      },
    }),
    route('POST /numbers/:id/test-call', {
      summary: 'Call me: the built-in phone of a customer rings this number, from this machine',
      params: idParams,
      body: testCall,
      status: 202,
      answer: rung,
      handle: async ({ who, params, body }) => {
        const { agentId, onBuiltInPhone } = body;
        const agent = found(await agents.find(who, agentId));
        const askedAt = new Date(clock.nowMs()).toISOString();
        const state = liveCalls.agentStates(who.tenantId).find((live) => live.agentId === agent.id);
        if (!onBuiltInPhone && (state?.registeredContacts ?? 0) === 0)
          throw refused({ code: 'call/agent-not-registered' });
        // Whoever missed the last call would wait for this one in vain.
        const chosen = liveCalls.setAgentState(who.tenantId, agent.id, 'available');
        if (!chosen.ok)
          throw refused({
            code: chosen.error === 'in-call' ? 'agent/in-call' : 'agent/not-loaded',
          });
        const order = { numberId: params.id as NumberId, agentId: agentId as AgentId };
        const call = accepted(await testCalls.ring(who, { ...order, onBuiltInPhone }));
        const note = { subjectKind: 'number', subjectId: params.id, detail: { ...body } };
        await audit.note(who, { action: 'number.test', ...note });
        return { ...call, askedAt };
      },
    }),
  ];
};
