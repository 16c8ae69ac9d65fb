/** The embedded PostgreSQL has no checkpointer and no autovacuum: both run here on a timer, between other turns. */
import type { EmbeddedClient } from './client.ts';

/** PostgreSQL's own checkpoint_timeout is 5 min; ours is shorter because replay after a kill -9 is on the start-up path. */
const checkpointEveryMs = 60_000;
/** PostgreSQL's autovacuum_naptime is 60 s, one table per turn here so that no caller waits long. */
const vacuumEveryMs = 60_000;

/** The table most in need by PostgreSQL's own thresholds (50 rows + 20 % dead, 50 rows + 10 % changed). */
const neediestTable = `
  select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
  where n_dead_tup > 50 + 0.2 * n_live_tup or n_mod_since_analyze > 50 + 0.1 * n_live_tup
  order by n_dead_tup + n_mod_since_analyze desc limit 1`;

export interface Upkeep {
  stop(): Promise<void>;
}

export const vacuumOne = async (client: EmbeddedClient): Promise<string | undefined> => {
  const { rows } = await client.once({ kind: 'query', sql: neediestTable, parameters: [] });
  const table = (rows[0] as { name: string } | undefined)?.name;
  if (table !== undefined) await client.once({ kind: 'script', sql: `vacuum (analyze) ${table}` });
  return table;
};

export const startUpkeep = (client: EmbeddedClient, onError: (error: Error) => void): Upkeep => {
  let running: Promise<void> = Promise.resolve();
  const next = (work: () => Promise<unknown>): void => {
    running = running.then(work).then(
      () => undefined,
      (thrown: unknown) => onError(thrown instanceof Error ? thrown : new Error(String(thrown))),
    );
  };
  const timers = [
    setInterval(
      () => next(() => client.once({ kind: 'script', sql: 'checkpoint' })),
      checkpointEveryMs,
    ),
    setInterval(() => next(() => vacuumOne(client)), vacuumEveryMs),
  ];
  for (const timer of timers) timer.unref();
  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await running;
    },
  };
};
