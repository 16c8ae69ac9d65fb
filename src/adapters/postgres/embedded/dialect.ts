/** Kysely over the database thread. One session: a transaction has the database to itself until it ends. */
import {
  CompiledQuery,
  PGliteAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import { Fault } from '#base/fault.ts';
import type { EmbeddedClient, Turn } from './client.ts';

const countsRows = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

class EmbeddedConnection implements DatabaseConnection {
  readonly turn: Turn;

  constructor(turn: Turn) {
    this.turn = turn;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { sql, parameters } = query;
    const answer = await this.turn.request({ kind: 'query', sql, parameters });
    const rows = answer.rows as R[];
    if (answer.affectedRows === null || !countsRows.has(answer.command ?? '')) return { rows };
    return { rows, numAffectedRows: BigInt(answer.affectedRows) };
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Fault(
      'database/no-stream',
      'Read by keyset pages: the embedded database does not stream',
    );
  }
}

const turnOf = (connection: DatabaseConnection): Turn => {
  if (connection instanceof EmbeddedConnection) return connection.turn;
  throw new Fault('database/foreign-connection', 'This connection belongs to another database');
};

const run = async (connection: DatabaseConnection, sql: string): Promise<void> => {
  await connection.executeQuery(CompiledQuery.raw(sql));
};

class EmbeddedDriver implements Driver {
  readonly #client: EmbeddedClient;

  constructor(client: EmbeddedClient) {
    this.#client = client;
  }

  async init(): Promise<void> {
    // opened by openDatabase, which can tell an operator what is wrong
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new EmbeddedConnection(await this.#client.take());
  }

  async beginTransaction(
    connection: DatabaseConnection,
    { isolationLevel, accessMode }: TransactionSettings,
  ): Promise<void> {
    const level = isolationLevel ? ` isolation level ${isolationLevel}` : '';
    await run(connection, `start transaction${level}${accessMode ? ` ${accessMode}` : ''}`);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const answer = await turnOf(connection).request({
      kind: 'query',
      sql: 'commit',
      parameters: [],
    });
    // PostgreSQL answers COMMIT of an aborted transaction with the tag ROLLBACK.
    if (answer.command === 'ROLLBACK')
      throw new Fault('database/rolled-back', 'A statement of this transaction had failed before');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await run(connection, 'rollback');
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    turnOf(connection).release();
  }

  async destroy(): Promise<void> {
    await this.#client.close();
  }
}

export const embeddedDialect = (client: EmbeddedClient): Dialect => ({
  createAdapter: () => new PGliteAdapter(),
  createDriver: () => new EmbeddedDriver(client),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
});
