/** Checks the account of every tenant's calls now and then: what does not balance is an alarm until it does (spec decision 32). */
import { asFault } from '#base/fault.ts';
import { repeat } from '#base/repeat.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { BalanceRows } from '#ports/balance.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';

export interface BalanceWatchOptions {
  readonly rows: BalanceRows;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly log: Log;
  /** An hour unless told: the check reads every call of a tenant. */
  readonly everyMs?: number;
}

const kind = 'balance/calls';

/** @returns how many tenants' accounts do not balance */
export const checkBalance = async ({ rows, alarms, log }: BalanceWatchOptions): Promise<number> => {
  let unbalanced = 0;
  for (const tenantId of await rows.tenants()) {
    const { difference, disagreeing, ...counts } = await rows.read(tenantId);
    if (difference === 0 && disagreeing.length === 0) {
      await alarms.clear({ tenantId, kind, subjectId: null });
      continue;
    }
    unbalanced++;
    log.error('balance.difference', { tenantId, difference, disagreeing: disagreeing.length });
    await alarms.raise({
      tenantId,
      kind,
      subjectId: null,
      message: `${difference} answered call(s) have no outcome, ${disagreeing.length} have another than their recordings say`,
      facts: { ...counts, difference, disagreeing },
    });
  }
  return unbalanced;
};

/** The first time after one pause. @returns what ends it */
export const watchBalance = (options: BalanceWatchOptions): (() => Promise<void>) => {
  const { clock, log, everyMs = 3_600_000 } = options;
  return repeat({
    clock,
    everyMs,
    firstAfterMs: everyMs,
    work: () => checkBalance(options),
    onFailure: (thrown) => {
      const { code, message } = asFault(thrown, 'ledger/projection');
      log.warn('balance.not-checked', { code, reason: message });
    },
  });
};
