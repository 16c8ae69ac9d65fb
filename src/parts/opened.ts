import type { Sparing } from '#base/sparing.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { DataFolder } from '#adapters/disk/data-folder.ts';
import type { PrometheusMetrics } from '#adapters/metrics/prometheus.ts';
import type { Database } from '#adapters/postgres/open-database.ts';
import type { Config } from '#config';

/** What every part of the product stands on; opened first, closed last. */
export interface Opened {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
  readonly folder: DataFolder;
  readonly database: Database;
  readonly changeFeed: ChangeFeed;
  readonly sealer: Sealer;
  readonly masterKey: Uint8Array;
  /** Errors of job runners that the log was told of lately. */
  readonly toldErrors: Sparing;
}
