/** Which caller numbers of a task may be presented now: one that no trunk carries rests by itself, and the others go on. */
import type { TaskId } from '#core/ids.ts';
import type { OpenTask } from '#ports/dial-rows.ts';

type Subject = Pick<OpenTask, 'id' | 'callerNumbers'>;

interface Known {
  /** Number → no sooner than then. */
  readonly rests: Map<string, number>;
  /** Of these it is not known that they work: refused last, or never used in this life. */
  readonly doubted: Set<string>;
}

export class CallerNumbers {
  readonly #known = new Map<TaskId, Known>();

  /** Those to be left out of the rotation. */
  resting(task: Subject, nowMs: number): readonly string[] {
    const { rests } = this.#of(task);
    return task.callerNumbers.filter((number) => nowMs < (rests.get(number) ?? 0));
  }

  refused(task: Subject, number: string, untilMs: number): void {
    const { rests, doubted } = this.#of(task);
    rests.set(number, untilMs);
    doubted.add(number);
  }

  works(task: Subject, number: string): void {
    const { rests, doubted } = this.#of(task);
    rests.delete(number);
    doubted.delete(number);
  }

  /** Every number was carried when it was used last: an alarm, also one of an earlier life, has lost its cause. */
  allWork(task: Subject): boolean {
    return this.#of(task).doubted.size === 0;
  }

  keepOnly(ids: ReadonlySet<TaskId>): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }

  #of({ id, callerNumbers }: Subject): Known {
    const known = this.#known.get(id) ?? { rests: new Map(), doubted: new Set(callerNumbers) };
    this.#known.set(id, known);
    return known;
  }
}
