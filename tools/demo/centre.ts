/** The contact centre of the demo, made over the API: trunk → number → queue → agent. What is there from the last time is used again. */
import { randomBytes } from 'node:crypto';
import type { Api } from './api.ts';

export interface DemoCentre {
  readonly number: string;
  readonly agentId: string;
  readonly sipUsername: string;
  readonly sipPassword: string;
  /** Takes back what the demo changed in the settings of a server that is not its own. */
  restore(): Promise<void>;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Settings {
  readonly useCallRecording: boolean;
  readonly inbound: { readonly record: boolean };
}

const ensure = async (
  api: Api,
  path: string,
  fits: (row: Named) => boolean,
  body: Readonly<Record<string, unknown>>,
): Promise<string> => {
  const known = await api.find<Named>(path, fits);
  const row = known
    ? await api.send<Named>('PATCH', `${path}/${known.id}`, body)
    : await api.send<Named>('POST', path, body);
  return row.id;
};

const recordInbound = async (api: Api): Promise<() => Promise<void>> => {
  const path = '/settings/call-recording';
  const before = await api.get<Settings>(path);
  if (before.useCallRecording && before.inbound.record) return async () => undefined;
  await api.send('PUT', path, { useCallRecording: true, inbound: { record: true } });
  const { useCallRecording, inbound } = before;
  return async () => {
    await api.send('PUT', path, { useCallRecording, inbound: { record: inbound.record } });
  };
};

/** @param trunkAddress where the customer's phone calls from, the one address the trunk allows */
export const makeDemoCentre = async (
  api: Api,
  trunkAddress: { readonly host: string; readonly port: number },
): Promise<DemoCentre> => {
  const name = 'Demo';
  const number = '19000';
  const sipUsername = 'demo-agent';
  const sipPassword = randomBytes(12).toString('base64url');
  const queueId = await ensure(api, '/queues', (row) => row.name === name, { name });
  await ensure(api, '/trunks', (row) => row.name === name, {
    name,
    host: trunkAddress.host,
    port: trunkAddress.port,
    allowedAddresses: [`${trunkAddress.host}:${trunkAddress.port}`],
  });
  const isNumber = (row: object): boolean => 'number' in row && row.number === number;
  await ensure(api, '/numbers', isNumber, { number, target: { kind: 'queue', id: queueId } });
  const restore = await recordInbound(api);
  // A new password reaches the node that judges it a moment later, and nothing tells when; a new agent can be waited for.
  const isAgent = (row: object): boolean => 'sipUsername' in row && row.sipUsername === sipUsername;
  const old = await api.find<Named>('/agents', isAgent);
  if (old) await api.remove(`/agents/${old.id}`);
  const agentId = await ensure(api, '/agents', () => false, {
    email: 'demo-agent@localhost',
    name: 'Demo Agent',
    agentId: 'demo',
    sipUsername,
    sipPassword,
    queueIds: [queueId],
  });
  return { number, agentId, sipUsername, sipPassword, restore };
};
