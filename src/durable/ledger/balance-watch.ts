/** Checks the account of every tenant's calls now and then: what does not balance is an alarm until it does (spec decision 32). */
import { asFault } from '#base/fault.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { BalanceRows } from '#ports/balance.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';

export interface BalanceWatchOptions {
  readonly rows: BalanceRows;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly log: Log;
  /** An hour unless told: the check reads every call of a tenant. */
  readonly everyMs?: number;
}

export interface BalanceWatch {
  /** Idempotent. */
  close(): Promise<void>;
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

export const startBalanceWatch = (options: BalanceWatchOptions): BalanceWatch => {
  const { clock, log, everyMs = 3_600_000 } = options;
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();
  let closed = false;
  const look = async (): Promise<void> => {
    try {
      await checkBalance(options);
    } catch (thrown) {
      const fault = asFault(thrown, 'ledger/projection');
      log.warn('balance.not-checked', { code: fault.code, reason: fault.message });
    }
    schedule();
  };
  const schedule = (): void => {
    if (!closed)
      timer = clock.setTimer(everyMs, () => {
        running = look();
      });
  };
  schedule();
  return {
    close: async () => {
      closed = true;
      timer?.cancel();
      await running;
    },
  };
};
