/** One door to both databases: the embedded one (PGlite in a thread) and a PostgreSQL server. */
import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Fault } from '#base/fault.ts';
import type { SqlDatabase, SqlSession } from '#ports/sql.ts';
import { EmbeddedClient } from './embedded/client.ts';
import { embeddedDialect } from './embedded/dialect.ts';
import { startUpkeep } from './embedded/upkeep.ts';
import { migrate } from './migrate.ts';
import type { DB } from './schema.ts';
import { ServerClient, unusableSentence } from './server.ts';

export interface DatabaseOptions {
  /** `postgres://…`; empty or absent = the embedded database in `folder`. */
  readonly url?: string;
  /** Absolute path of the embedded database's folder, `DATA_DIR/db`. */
  readonly folder: string;
  /** The embedded database of `folder` as it is being opened already, with the limits it was given. */
  readonly embedded?: EmbeddedClient | undefined;
  /** Statements and transactions that may wait; 1,000 unless told. More are refused with `database/busy`. */
  readonly maxWaiting?: number;
  /** Longest wait for a turn; 30,000 ms unless told. */
  readonly maxWaitMs?: number;
  /** Connections to a PostgreSQL server; 10 unless told. */
  readonly maxConnections?: number;
  /** Told what went wrong in the background (lost idle connection, upkeep). */
  readonly onBackgroundError?: (error: Error) => void;
}

export interface Database extends SqlDatabase {
  /** In a transaction use only the transaction's own handle: on the embedded database the outer one waits for its end. */
  readonly kysely: Kysely<DB>;
  /** Callers waiting for a turn now. */
  readonly waiting: number;
  /** Callers refused with `database/busy` since it was opened. */
  readonly refused: number;
  /** Runs the migrations that are missing. */
  migrate(): Promise<readonly string[]>;
  /** Nobody else's turn while `copy` runs, and everything committed lies in the folder; null when the files are a server's. */
  readonly whileStill: ((copy: (folder: string) => Promise<void>) => Promise<void>) | null;
  /** Waits for running statements, then closes. Idempotent. */
  close(): Promise<void>;
}

/** jsonb is the callers' own: only column names are translated. */
const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];

/** The statements of an open Kysely transaction as the job runner sees them, so that a job is enqueued in it. */
export const sessionOf = (transaction: Transaction<DB>): SqlSession => ({
  executeSql: async (text, values = []) => {
    const raw = transaction.withoutPlugins();
    return { rows: [...(await raw.executeQuery(CompiledQuery.raw(text, values))).rows] };
  },
});

/**
 * Opens the database and proves that it answers. Does not migrate.
 *
 * @throws {Fault} `database/unreachable`, `database/locked`, `database/unusable`
 */
export const openDatabase = (options: DatabaseOptions): Promise<Database> =>
  options.url ? openServer(options, options.url) : openEmbedded(options);

const openEmbedded = async (options: DatabaseOptions): Promise<Database> => {
  const client = options.embedded ?? new EmbeddedClient(options);
  await client.open();
  const kysely = new Kysely<DB>({ dialect: embeddedDialect(client), plugins });
  const upkeep = startUpkeep(client, options.onBackgroundError ?? (() => undefined));
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await upkeep.stop();
    await kysely.destroy();
    await client.close();
  };
  return {
    kind: 'embedded',
    kysely,
    get waiting() {
      return client.waiting;
    },
    get refused() {
      return client.refused;
    },
    executeSql: async (text, values) => {
      const turn = await client.take();
      try {
        if (values?.length)
          return await turn.request({ kind: 'query', sql: text, parameters: values });
        return await turn.request({ kind: 'script', sql: text });
      } catch (thrown) {
        // A script that failed between its BEGIN and COMMIT would leave the one session in an aborted transaction.
        await turn.request({ kind: 'script', sql: 'rollback' }).catch(() => undefined);
        throw thrown;
      } finally {
        turn.release();
      }
    },
    listen: async (channel, onNotice, onReconnect) => {
      const stop = await client.listen(channel, { onNotice, onReconnect });
      return { close: async () => stop() };
    },
    migrate: () => migrate(kysely),
    whileStill: async (copy) => {
      const turn = await client.take();
      try {
        await turn.request({ kind: 'script', sql: 'checkpoint' });
        await copy(options.folder);
      } finally {
        turn.release();
      }
    },
    close: () => (closing ??= close()),
  };
};

const openServer = async (options: DatabaseOptions, url: string): Promise<Database> => {
  const client = new ServerClient({
    url,
    maxConnections: options.maxConnections ?? 10,
    maxWaiting: options.maxWaiting ?? 1000,
    maxWaitMs: options.maxWaitMs ?? 30_000,
    onIdleError: options.onBackgroundError ?? (() => undefined),
  });
  try {
    const { rows } = await client.query(
      `select current_setting('server_version_num')::int as version`,
    );
    const { version } = rows[0] as { version: number };
    if (version < 150_000)
      throw new Fault(
        'database/too-old',
        `PostgreSQL 15 or later is needed, this one is ${version / 10_000}`,
      );
  } catch (cause) {
    await client.end();
    if (cause instanceof Fault && cause.code !== 'database/away') throw cause;
    throw new Fault('database/unreachable', unusableSentence(url, cause), {
      retry: 'later',
      cause,
    });
  }
  const kysely = new Kysely<DB>({
    dialect: new PostgresDialect({
      pool: {
        connect: () => client.connect(),
        end: () => client.end(),
        options: client.options,
      },
    }),
    plugins,
  });
  let closing: Promise<void> | undefined;
  return {
    kind: 'server',
    kysely,
    get waiting() {
      return client.waiting;
    },
    get refused() {
      return client.refused;
    },
    executeSql: (text, values) => client.query(text, values),
    listen: (channel, onNotice, onReconnect) => client.listen(channel, onNotice, onReconnect),
    migrate: () => migrate(kysely),
    whileStill: null,
    close: () => (closing ??= kysely.destroy()),
  };
};
