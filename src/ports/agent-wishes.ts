/** What agents chose by hand, kept over restarts: a phone that registers again says that somebody is there, not that calls may come. */
import type { AgentEntry } from '#core/directory.ts';
import type { AgentId } from '#core/ids.ts';

export interface AgentWishes {
  /** Since when the agent is unavailable by choice, in wall milliseconds; null when the last choice was another. */
  awaySinceMs(agentId: AgentId): number | null;
  /** Chosen now; whoever is away already stays so since then. Never waits and never throws; what cannot be written now is written later. */
  keep(agent: Pick<AgentEntry, 'id' | 'tenantId'>, state: 'available' | 'unavailable'): void;
}
