import type { TenantId } from '#core/ids.ts';

/** Calls: answered = ready + declined + excluded + failed + in progress (spec decision 32). */
export interface Balance {
  readonly answered: number;
  readonly ready: number;
  readonly declined: number;
  readonly excluded: number;
  readonly failed: number;
  readonly inProgress: number;
  /** Answered calls without one of the outcomes; anything but 0 is an alarm. */
  readonly difference: number;
  /** Calls whose outcome is not what their recordings say; each is an alarm. The first 100. */
  readonly disagreeing: readonly string[];
}

export interface BalanceRows {
  /** Every tenant that is not deleted. */
  tenants(): Promise<readonly TenantId[]>;
  read(tenantId: TenantId): Promise<Balance>;
}
