/** Carries the change feed from process to process over the notices of their PostgreSQL, so that each one's listeners hear of all. */
import { randomUUID } from 'node:crypto';
import type { ChangeEvent, ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { SqlDatabase } from '#ports/sql.ts';

const channel = 'callreel_changes';
/** Changes of one burst travel together; a person does not see so short a wait. */
const gatherMs = 50;
/** PostgreSQL takes payloads below 8,000 bytes; an event is some 100. */
const mostBytes = 7000;
/** Beyond, the oldest are forgotten: a reader that missed a change sees it with its next look. */
const mostWaiting = 5000;

interface Notice {
  readonly from: string;
  readonly events: readonly ChangeEvent[];
}

export interface SharedFeedOptions {
  readonly feed: ChangeFeed;
  readonly database: Pick<SqlDatabase, 'executeSql' | 'listen'>;
  readonly log: Log;
}

/**
 * Begins to tell the other processes what this one's feed hears, and this one what theirs do. While the database is away changes are
 * lost to the others, as they may be: an event says that something changed, the truth is read anew.
 *
 * @returns what tells the last changes and ends it; idempotent
 */
export const shareFeed = async (
  options: SharedFeedOptions,
): Promise<{ close(): Promise<void> }> => {
  const sharing = new SharedFeed(options);
  await sharing.open();
  return sharing;
};

class SharedFeed {
  readonly #options: SharedFeedOptions;
  readonly #self = randomUUID();
  /** By what they say, so that a change that is told twice in a burst travels once. */
  readonly #waiting = new Map<string, ChangeEvent>();
  #isForeign = false;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #listening: { close(): Promise<void> } | undefined;
  #unsubscribe: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SharedFeedOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { database, feed } = this.#options;
    this.#listening = await database.listen(
      channel,
      (payload) => this.#hear(payload),
      () => undefined,
    );
    this.#unsubscribe = feed.subscribe((event) => this.#note(event));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    this.#send();
    await this.#sending;
    await this.#listening?.close();
  }

  #note(event: ChangeEvent): void {
    if (this.#isForeign) return;
    this.#waiting.set(`${event.tenantId} ${event.topic} ${event.id}`, event);
    if (this.#waiting.size > mostWaiting) {
      const oldest = this.#waiting.keys().next().value;
      if (oldest !== undefined) this.#waiting.delete(oldest);
    }
    this.#timer ??= setTimeout(() => this.#send(), gatherMs);
  }

  #send(): void {
    this.#timer = undefined;
    this.#sending = this.#sending.then(() => this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    const { database, log } = this.#options;
    while (this.#waiting.size > 0) {
      const payload = JSON.stringify({ from: this.#self, events: this.#take() } satisfies Notice);
      try {
        await database.executeSql('select pg_notify($1, $2)', [channel, payload]);
      } catch (error) {
        log.warn('events.not-shared', { error });
        return;
      }
    }
  }

  #take(): ChangeEvent[] {
    const events: ChangeEvent[] = [];
    let bytes = 0;
    for (const [key, event] of this.#waiting) {
      bytes += Buffer.byteLength(JSON.stringify(event)) + 1;
      if (events.length > 0 && bytes > mostBytes) break;
      this.#waiting.delete(key);
      events.push(event);
    }
    return events;
  }

  #hear(payload: string): void {
    const notice = readNotice(payload);
    if (notice === undefined) {
      this.#options.log.warn('events.unreadable-notice', { bytes: Buffer.byteLength(payload) });
      return;
    }
    if (notice.from === this.#self) return;
    this.#isForeign = true;
    try {
      for (const event of notice.events) this.#options.feed.publish(event);
    } finally {
      this.#isForeign = false;
    }
  }
}

const readNotice = (payload: string): Notice | undefined => {
  try {
    const { from, events } = JSON.parse(payload) as Partial<Record<keyof Notice, unknown>>;
    if (typeof from !== 'string' || !Array.isArray(events)) return undefined;
    return { from, events: events as readonly ChangeEvent[] };
  } catch {
    return undefined;
  }
};
