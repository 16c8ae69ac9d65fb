import { closeSync, openSync, readFileSync, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repeat } from '#base/repeat.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';

export interface LifeSignOptions {
  /** Of the ledger; absolute. */
  readonly folder: string;
  /** Whether anybody would ask: with no call up, nobody does. */
  readonly isNeeded: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** 250 ms unless told: what the end of a call that a crash cut off may be too early. */
  readonly everyMs?: number;
}

const nameOf = (folder: string): string => join(folder, 'alive');
/** Always as many digits, so that one write replaces the one before whole; enough until the year 2286. */
const digits = 13;
const writeAt = promisify(write);

/** @returns wall milliseconds at which the last life of the process gave its last sign; null when it never gave one */
export const readLifeSign = (folder: string): number | null => {
  try {
    const text = readFileSync(nameOf(folder), 'latin1');
    return /^\d{13}$/.test(text) ? Number(text) : null;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
};

/**
 * Says in a file, while calls are up, that the process lives: the ledger tells only of what happens, and a conversation of an hour is an
 * hour without an entry. Never synced: a power cut may take the last signs, and then journals tell, when they are salvaged, who lasted longer.
 *
 * @returns what ends it. Idempotent
 */
export const giveLifeSigns = (options: LifeSignOptions): (() => Promise<void>) => {
  const { folder, isNeeded, clock, log, everyMs = 250 } = options;
  const fd = openSync(nameOf(folder), 'a+', 0o600);
  closeSync(fd);
  const file = openSync(nameOf(folder), 'r+');
  let hasComplained = false;
  const stop = repeat({
    clock,
    everyMs,
    work: async () => {
      if (!isNeeded()) return;
      await writeAt(file, Buffer.from(String(clock.nowMs()).padStart(digits, '0')), 0, digits, 0);
      hasComplained = false;
    },
    onFailure: (thrown) => {
      // A disk that refuses this refuses the ledger too, which alarms.
      if (!hasComplained) log.warn('ledger.no-life-sign', { reason: String(thrown) });
      hasComplained = true;
    },
  });
  let isOpen = true;
  return async () => {
    await stop();
    if (isOpen) closeSync(file);
    isOpen = false;
  };
};
