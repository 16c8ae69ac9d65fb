/** Outbound tasks as people order them: judged as a whole, stored, started, paused, stopped. The dialler does the rest. */
import { randomUUIDv7 } from 'node:crypto';
import { Fault, type FaultCode } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import { type DraftFault, taskNameFault, taskTimeFaults } from '#core/outbound/task-draft.ts';
import { refusalOfTaskAction, type TaskAction, taskStates } from '#core/outbound/task-words.ts';
import { normaliseNumber } from '#core/routing/phone-number.ts';
import type { TaskId, TenantId } from '#core/ids.ts';
import type { AuditNote, FieldError, Principal, Refusal } from '#ports/administration.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type {
  MissingPart,
  OutboundTaskRows,
  OutboundTasks,
  TaskDraft,
  TaskRow,
  TaskView,
} from '#ports/outbound-tasks.ts';

export interface TaskDeskOptions {
  readonly rows: OutboundTaskRows;
  readonly audit: (who: Principal, note: AuditNote) => Promise<void>;
  readonly countryOf: (tenantId: TenantId) => Promise<{ readonly country: string }>;
  readonly changes: ChangeFeed;
  readonly clock: Clock;
}

const maxDescription = 100;
/** @see spec decision 17 */
const minPredictiveRing = 15;

const notFound: Refusal = { code: 'api/not-found' };

const missingParts: Readonly<
  Record<MissingPart, { field: string; code: FaultCode; message: string }>
> = {
  asset: {
    field: 'voiceAssetId',
    code: 'task/unknown-asset',
    message: 'there is no such voice asset',
  },
  roster: {
    field: 'rosterId',
    code: 'roster/unknown',
    message: 'there is no such roster, or its rows are not there yet',
  },
  queue: { field: 'queueId', code: 'queue/unknown', message: 'there is no such queue' },
  'caller-number': {
    field: 'callerNumbers',
    code: 'task/caller-number',
    message: 'none of your trunks has one of these numbers',
  },
};

const refusalOf = (errors: readonly FieldError[]): Refusal => ({ code: 'task/invalid', errors });

/** Rules that stand in more than one field. */
const faultsOf = (draft: TaskDraft, nowMs: number): readonly FieldError[] => {
  const name = taskNameFault(draft.name);
  const times = taskTimeFaults(
    {
      timeZone: draft.timeZone,
      windows: draft.windows,
      notBeforeMs: draft.notBefore === null ? null : Date.parse(draft.notBefore),
      notAfterMs: draft.notAfter === null ? null : Date.parse(draft.notAfter),
    },
    nowMs,
  );
  const isPredictive = draft.kind === 'predictive';
  const coded = ({ rule, ...fault }: DraftFault): FieldError => ({ ...fault, code: rule });
  return [
    ...(name === null ? [] : [coded(name)]),
    ...(Array.from(draft.description).length > maxDescription
      ? [
          {
            field: 'description',
            code: 'too-long',
            message: `must have at most ${maxDescription} characters`,
            facts: { maximum: maxDescription },
          },
        ]
      : []),
    ...times.map(coded),
    ...(isPredictive && draft.queueId === null
      ? [{ field: 'queueId', code: 'queue-needed', message: 'a predictive task needs a queue' }]
      : []),
    ...(isPredictive && draft.ringSeconds < minPredictiveRing
      ? [
          {
            field: 'ringSeconds',
            code: 'ring-too-short',
            message: `a predictive task rings at least ${minPredictiveRing} s`,
            facts: { minimum: minPredictiveRing },
          },
        ]
      : []),
  ];
};

/** The order without what has become of it. */
const draftOf = (view: TaskView): TaskDraft => ({
  kind: view.kind,
  name: view.name,
  description: view.description,
  voiceAssetId: view.voiceAssetId,
  rosterId: view.rosterId,
  notBefore: view.notBefore,
  notAfter: view.notAfter,
  timeZone: view.timeZone,
  windows: view.windows,
  tries: view.tries,
  retryIntervalSeconds: view.retryIntervalSeconds,
  ringSeconds: view.ringSeconds,
  concurrency: view.concurrency,
  callsPerSecond: view.callsPerSecond,
  callerNumbers: view.callerNumbers,
  optOutKey: view.optOutKey,
  queueId: view.queueId,
  priority: view.priority,
  callOrder: view.callOrder,
  abandonPercent: view.abandonPercent,
});

class TaskDesk {
  readonly #options: TaskDeskOptions;

  constructor(options: TaskDeskOptions) {
    this.#options = options;
  }

