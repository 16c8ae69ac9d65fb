/** What agents chose by hand, kept over restarts: a phone that registers again says that somebody is there, not that calls may come. */
import type { AgentEntry } from '#core/directory.ts';
import type { AgentId } from '#core/ids.ts';

export interface AgentWishes {
  /** Whether the agent chose to be unavailable, the last time one was chosen. */
  isAway(agentId: AgentId): boolean;
  /** Never waits and never throws; what cannot be written now is written later. */
  keep(agent: Pick<AgentEntry, 'id' | 'tenantId'>, state: 'available' | 'unavailable'): void;
}
