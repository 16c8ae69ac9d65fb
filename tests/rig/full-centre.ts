/** A centre with something on every page: what people make, with names as long as they may be, and calls that were really held. */
import { openOrders } from './outbound-orders.ts';
import { until } from './programs.ts';
import type { Server } from './server.ts';
import { toneWav } from './tone-wav.ts';

export interface FullCentre {
  /** In the address of a page that shows one thing. */
  readonly ids: Readonly<Record<'/calls/$id' | '/recordings/$id' | '/outbound-tasks/$id', string>>;
  readonly queueId: string;
  readonly agentId: string;
  readonly trunkId: string;
}

/** A word that no line can be broken in. */
const longName = `Kundendienst${'und'.repeat(20)}Beschwerdestelle`;
const callerNumber = '+12025550100';

const oneId = async (server: Server, path: string): Promise<string> =>
  (await server.request<{ items: { id: string }[] }>('GET', path)).items[0]?.id ?? '';

/** Calls of built-in phones, with their recordings; takes about half a minute. */
const holdSampleCalls = async (server: Server): Promise<void> => {
  await server.request('PUT', '/settings/call-recording', {
    body: { useCallRecording: true, inbound: { record: true }, dualChannel: true },
  });
  await server.request('POST', '/sample-data');
  await until(
    'four recordings are ready',
    async () => {
      const { items } = await server.request<{ items: { state: string }[] }>('GET', '/recordings');
      return items.filter(({ state }) => state === 'ready').length === 4 ? true : undefined;
    },
    { deadlineMs: 300_000, everyMs: 500 },
  );
};

export const fillCentre = async (server: Server): Promise<FullCentre> => {
  const post = (path: string, body: object): Promise<{ id: string }> =>
    server.request('POST', path, { body });
  const orders = await openOrders(server);
  const tenantId = await oneId(server, '/tenants');
  await server.request('PATCH', `/tenants/${tenantId}`, {
    body: { allowedPrefixes: ['+1'], country: 'US', timeZone: 'America/New_York' },
  });
  const queue = await post('/queues', { name: longName });
  await post('/queues', { name: 'Sales', parentId: queue.id });
  const agent = await post('/agents', {
    name: `Ada ${longName}`,
    email: `ada@${'a-very-long-company-name'.repeat(2)}.example`,
    agentId: '1001',
    sipUsername: 'ada',
    queueIds: [queue.id],
  });
  const trunk = await orders.trunk('Carrier', 9, [
    callerNumber,
    '+12025550101',
    '+12025550102',
    '+12025550103',
  ]);
  await post('/numbers', { number: '1000', target: { kind: 'queue', id: queue.id } });
  await server.request('PUT', '/settings/email', {
    body: {
      host: 'mail.example.test',
      port: 587,
      security: 'starttls',
      username: 'callreel',
      password: 'a password',
      fromAddress: 'calls@example.test',
      fromName: longName,
      version: 0,
    },
  });
  const voiceAssetId = await orders.asset('MarchPayReminder_V2', toneWav(440, 1));
  const rosterId = await orders.roster('March reminders', ['+12025550111', 'nobody', '911']);
  const task = await orders.order({
    name: 'March reminder with a name as long as they are',
    voiceAssetId,
    rosterId,
    callerNumbers: [callerNumber],
    notBefore: '2099-03-01T09:00:00Z',
  });
  await post('/do-not-call', { numbers: ['+12025550133'], note: longName });
  await holdSampleCalls(server);
  const recordingId = await oneId(server, '/recordings');
  await server.request('PUT', `/recordings/${recordingId}/tags`, {
    body: { tags: ['complaint', longName.slice(0, 40)] },
  });
  await post(`/recordings/${recordingId}/notes`, {
    text: `Listen again. ${longName}`,
    momentMs: 1000,
  });
  return {
    ids: {
      '/calls/$id': await oneId(server, '/calls'),
      '/recordings/$id': recordingId,
      '/outbound-tasks/$id': task,
    },
    queueId: queue.id,
    agentId: agent.id,
    trunkId: trunk.id,
  };
};
