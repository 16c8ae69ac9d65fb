/** Why a task that runs dials nobody: alarms that go when the obstacle goes, or the task. */
import type { TaskId, TenantId } from '#core/ids.ts';
import type { Alarms } from '#ports/alarms.ts';

const messages = {
  'task/prompt-missing':
    'The message of an outbound task cannot be played, so nobody is dialled for it.',
  'task/cannot-dial':
    'No trunk of the centre carries a caller number of an outbound task, or its queue is gone: nobody is dialled with it until that is mended.',
  'task/turn-failed': 'An outbound task could not be worked on. It is tried again.',
} as const;

export type ObstacleKind = keyof typeof messages;

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
  readonly #alarms: Alarms;
  readonly #known = new Map<TaskId, Known>();

  constructor(alarms: Alarms) {
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

  /** A task that is over, or deleted, needs nothing any more. */
  async keepOnly(ids: ReadonlySet<TaskId>): Promise<void> {
    for (const [id, { tenantId, stands }] of this.#known) {
      if (ids.has(id)) continue;
      for (const [kind, isStanding] of stands)
        if (isStanding) await this.#alarms.clear({ tenantId, kind, subjectId: id });
      this.#known.delete(id);
    }
  }

  #of({ id, tenantId }: Subject): Known {
    const known = this.#known.get(id) ?? { tenantId, stands: new Map<ObstacleKind, boolean>() };
    this.#known.set(id, known);
    return known;
  }
}
