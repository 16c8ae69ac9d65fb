import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TenantId } from '#core/ids.ts';
import { silentLog } from '../../../tests/rig/silent.ts';
import { checkBalance, type BalanceWatchOptions } from './balance-watch.ts';

const rig = (difference: number, disagreeing: readonly string[]) => {
  const told: string[] = [];
  const options: BalanceWatchOptions = {
    rows: {
      tenants: async () => ['tenant-a' as TenantId],
      read: async () => ({
        answered: 3,
        ready: 3 - difference,
        declined: 0,
        excluded: 0,
        failed: 0,
        inProgress: 0,
        difference,
        disagreeing,
      }),
    },
    alarms: {
      raise: async ({ kind, message }) => {
        told.push(`raised ${kind}: ${message}`);
      },
      clear: async ({ kind }) => {
        told.push(`cleared ${kind}`);
      },
    },
    clock: { nowMs: () => 0, monoMs: () => 0, setTimer: () => ({ cancel: () => undefined }) },
    log: silentLog(),
  };
  return { options, told };
};

test('an account that balances clears its alarm', async () => {
  const { options, told } = rig(0, []);
  assert.equal(await checkBalance(options), 0);
  assert.deepEqual(told, ['cleared balance/calls']);
});

test('an answered call without an outcome, or with a wrong one, raises the alarm', async () => {
  for (const [difference, disagreeing] of [
    [1, []],
    [0, ['call-7']],
  ] as const) {
    const { options, told } = rig(difference, disagreeing);
    assert.equal(await checkBalance(options), 1);
    assert.match(told.join(), /^raised balance\/calls/);
  }
});
