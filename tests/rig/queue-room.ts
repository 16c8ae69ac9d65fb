/** The board of agents and the waiting line on a clock that stands still: two queues, agents by name, callers that note what they hear. */
import type { AgentEntry, Directory } from '#core/directory.ts';
import type { AgentId, CallId, QueueId, TenantId } from '#core/ids.ts';
import { type DirectoryIndex, indexDirectory } from '#core/routing/directory-index.ts';
import { AgentBoard } from '#live/queue/agent-board.ts';
import { WaitingLine } from '#live/queue/waiting-line.ts';
import type { ChangeEvent } from '#ports/events.ts';
import { agentEntry, queueEntry, tenantEntry } from './directory-entries.ts';
import { StillClock } from './fake-call-world.ts';

export const tenantId = 'tenant' as TenantId;

const agentOf = (name: string, queues: readonly string[]): AgentEntry =>
  agentEntry(name, { tenantId, queueIds: queues as QueueId[] });

export class QueueRoom {
  readonly clock = new StillClock();
  readonly board: AgentBoard;
  readonly line: WaitingLine;
  readonly published: ChangeEvent[] = [];
  /** `caller: what`, in the order in which the callers heard it. */
  readonly heard: string[] = [];
  /** Phones registered before the board first met the agent. */
  readonly contacts = new Map<string, number>();
  /** Who chose to be unavailable and when, as it outlasts the room. */
  readonly away: Map<string, number>;
  #index: DirectoryIndex;

  constructor(
    agents: Readonly<Record<string, readonly string[]>>,
    options: {
      readonly maxWaitSeconds?: number;
      readonly wrapUpSeconds?: number;
      readonly away?: Map<string, number>;
    } = {},
  ) {
    const { maxWaitSeconds = 0, wrapUpSeconds = 30, away = new Map<string, number>() } = options;
    this.away = away;
    const directory: Directory = {
      version: 1,
      tenants: [tenantEntry({ id: tenantId, wrapUpSeconds })],
      trunks: [],
      numbers: [],
      agents: Object.entries(agents).map(([name, queues]) => agentOf(name, queues)),
      queues: ['sales', 'help'].map((name) => queueEntry(name, { tenantId, maxWaitSeconds })),
    };
    this.#index = indexDirectory(directory);
    this.board = new AgentBoard({
      clock: this.clock,
      changeFeed: {
        publish: (event) => void this.published.push(event),
        subscribe: () => () => undefined,
      },
      directory: () => this.#index,
      contactsOf: (agent) => this.contacts.get(agent.name) ?? 0,
      wishes: {
        awaySinceMs: (id) => this.away.get(id) ?? null,
        keep: ({ id }, state) => {
          if (state === 'available') this.away.delete(id);
          else this.away.set(id, this.clock.nowMs());
        },
      },
    });
    this.line = new WaitingLine({
      clock: this.clock,
      board: this.board,
      directory: () => this.#index,
    });
  }

  agent(name: string): AgentEntry {
    const found = this.#index.agent(name as AgentId);
    if (found === undefined) throw new Error(`nobody is called ${name}`);
    return found;
  }

  /** The directory without these agents. */
  dismiss(...names: string[]): void {
    const { directory } = this.#index;
    this.#change(directory.agents.filter(({ name }) => !names.includes(name)));
  }

  /** The directory with this agent in these queues and no others. */
  assign(name: string, ...queues: string[]): void {
    const { directory } = this.#index;
    this.#change(directory.agents.map((one) => (one.name === name ? agentOf(name, queues) : one)));
  }

  #change(agents: readonly AgentEntry[]): void {
    this.#index = indexDirectory({ ...this.#index.directory, agents });
    this.board.prune();
    this.line.directoryChanged();
  }

  /** Each comes with one phone, a second after the one before: so the first has waited longest. */
  async come(...names: string[]): Promise<void> {
    for (const name of names) {
      this.phones(name, 1);
      await this.clock.advance(1000);
    }
  }

  /** So many phones of the agent are registered now. */
  phones(name: string, count: number): void {
    this.board.registered(this.agent(name), count);
  }

  state(name: string): string {
    return this.board.list(tenantId).find(({ agentId }) => agentId === name)?.state ?? 'unknown';
  }

  /** A caller joins, or waits again. */
  seek(caller: string, queueName: string): void {
    const queue = this.#index.queue(queueName as QueueId);
    if (queue === undefined) throw new Error(`no queue ${queueName}`);
    this.line.seek(queue, {
      callId: caller as CallId,
      queued: () => void this.heard.push(`${caller}: queued`),
      agentChosen: (agent) => void this.heard.push(`${caller}: ${agent.name}`),
      waitEnded: (why) => void this.heard.push(`${caller}: ${why}`),
    });
  }

  leave(caller: string): void {
    this.line.leave(caller as CallId);
  }

  /** What the callers heard since the last look. */
  news(): string[] {
    return this.heard.splice(0);
  }

  /** The agent answers the ring of this caller. */
  joins(name: string, caller: string): void {
    this.board.change(name as AgentId, { kind: 'joined' });
    this.leave(caller);
  }

  /** A caller joins and this agent, who is free, answers. */
  talks(name: string, caller: string, queueName: string): void {
    this.seek(caller, queueName);
    this.joins(name, caller);
  }

  /** The agent lets the ring of this caller end; the caller waits again. */
  misses(name: string, caller: string, queueName: string): void {
    this.change(name, { kind: 'missed' });
    this.seek(caller, queueName);
  }

  change(name: string, change: Parameters<AgentBoard['change']>[1]): void {
    this.board.change(name as AgentId, change);
  }
}
