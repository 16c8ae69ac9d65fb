/** A small contact centre, made over the public API alone: one trunk, one number, one queue, agents with passwords. */
import { until } from './programs.ts';
import type { Server } from './server.ts';

export interface Centre {
  readonly queueId: string;
  readonly trunkId: string;
  readonly agents: readonly CentreAgent[];
}

export interface CentreAgent {
  readonly id: string;
  readonly sipUsername: string;
  readonly sipPassword: string;
}

export interface CentreOptions {
  /** `127.0.0.1:port` of the foreign peer that plays the trunk: calls come from there and outbound calls go there. */
  readonly trunkPort: number;
  readonly agents: number;
  readonly record: boolean;
  readonly waitingTone?: 'ringback' | 'music';
  readonly ringSeconds?: number;
  /** The server that is asked has no calls: nobody can be asked whether they know the centre. */
  readonly callsElsewhere?: boolean;
}

export const makeCentre = async (server: Server, options: CentreOptions): Promise<Centre> => {
  const create = async (path: string, body: unknown): Promise<string> =>
    (await server.request<{ id: string }>('POST', path, { body })).id;
  const queueId = await create('/queues', {
    name: 'Service',
    channel: 'ivr',
    waitingTone: options.waitingTone ?? 'ringback',
    ringSeconds: options.ringSeconds ?? 20,
  });
  const trunkId = await create('/trunks', {
    name: 'Carrier',
    host: '127.0.0.1',
    port: options.trunkPort,
    transport: 'udp',
    allowedAddresses: [`127.0.0.1:${options.trunkPort}`],
    callerNumbers: ['+12025550100'],
  });
  await create('/numbers', { number: '1000', target: { kind: 'queue', id: queueId } });
  await server.request('PUT', '/settings/call-recording', {
    body: {
      useCallRecording: options.record,
      inbound: { record: options.record },
      callback: { record: options.record },
      agentOut: { record: options.record },
      dualChannel: true,
      endUserChannel: 'left',
    },
  });
  // Last: a node that knows the agents knows the rest.
  const agents: CentreAgent[] = [];
  for (let n = 1; n <= options.agents; n++) {
    const sipUsername = `agent${n}`;
    const sipPassword = `secret-${n}-of-the-test-phone`;
    const id = await create('/agents', {
      email: `agent${n}@example.test`,
      name: `Agent ${n}`,
      agentId: String(1000 + n),
      sipUsername,
      sipPassword,
      queueIds: [queueId],
    });
    agents.push({ id, sipUsername, sipPassword });
  }
  const last = agents.at(-1);
  if (last !== undefined && options.callsElsewhere !== true)
    await until('the calls know the new centre', async () => {
      const { stateSince } = await server.request<{ stateSince: string | null }>(
        'GET',
        `/agents/${last.id}`,
      );
      return stateSince === null ? undefined : true;
    });
  return { queueId, trunkId, agents };
};
