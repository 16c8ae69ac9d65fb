/** What a directory holds of a centre in Indonesia; a test names only what it is about. */
import type { AgentEntry, QueueEntry, TenantEntry, TrunkEntry } from '#core/directory.ts';
import type { AgentId, QueueId, TenantId, TrunkId } from '#core/ids.ts';

export const tenantEntry = (facts: Partial<TenantEntry> = {}): TenantEntry => ({
  id: 'centre' as TenantId,
  name: 'Centre',
  timeZone: 'UTC',
  country: 'ID',
  recording: {
    useCallRecording: true,
    inbound: { record: true },
    callback: { record: true },
    agentOut: { record: true },
    dualChannel: true,
    endUserChannel: 'left',
  },
  allowedPrefixes: [],
  emergencyNumbers: ['112'],
  wrapUpSeconds: 30,
  ...facts,
});

export const trunkEntry = (facts: Partial<TrunkEntry> & { tenantId: TenantId }): TrunkEntry => ({
  id: 'trunk' as TrunkId,
  name: 'Trunk',
  host: '127.0.0.1',
  port: 5080,
  transport: 'udp',
  credentials: null,
  allowedAddresses: ['127.0.0.1:5080'],
  callerNumbers: [],
  order: 1,
  ...facts,
});

export const agentEntry = (
  name: string,
  facts: Partial<AgentEntry> & { tenantId: TenantId },
): AgentEntry => ({
  id: name as AgentId,
  email: `${name}@centre.example`,
  name,
  agentId: name,
  sipUsername: name,
  ha1: { md5: '', sha256: '' },
  queueIds: [],
  callerNumber: null,
  ...facts,
});

export const queueEntry = (
  name: string,
  facts: Partial<QueueEntry> & { tenantId: TenantId },
): QueueEntry => ({
  id: name as QueueId,
  name,
  channel: 'ivr',
  parentId: null,
  ringSeconds: 20,
  maxWaitSeconds: 0,
  waitingTone: 'ringback',
  ...facts,
});
