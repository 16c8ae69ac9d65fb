/** Fulfils `AgentWishes`: read once at the start, written behind. */
import type { Kysely } from 'kysely';
import type { AgentEntry } from '#core/directory.ts';
import type { AgentId } from '#core/ids.ts';
import type { AgentWishes } from '#ports/agent-wishes.ts';
import type { Clock } from '#ports/clock.ts';
import type { Log } from '#ports/log.ts';
import type { DB } from '../schema.ts';

type Chosen = Parameters<AgentWishes['keep']>[1];

interface Wish {
  readonly agent: Pick<AgentEntry, 'id' | 'tenantId'>;
  readonly state: Chosen;
  readonly at: Date;
}

export interface SqlAgentWishesOptions {
  readonly db: Kysely<DB>;
  readonly clock: Clock;
  readonly log: Log;
  /** Pause after a failure; 2 s unless told. */
  readonly retryMs?: number;
}

const defaultRetryMs = 2000;

export class SqlAgentWishes implements AgentWishes {
  readonly #options: SqlAgentWishesOptions;
  readonly #away: Map<AgentId, number>;
  /** The latest of each agent that is not written yet: no more than there are agents. */
  readonly #unwritten = new Map<AgentId, Wish>();
  #writing: Promise<void> | null = null;
  #isClosed = false;

  private constructor(options: SqlAgentWishesOptions, away: Map<AgentId, number>) {
    this.#options = options;
    this.#away = away;
  }

  static async open(options: SqlAgentWishesOptions): Promise<SqlAgentWishes> {
    const rows = await options.db
      .selectFrom('agentWishes')
      .select(['agentId', 'awaySince'])
      .execute();
    return new SqlAgentWishes(
      options,
      new Map(rows.map((row) => [row.agentId as AgentId, row.awaySince.getTime()])),
    );
  }

  awaySinceMs(agentId: AgentId): number | null {
    return this.#away.get(agentId) ?? null;
  }

  keep(agent: Wish['agent'], state: Chosen): void {
    const atMs = this.#away.get(agent.id) ?? this.#options.clock.nowMs();
    if (state === 'unavailable') this.#away.set(agent.id, atMs);
    else this.#away.delete(agent.id);
    this.#unwritten.set(agent.id, { agent, state, at: new Date(atMs) });
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = null));
  }

  /** Tries once more to write what is left. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    const { clock, log, retryMs = defaultRetryMs } = this.#options;
    for (const [id, wish] of this.#unwritten) {
      try {
        await this.#write(wish);
        if (this.#unwritten.get(id) === wish) this.#unwritten.delete(id);
      } catch (error) {
        log.warn('agent.wish-not-written', { agentId: id, error: String(error) });
        if (this.#isClosed) return;
        await new Promise<void>((resolve) => void clock.setTimer(retryMs, resolve));
      }
    }
    if (this.#unwritten.size > 0) await this.#writeAll();
  }

  async #write({ agent, state, at }: Wish): Promise<void> {
    const { db } = this.#options;
    if (state === 'available') {
      await db.deleteFrom('agentWishes').where('agentId', '=', agent.id).execute();
      return;
    }
    // An agent who was deleted meanwhile has no wishes.
    await db
      .insertInto('agentWishes')
      .columns(['agentId', 'tenantId', 'awaySince'])
      .expression((eb) =>
        eb
          .selectFrom('agents')
          .select(['id', 'tenantId', eb.val(at).as('awaySince')])
          .where('id', '=', agent.id),
      )
      .onConflict((conflict) => conflict.column('agentId').doUpdateSet({ awaySince: at }))
      .execute();
  }
}
