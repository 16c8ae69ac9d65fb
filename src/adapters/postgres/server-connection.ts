/** What a connection of the pool throws when it is lost, as `database/away`: the one word that all who ask the database for something know. */
import type { PostgresCursor, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { Fault } from '#base/fault.ts';
import { isDatabaseAway } from './errors.ts';

/** What was thrown, in one line; a name with several addresses throws one error for each. */
export const reasonOf = (thrown: unknown): string => {
  if (thrown instanceof AggregateError) return thrown.errors.map(reasonOf).join('; ');
  return thrown instanceof Error ? thrown.message : String(thrown);
};

/** `database/away` in place of what the network or a server that stops throws; anything else as it is. */
export const translated = (thrown: unknown): unknown => {
  if (thrown instanceof Fault || !isDatabaseAway(thrown)) return thrown;
  return new Fault('database/away', `The database cannot be reached (${reasonOf(thrown)})`, {
    retry: 'later',
    cause: thrown,
  });
};

export class ServerConnection implements PostgresPoolClient {
  readonly #client: PostgresPoolClient;

  constructor(client: PostgresPoolClient) {
    this.#client = client;
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    asked: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof asked === 'string') return this.#ask(asked, parameters);
    throw new Fault('database/no-stream', 'Read by keyset pages: neither database streams');
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy);
  }

  async #ask<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    try {
      return await this.#client.query<R>(sql, parameters);
    } catch (thrown) {
      throw translated(thrown);
    }
  }
}
