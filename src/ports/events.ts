import type { TenantId } from '#core/ids.ts';

/** Says that something changed, never what it is now: the receiver reads it again with its own rights. */
export interface ChangeEvent {
  readonly tenantId: TenantId;
  readonly topic:
    | 'calls'
    | 'recordings'
    | 'agents'
    | 'settings'
    | 'alarms'
    | 'tasks'
    | 'rosters'
    | 'voice-assets'
    | 'exports'
    | 'trunks';
  readonly id: string;
}

export interface ChangeFeed {
  publish(event: ChangeEvent): void;
  /** @returns a function that ends the subscription; idempotent */
  subscribe(listener: (event: ChangeEvent) => void): () => void;
}
