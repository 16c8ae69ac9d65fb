/** A PostgreSQL server by URL: a bounded pool, int8 as numbers, and one connection of its own for notices. */
import pg from 'pg';
import { Fault } from '#base/fault.ts';
import { isDatabaseAway } from './errors.ts';
import { reasonOf, ServerConnection, translated } from './server-connection.ts';

/** PostgreSQL's type number of int8. */
const int8 = 20;

type ParserOf = (type: number, format?: string) => unknown;
const usualParser = pg.types.getTypeParser as ParserOf;
const parserOf: ParserOf = (type, format) =>
  type === int8 && format !== 'binary' ? Number : usualParser(type, format);
const typesWithNumbers = { getTypeParser: parserOf } as pg.CustomTypesConfig;

/** `postgres://user:secret@host:port/name` without the secret. */
const withoutSecret = (url: string): string => {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname || 'the local socket'}:${port || '5432'}${pathname}`;
  } catch {
    return 'CALLREEL_DATABASE_URL (not a URL)';
  }
};

/** Names the server without its password, and says what it answered; a Fault of ours says so already. */
export const unusableSentence = (url: string, thrown: unknown): string =>
  thrown instanceof Fault
    ? thrown.message
    : `PostgreSQL at ${withoutSecret(url)} cannot be used (${reasonOf(thrown)}): check CALLREEL_DATABASE_URL`;

export interface ServerOptions {
  readonly url: string;
  /** Connections at most; 10 unless told. */
  readonly maxConnections: number;
  /** Callers waiting for a connection at most. */
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
  readonly onIdleError: (error: Error) => void;
}

export class ServerClient {
  readonly #options: ServerOptions;
  readonly #pool: pg.Pool;
  #refused = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.maxConnections,
      connectionTimeoutMillis: options.maxWaitMs,
      application_name: 'callreel',
      types: typesWithNumbers,
    });
    this.#pool.on('error', options.onIdleError);
    // The pool listens to idle connections only. One that is lost in use fails its statement, or the next one: that is who is told.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  get waiting(): number {
    return this.#pool.waitingCount;
  }

  get refused(): number {
    return this.#refused;
  }

  get options(): object {
    return this.#pool.options;
  }

  /** @throws {Fault} `database/away`, `database/busy` */
  async connect(): Promise<ServerConnection> {
    return new ServerConnection(await this.#take());
  }

  async #take(): Promise<pg.PoolClient> {
    if (this.#pool.waitingCount >= this.#options.maxWaiting) {
      this.#refused++;
      throw new Fault('database/busy', 'The database has more work waiting than it can take', {
        retry: 'later',
        facts: { waiting: this.#pool.waitingCount },
      });
    }
    try {
      return await this.#pool.connect();
    } catch (cause) {
      if (!isDatabaseAway(cause)) throw cause;
      throw new Fault('database/away', unusableSentence(this.#options.url, cause), {
        retry: 'later',
        cause,
      });
    }
  }

  async query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    const client = await this.#take();
    let failure: unknown;
    try {
      // A script of several statements answers with one result each.
      const result: unknown = await client.query(text, values?.length ? values : undefined);
      const results = (Array.isArray(result) ? result : [result]) as { rows?: unknown[] }[];
      return { rows: results.flatMap((each) => each.rows ?? []) };
    } catch (thrown) {
      failure = translated(thrown);
      throw failure;
    } finally {
      if (failure !== undefined && !values?.length)
        await client.query('rollback').catch(() => undefined);
      client.release();
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  /** A connection outside the pool that listens, and comes back after a loss with a growing pause (0.25 s … 5 s). */
  async listen(
    channel: string,
    onNotice: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<{ close(): Promise<void> }> {
    let client: pg.Client | undefined;
    let timer: NodeJS.Timeout | undefined;
    let pauseMs = 250;
    let closed = false;
    /** However many ways one loss is told, it is one try. */
    const tryAgain = (): void => {
      if (closed || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        connect().catch(tryAgain); // the loss itself was told by the client's own events
      }, pauseMs);
      pauseMs = Math.min(pauseMs * 2, 5000);
    };
    const connect = async (): Promise<void> => {
      const next = new pg.Client({
        connectionString: this.#options.url,
        application_name: 'callreel notices',
        keepAlive: true,
      });
      let isLost = false as boolean; // set by events while we wait
      const lose = (error?: Error): void => {
        if (isLost || closed) return;
        isLost = true;
        if (error) this.#options.onIdleError(error);
        next.end().catch(() => undefined); // it is gone already
        if (client === next) tryAgain();
      };
      next.on('error', lose);
      next.on('end', () => lose());
      next.on('notification', (message) => onNotice(message.payload ?? ''));
      try {
        await next.connect();
        await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      } catch (thrown) {
        lose();
        throw thrown;
      }
      if (isLost)
        throw new Fault('database/away', 'The connection for notices was lost', { retry: 'later' });
      client = next;
      pauseMs = 250;
      onReconnect();
    };
    await connect();
    return {
      close: async () => {
        closed = true;
        clearTimeout(timer);
        await client?.end();
      },
    };
  }
}
