import type {
  AgentEntry,
  Directory,
  NumberEntry,
  QueueEntry,
  TenantEntry,
  TrunkEntry,
} from '../directory.ts';
import type { AgentId, QueueId, TenantId } from '../ids.ts';
import { normaliseNumber } from './phone-number.ts';

/** The directory with its look-ups made once per version, so that routing a call costs the same for ten numbers or ten thousand. */
export interface DirectoryIndex {
  readonly directory: Directory;
  tenant(id: TenantId): TenantEntry | undefined;
  agent(id: AgentId): AgentEntry | undefined;
  queue(id: QueueId): QueueEntry | undefined;
  /** A tenant's number, dialled exactly as stored or in any form that means the same in the tenant's country. */
  number(tenant: TenantEntry, dialled: string): NumberEntry | undefined;
  agentByUserName(tenantId: TenantId, sipUsername: string): AgentEntry | undefined;
  agentsOfQueue(id: QueueId): readonly AgentEntry[];
  /** In the order in which outbound calls try them. */
  trunks(tenantId: TenantId): readonly TrunkEntry[];
}

const groupBy = <T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
};

const byId = <T extends { readonly id: unknown }>(items: readonly T[]): Map<T['id'], T> =>
  new Map(items.map((item) => [item.id, item]));

export const indexDirectory = (directory: Directory): DirectoryIndex => {
  const tenants = byId(directory.tenants);
  const agents = byId(directory.agents);
  const queues = byId(directory.queues);
  const numbers = new Map<string, NumberEntry>();
  for (const entry of directory.numbers) {
    const country = tenants.get(entry.tenantId)?.country ?? '';
    // Stored numbers are E.164 already in nearly every case: parsing is only for the others.
    const stored = entry.number.startsWith('+')
      ? entry.number
      : normaliseNumber(entry.number, country);
    numbers.set(`${entry.tenantId} ${entry.number}`, entry);
    numbers.set(`${entry.tenantId} ${stored}`, entry);
  }
  const userNames = new Map(
    directory.agents.map((agent) => [`${agent.tenantId} ${agent.sipUsername}`, agent]),
  );
  const members = new Map<QueueId, AgentEntry[]>();
  for (const agent of directory.agents) {
    for (const queueId of agent.queueIds) {
      const group = members.get(queueId);
      if (group === undefined) members.set(queueId, [agent]);
      else group.push(agent);
    }
  }
  const ordered = directory.trunks.toSorted((a, b) => a.order - b.order);
  const trunks = groupBy(ordered, (trunk) => trunk.tenantId);
  return {
    directory,
    tenant: (id) => tenants.get(id),
    agent: (id) => agents.get(id),
    queue: (id) => queues.get(id),
    number: (tenant, dialled) =>
      numbers.get(`${tenant.id} ${dialled}`) ??
      numbers.get(`${tenant.id} ${normaliseNumber(dialled, tenant.country)}`) ??
      // Trunks that send E.164 without the plus.
      numbers.get(`${tenant.id} +${dialled}`),
    agentByUserName: (tenantId, sipUsername) => userNames.get(`${tenantId} ${sipUsername}`),
    agentsOfQueue: (id) => members.get(id) ?? [],
    trunks: (tenantId) => trunks.get(tenantId) ?? [],
  };
};
