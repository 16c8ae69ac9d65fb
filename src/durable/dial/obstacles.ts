/** Why a task that runs dials nobody: alarms that go when the obstacle goes, or the task. */
import type { TaskId, TenantId } from '#core/ids.ts';
import type { StandingAlarms } from '#ports/alarms.ts';

const messages = {
  'task/prompt-missing':
    'The message of an outbound task cannot be played, so nobody is dialled for it.',
  'task/cannot-dial':
    'No trunk of the centre carries a caller number of an outbound task, or its queue is gone: nobody is dialled with it until that is mended.',
  'task/turn-failed': 'An outbound task could not be worked on. It is tried again.',
} as const;

export type ObstacleKind = keyof typeof messages;

const kinds = Object.keys(messages) as readonly ObstacleKind[];

interface Subject {
  readonly id: TaskId;
  readonly tenantId: TenantId;
}

/** What this life knows of the alarms of one task; of a kind that is not there one may stand from an earlier life. */
interface Known {
  readonly tenantId: TenantId;
  readonly stands: Map<ObstacleKind, boolean>;
}

export class Obstacles {
  readonly #alarms: StandingAlarms;
  readonly #known = new Map<TaskId, Known>();
  #hasRecalled = false;

  constructor(alarms: StandingAlarms) {
    this.#alarms = alarms;
  }

  async raise(task: Subject, kind: ObstacleKind): Promise<void> {
    const { tenantId, id } = task;
    this.#of(task).stands.set(kind, true);
    await this.#alarms.raise({ tenantId, kind, subjectId: id, message: messages[kind] });
  }

  async clear(task: Subject, kind: ObstacleKind): Promise<void> {
    const { stands } = this.#of(task);
    if (stands.get(kind) === false) return;
    await this.#alarms.clear({ tenantId: task.tenantId, kind, subjectId: task.id });
    stands.set(kind, false);
  }

  /** Once, before the open tasks are asked for: alarms of earlier lives, so that `keepOnly` ends those whose task is over or gone. */
  async recall(): Promise<void> {
    if (this.#hasRecalled) return;
    for (const { tenantId, kind, subjectId } of await this.#alarms.standing(kinds)) {
      const known = kinds.find((one) => one === kind);
      if (tenantId === null || subjectId === null || known === undefined) continue;
      this.#of({ tenantId, id: subjectId as TaskId }).stands.set(known, true);
    }
    this.#hasRecalled = true;
  }

  /** A task that is over, or deleted, needs nothing any more: whatever was told of it, by this node or another one, goes. */
  async keepOnly(tasks: readonly Subject[]): Promise<void> {
    for (const task of tasks) this.#of(task);
    const ids = new Set(tasks.map(({ id }) => id));
    for (const [id, { tenantId }] of this.#known) {
      if (ids.has(id)) continue;
      for (const kind of kinds) await this.#alarms.clear({ tenantId, kind, subjectId: id });
      this.#known.delete(id);
    }
  }

  #of({ id, tenantId }: Subject): Known {
    const known = this.#known.get(id) ?? { tenantId, stands: new Map<ObstacleKind, boolean>() };
    this.#known.set(id, known);
    return known;
  }
}
