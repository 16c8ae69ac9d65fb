/**
 * Statements of the embedded database, each read and planned once. `PGlite.query` takes every statement apart anew, in six exchanges with
 * PostgreSQL; one that is known takes a single exchange, a sixth of the time for a row by its key.
 */
import { parse, protocol, type PGlite, type Results } from '@electric-sql/pglite';
import { sqlErrorReport } from '../errors.ts';

const { serialize } = protocol;

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number];

interface Known {
  readonly name: string;
  readonly parameterTypes: readonly number[];
  /** How its rows look; none of a statement that gives no rows. */
  readonly rowDescription: readonly Message[];
}

export interface StatementsOptions {
  /** Each holds its tree and its plan in the database's memory. */
  readonly mostKnown?: number;
}

/** What reads and writes rows: it comes again and again. */
const ofRows = /^\s*(?:select|insert|update|delete|with|merge)\b/i;
/** What may change how rows look. Names such as `created_at` are none of these words. */
const ofTables = /\b(?:create|alter|drop|discard|deallocate)\b|(?:^|;)\s*(?:do|call)\b/i;
/** A plan that does not fit its tables any more, and a statement that the session does not have. */
const isOutdated = (thrown: unknown): boolean =>
  ['0A000', '26000'].includes(sqlErrorReport(thrown)?.code ?? '');
/**
 * Lists, ranges and sums are planned for what they ask: the best way to the first fifty of a rare tag is not the one to those of a common
 * one. PostgreSQL would settle after five times for one plan that cannot know.
 */
const isSearch = /^\s*(?:select|with)\b.*(?:\blimit\b|\bgroup by\b|\blike\b|[<>])/is;
/** Longer ones are made of their values, as the rows of a batch, and hardly come again. */
const longestKept = 4000;

/** What the one session has prepared, and how a statement is run with it. */
export class Statements {
  readonly #engine: PGlite;
  readonly #mostKnown: number;
  /** In the order of their last use. */
  readonly #known = new Map<string, Known>();
  #next = 1;

  constructor(engine: PGlite, { mostKnown = 200 }: StatementsOptions = {}) {
    this.#engine = engine;
    this.#mostKnown = mostKnown;
  }

  /** @throws what PostgreSQL refused, as `PGlite.query` */
  async run(sql: string, parameters: readonly unknown[]): Promise<Results> {
    const isKept = ofRows.test(sql) && sql.length <= longestKept && !isSearch.test(sql);
    if (!isKept) {
      await this.#forgetFor(sql);
      return this.#execute(await this.#describe('', sql), parameters);
    }
    try {
      return await this.#runKnown(sql, parameters);
    } catch (thrown) {
      if (!isOutdated(thrown)) throw thrown;
      await this.#forget();
      // In a transaction everything is refused from here on, and whoever began it tries again.
      if (this.#engine.isInTransaction()) throw thrown;
      return await this.#runKnown(sql, parameters);
    }
  }

  /** Several statements at once, without parameters. */
  async script(sql: string): Promise<Results[]> {
    await this.#forgetFor(sql);
    return this.#engine.exec(sql);
  }

  async #runKnown(sql: string, parameters: readonly unknown[]): Promise<Results> {
    const known = this.#known.get(sql) ?? (await this.#prepare(sql));
    this.#known.delete(sql);
    this.#known.set(sql, known);
    return this.#execute(known, parameters);
  }

  async #forgetFor(sql: string): Promise<void> {
    if (ofTables.test(sql)) await this.#forget();
  }

  /** Lets go of all that is prepared: what the tables look like may have changed. */
  async #forget(): Promise<void> {
    const names = Array.from(this.#known.values(), ({ name }) => name);
    this.#known.clear();
    if (names.length > 0) await this.#exchange(names.map(closed));
  }

  async #prepare(sql: string): Promise<Known> {
    const oldest = this.#known.size >= this.#mostKnown ? this.#known.entries().next().value : null;
    if (oldest) this.#known.delete(oldest[0]);
    return this.#describe(`s${this.#next++}`, sql, oldest ? [closed(oldest[1].name)] : []);
  }

  async #describe(name: string, sql: string, before: readonly Uint8Array[] = []): Promise<Known> {
    const messages = await this.#exchange([
      ...before,
      serialize.parse({ name, text: sql }),
      serialize.describe({ type: 'S', name }),
    ]);
    return {
      name,
      parameterTypes: parse.parseDescribeStatementResults(messages),
      rowDescription: messages.filter((message) => message.name === 'rowDescription'),
    };
  }

  async #execute(
    { name, parameterTypes, rowDescription }: Known,
    parameters: readonly unknown[],
  ): Promise<Results> {
    const values = parameters.map((value, index) => this.#textOf(value, parameterTypes[index]));
    const messages = await this.#exchange([
      serialize.bind({ statement: name, values }),
      serialize.execute({}),
    ]);
    const [result] = parse.parseResults([...rowDescription, ...messages], this.#engine.parsers);
    return result ?? { rows: [], fields: [], affectedRows: 0 };
  }

  #textOf(value: unknown, type = 0): string | null {
    if (value === null || value === undefined) return null;
    const write = this.#engine.serializers[type];
    if (write) return write(value);
    return isPlain(value) ? String(value) : JSON.stringify(value);
  }

  /** All in one, with a Sync at its end: after a refusal PostgreSQL leaves out the rest and is ready again. */
  #exchange(messages: readonly Uint8Array[]): Promise<Message[]> {
    return this.#engine.execProtocolStream(Buffer.concat([...messages, serialize.sync()]), {
      syncToFs: false,
    });
  }
}

const isPlain = (value: unknown): value is string | number | bigint | boolean =>
  ['string', 'number', 'bigint', 'boolean'].includes(typeof value);

const closed = (name: string): Uint8Array => serialize.close({ type: 'S', name });