  async create(who: Principal, draft: TaskDraft): Promise<Result<TaskView, Refusal>> {
    const id = randomUUIDv7() as TaskId;
    const row = await this.#rowOf(who, id, draft);
    if (!row.ok) return row;
    const stored = await this.#stored(async () => {
      await this.#options.rows.insert(row.value);
      return true;
    });
    if (!stored.ok) return stored;
    return this.#done(who, id, 'create', { ...draft });
  }

  async change(
    who: Principal,
    id: string,
    change: Parameters<OutboundTasks['change']>[2],
    version?: number,
  ): Promise<Result<TaskView, Refusal>> {
    const { rows } = this.#options;
    const before = await rows.find(who.tenantId, id);
    if (before === null) return refuse(notFound);
    if (before.state !== taskStates.initial) return refuse({ code: 'task/already-started' });
    if (version !== undefined && version !== before.version)
      return refuse({ code: 'api/changed-meanwhile' });
    const given = Object.fromEntries(
      Object.entries(change).filter(([, value]) => value !== undefined),
    );
    const draft: TaskDraft = { ...draftOf(before), ...given };
    const row = await this.#rowOf(who, before.id, draft);
    if (!row.ok) return row;
    const stored = await this.#stored(() => rows.update(row.value, before.version));
    if (stored.ok) return this.#done(who, id, 'update', given);
    const now = await rows.find(who.tenantId, id);
    return now !== null && now.state === taskStates.initial && now.version !== before.version
      ? refuse({ code: 'api/changed-meanwhile' })
      : stored;
  }

  async remove(who: Principal, id: string): Promise<Result<null, Refusal>> {
    const { rows, audit, changes } = this.#options;
    const before = await rows.find(who.tenantId, id);
    if (before === null) return refuse(notFound);
    if (!(await rows.remove(who.tenantId, id))) return refuse({ code: 'task/still-running' });
    const detail = { name: before.name, counts: before.counts };
    await audit(who, { action: 'task.delete', subjectKind: 'task', subjectId: id, detail });
    changes.publish({ tenantId: who.tenantId, topic: 'tasks', id });
    return ok(null);
  }

  async act(
    who: Principal,
    id: string,
    action: TaskAction,
    isCut: boolean,
  ): Promise<Result<TaskView, Refusal>> {
    const { rows, clock } = this.#options;
    // Once more when the dialler changed the state in the same moment; what it found then is the answer.
    for (let turn = 0; turn < 3; turn++) {
      const task = await rows.find(who.tenantId, id);
      if (task === null) return refuse(notFound);
      const refusal = refusalOfTaskAction({ state: task.state, isPaused: task.paused }, action);
      if (refusal !== null) return refuse({ code: `task/${refusal}` });
      const now = new Date(clock.nowMs());
      const stopped =
        task.state === taskStates.initial
          ? { state: taskStates.terminated, endedAt: now }
          : { state: taskStates.ending, stopMode: isCut ? ('cut' as const) : ('finish' as const) };
      const change = {
        start: { notBefore: now },
        pause: { paused: true },
        resume: { paused: false },
        stop: stopped,
      }[action];
      if (await rows.act(who.tenantId, id, task, change))
        return this.#done(who, id, action, action === 'stop' ? { cut: isCut } : {});
    }
    return refuse({ code: 'api/busy', retryAfterSeconds: 1 });
  }

  async #rowOf(who: Principal, id: TaskId, draft: TaskDraft): Promise<Result<TaskRow, Refusal>> {
    const { rows, clock, countryOf } = this.#options;
    const nowMs = clock.nowMs();
    const { country } = await countryOf(who.tenantId);
    const row: TaskRow = {
      ...draft,
      id,
      tenantId: who.tenantId,
      name: draft.name.trim(),
      description: draft.description.trim(),
      callerNumbers: [
        ...new Set(draft.callerNumbers.map((number) => normaliseNumber(number, country))),
      ],
      queueId: draft.kind === 'predictive' ? draft.queueId : null,
      notBefore: new Date(draft.notBefore ?? nowMs),
      notAfter: draft.notAfter === null ? null : new Date(draft.notAfter),
      createdBy: who.id,
      createdAt: new Date(nowMs),
    };
    const missing = await rows.missing(row);
    const errors = [...faultsOf(draft, nowMs), ...missing.map((part) => missingParts[part])];
    return errors.length === 0 ? ok(row) : refuse(refusalOf(errors));
  }

  async #stored(store: () => Promise<boolean>): Promise<Result<null, Refusal>> {
    try {
      return (await store()) ? ok(null) : refuse({ code: 'task/already-started' });
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      if (thrown.code === 'database/not-unique') {
        const message = 'A task with this name exists.';
        const errors = [{ field: 'name', code: 'task/name-taken', message }];
        return refuse({ code: 'task/name-taken', detail: message, errors });
      }
      if (thrown.code === 'task/unknown-asset') return refuse(refusalOf([missingParts.asset]));
      if (thrown.code === 'roster/unknown') return refuse(refusalOf([missingParts.roster]));
      throw thrown;
    }
  }

  async #done(
    who: Principal,
    id: string,
    verb: string,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<Result<TaskView, Refusal>> {
    const { rows, audit, changes } = this.#options;
    await audit(who, { action: `task.${verb}`, subjectKind: 'task', subjectId: id, detail });
    changes.publish({ tenantId: who.tenantId, topic: 'tasks', id });
    const view = await rows.find(who.tenantId, id);
    return view === null ? refuse(notFound) : ok(view);
  }
}

export const createOutboundTasks = (options: TaskDeskOptions): OutboundTasks => {
  const desk = new TaskDesk(options);
  const { rows } = options;
  const within = async <T>(who: Principal, id: string, read: () => Promise<T>): Promise<T | null> =>
    (await rows.find(who.tenantId, id)) === null ? null : read();
  return {
    list: (who, page) => rows.list(who.tenantId, page),
    find: (who, id) => rows.find(who.tenantId, id),
    create: (who, draft) => desk.create(who, draft),
    change: (who, id, change, version) => desk.change(who, id, change, version),
    remove: (who, id) => desk.remove(who, id),
    act: (who, id, action, isCut) => desk.act(who, id, action, isCut),
    callees: (who, id, page, state) =>
      within(who, id, () => rows.callees(who.tenantId, id, page, state)),
    attempts: (who, id, page, only) =>
      within(who, id, () => rows.attempts(who.tenantId, id, page, only)),
    outcomes: (who, id) => within(who, id, () => rows.outcomes(who.tenantId, id)),
  };
};
