/** `DATA_DIR/phones.json`: the phones that are registered now, for the next start. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock, Timer } from '#ports/clock.ts';
import type { KeptPhone, KeptPhones } from '#ports/kept-phones.ts';
import type { Log } from '#ports/log.ts';

export interface PhonesFileOptions {
  /** The data folder, absolute. */
  readonly root: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly masterKey: Uint8Array;
  /** At most one writing within this time; 2 s unless told. */
  readonly gatherMs?: number;
}

interface Kept {
  readonly savedAtMs: number;
  readonly phones: readonly KeptPhone[];
}

/** What one phone has changed after a rest is written so soon. */
const soonMs = 20;
/** So often the file says that it still holds, also when nobody registers. */
const renewMs = 60_000;
/** A restart, also of the machine; afterwards NATs have forgotten their phones, and people may have gone home. */
const longestRestMs = 10 * 60_000;

const textOf = ['sipUsername', 'credentialsId', 'uri', 'address', 'callId'] as const;
const numberOf = ['port', 'sequence', 'q', 'expiresAtMs'] as const;

const isPhone = (value: unknown): value is KeptPhone => {
  if (typeof value !== 'object' || value === null) return false;
  const row = value as Record<string, unknown>;
  const { port, address } = row;
  return (
    textOf.every((key) => typeof row[key] === 'string') &&
    numberOf.every((key) => Number.isFinite(row[key])) &&
    isIP(String(address)) !== 0 &&
    Number.isInteger(port) &&
    Number(port) > 0 &&
    Number(port) < 65_536
  );
};

const parse = (text: string): Kept => {
  const { savedAtMs, phones } = JSON.parse(text) as Record<string, unknown>;
  return {
    savedAtMs: typeof savedAtMs === 'number' ? savedAtMs : 0,
    phones: Array.isArray(phones) ? phones.filter(isPhone) : [],
  };
};

export class PhonesFile implements KeptPhones {
  readonly #options: PhonesFileOptions;
  readonly #path: string;
  readonly #key: Uint8Array;
  #list: () => readonly KeptPhone[] = () => [];
  /** Until what has changed is written. */
  #gathering: Timer | undefined;
  /** Until the file says again that it holds. */
  #renewing: Timer | undefined;
  #writing = Promise.resolve();
  #isClosed = false;
  #hasFailed = false;
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PhonesFileOptions) {
    this.#options = options;
    this.#path = join(options.root, 'phones.json');
    this.#key = createHmac('sha256', options.masterKey).update('callreel phones').digest();
  }

  read(): readonly KeptPhone[] {
    const { clock, log } = this.#options;
    try {
      const { savedAtMs, phones } = parse(readFileSync(this.#path, 'utf8'));
      const restMs = clock.nowMs() - savedAtMs;
      return restMs >= 0 && restMs < longestRestMs ? phones : [];
    } catch (thrown) {
      const isFirst = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
      // Phones register again by themselves: a start does not fail for this.
      if (!isFirst) log.warn('phones.not-read', { reason: String(thrown) });
      return [];
    }
  }

  nameOf(secret: string): string {
    return createHmac('sha256', this.#key).update(secret).digest('base64url').slice(0, 22);
  }

  changed(list: () => readonly KeptPhone[]): void {
    this.#list = list;
    if (this.#isClosed) return;
    const { clock, gatherMs = 2000 } = this.#options;
    const sinceMs = clock.monoMs() - this.#writtenAtMs;
    // Left running: with thousands of phones something changes all the time.
    this.#gathering ??= clock.setTimer(Math.max(soonMs, gatherMs - sinceMs), () => {
      this.#gathering = undefined;
      this.#writeSoon();
    });
  }

  /** Writes once more what there is. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#gathering?.cancel();
    this.#renewing?.cancel();
    await this.#writing;
    await this.#write();
  }

  #writeSoon(): void {
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const { clock, log } = this.#options;
    this.#writtenAtMs = clock.monoMs();
    try {
      const kept: Kept = { savedAtMs: clock.nowMs(), phones: this.#list() };
      await writeFile(`${this.#path}.new`, JSON.stringify(kept), { mode: 0o600 });
      await rename(`${this.#path}.new`, this.#path);
      this.#hasFailed = false;
    } catch (thrown) {
      // Said once: a disk that refuses this refuses the ledger too, which alarms.
      if (!this.#hasFailed) log.warn('phones.not-kept', { reason: String(thrown) });
      this.#hasFailed = true;
    }
    this.#renewing?.cancel();
    if (!this.#isClosed)
      this.#renewing = clock.setTimer(renewMs, () => {
        this.#writeSoon();
      });
  }
}
