import type { TenantId } from '#core/ids.ts';

/** Something a person has to look at, until it is cleared. Raising what is raised already only refreshes its words. */
export interface Alarms {
  raise(alarm: {
    /** Null = of the installation. */
    readonly tenantId: TenantId | null;
    /** A fault code or `balance/calls`. */
    readonly kind: string;
    readonly subjectId: string | null;
    readonly message: string;
    readonly facts?: Readonly<Record<string, unknown>>;
  }): Promise<void>;
  /** Idempotent. */
  clear(alarm: {
    readonly tenantId: TenantId | null;
    readonly kind: string;
    readonly subjectId: string | null;
  }): Promise<void>;
}

export interface StandingAlarm {
  readonly tenantId: TenantId | null;
  readonly kind: string;
  readonly subjectId: string | null;
}

/** For figures. */
export interface OpenAlarms {
  /** How many alarms are not cleared, of every tenant and of the installation, by kind. */
  openByKind(): Promise<ReadonlyMap<string, number>>;
}

/** For whoever has to know what an earlier life left standing. */
export interface StandingAlarms extends Alarms {
  /** Alarms of these kinds, of every tenant, that are not cleared. */
  standing(kinds: readonly string[]): Promise<readonly StandingAlarm[]>;
}
