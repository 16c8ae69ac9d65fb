/**
 * Room on the data disk that is kept for calls: exports and uploads, which can wait, are refused before they use it up. An alarm says so
 * while it lasts.
 */
import { Fault } from '#base/fault.ts';
import { repeat } from '#base/repeat.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { FreeSpace } from './data-folder.ts';

/** While something long is written the disk is asked again after so much of it. */
const askEveryBytes = 16 * 2 ** 20;
const watchMs = 15_000;
const mib = 2 ** 20;

export interface DiskReserveOptions {
  readonly freeSpace: () => Promise<FreeSpace>;
  /** 0 = nothing is kept. */
  readonly reserveBytes: number;
}

export class DiskReserve {
  readonly #options: DiskReserveOptions;

  constructor(options: DiskReserveOptions) {
    this.#options = options;
  }

  /** @throws {Fault} `disk/…` when the disk does not say */
  async look(): Promise<FreeSpace & { readonly isLow: boolean }> {
    const space = await this.#options.freeSpace();
    return { ...space, isLow: space.freeBytes < this.#options.reserveBytes };
  }

  /**
   * @param bytes about to be written
   * @throws {Fault} `disk/low`
   */
  async demand(bytes: number): Promise<void> {
    const { freeBytes } = await this.#options.freeSpace();
    const { reserveBytes } = this.#options;
    if (freeBytes - bytes >= reserveBytes || reserveBytes === 0) return;
    const free = Math.floor(freeBytes / mib);
    const kept = Math.floor(reserveBytes / mib);
    throw new Fault('disk/low', `${free} MiB are free on the data disk, ${kept} are kept`, {
      retry: 'later',
      facts: { freeBytes, reserveBytes },
    });
  }

  /** The same store for what can wait: nothing is put into the reserve. */
  keptBy(objects: ObjectStore): ObjectStore {
    return {
      put: async (key, body) => {
        await this.demand(body instanceof Uint8Array ? body.length : 0);
        return objects.put(key, body instanceof Uint8Array ? body : this.#asked(body));
      },
      get: (key, range) => objects.get(key, range),
      head: (key) => objects.head(key),
      delete: (key) => objects.delete(key),
      list: (prefix) => objects.list(prefix),
    };
  }

  async *#asked(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let unasked = 0;
    for await (const piece of body) {
      unasked += piece.length;
      if (unasked >= askEveryBytes) {
        await this.demand(piece.length);
        unasked = 0;
      }
      yield piece;
    }
  }
}

export interface DiskWatchOptions {
  readonly reserve: DiskReserve;
  /** Whose disk it is; null in a data folder without calls. */
  readonly node: string | null;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

const kind = 'disk/low';
const message =
  'The disk has no room left but what is kept for calls. Free space in the data folder or make it larger; calls go on and are recorded, exports and uploads wait.';

/** Looks at the disk again and again. @returns what ends it */
export const watchDisk = (options: DiskWatchOptions): (() => Promise<void>) => {
  const { reserve, node, alarms, clock, log, metrics } = options;
  const free = metrics.gauge(
    'callreel_disk_free_bytes',
    'Free bytes on the disk of the data folder',
  );
  const low = metrics.gauge(
    'callreel_disk_low',
    '1 while no room is left but what is kept for calls',
  );
  const subject = { tenantId: null, kind, subjectId: node } as const;
  /** Null: an alarm may stand from an earlier life. */
  let stood: boolean | null = null;
  const look = async (): Promise<void> => {
    const { freeBytes, isLow } = await reserve.look();
    free.set(freeBytes);
    low.set(isLow ? 1 : 0);
    if (isLow === stood) return;
    if (isLow) {
      await alarms.raise({ ...subject, message, facts: { freeBytes } });
      log.warn('disk.low', { freeBytes });
    } else await alarms.clear(subject);
    stood = isLow;
  };
  const onFailure = (error: unknown): void =>
    log.warn('disk.not-looked-at', { error: String(error) });
  return repeat({ clock, everyMs: watchMs, work: look, onFailure });
};
