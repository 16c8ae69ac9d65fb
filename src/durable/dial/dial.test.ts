import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { sqlDialRows } from '#adapters/postgres/outbound/dial-rows.ts';
import { sqlDoNotCallRows } from '#adapters/postgres/outbound/do-not-call.ts';
import { sqlOutboundTaskRows } from '#adapters/postgres/outbound/tasks.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { createChangeFeed } from '#adapters/events/change-feed.ts';
import { Fault } from '#base/fault.ts';
import type { CallId } from '#core/ids.ts';
import type { AuditNote } from '#ports/administration.ts';
import type { StandingAlarms } from '#ports/alarms.ts';
import type { Clock } from '#ports/clock.ts';
import type { TaskDraft } from '#ports/outbound-tasks.ts';
import { FakeLog, fakeMetrics } from '../../../tests/rig/fake-call-world.ts';
import {
  addOutboundTenant,
  addRoster,
  callerNumber,
  FakePlacer,
  numbered,
  taskDraft,
} from '../../../tests/rig/outbound.ts';
import { adminOf } from '../../../tests/rig/principal.ts';
import { until } from '../../../tests/rig/programs.ts';
import { silentLog } from '../../../tests/rig/silent.ts';
import { openTestDatabase, type TestDatabase } from '../../../tests/rig/test-database.ts';
import { type Dialler, startDialler } from './dialler.ts';
import { LostAttempts } from './lost-attempts.ts';
import { recoverAttempts } from './recover-attempts.ts';
import { createOutboundTasks } from './task-desk.ts';

const who = adminOf('tenant-a');
const other = adminOf('tenant-b');

let db: TestDatabase;
before(async () => {
  db = await openTestDatabase();
  await addOutboundTenant(db.database);
  await addOutboundTenant(db.database, 'tenant-b', 2);
});
after(() => db.drop());

/** Real time, moved on by what a test asks for. */
const movedClock = () => {
  let movedMs = 0;
  const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + movedMs };
  return { clock, move: (ms: number) => (movedMs += ms) };
};

const world = (node = 'node-1') => {
  const { kysely } = db.database;
  const { clock, move } = movedClock();
  const log = new FakeLog();
  const changes = createChangeFeed(log);
  const audited: AuditNote[] = [];
  const placer = new FakePlacer(() => clock.nowMs());
  const rows = sqlDialRows(kysely);
  const tasks = createOutboundTasks({
    rows: sqlOutboundTaskRows(kysely),
    audit: async (_who, note) => void audited.push(note),
    countryOf: async () => ({ country: 'ID' }),
    changes,
    clock,
  });
  const raised: string[] = [];
  const cleared: string[] = [];
  const options = {
    rows,
    placer,
    prompts: {
      prompt: async () => ({ promptName: 'asset-1', durationMs: 4000 }),
    },
    node,
    changes,
    alarms: {
      raise: async ({ kind }: { kind: string }) => void raised.push(kind),
      clear: async ({ kind }: { kind: string }) => void cleared.push(kind),
      standing: async () => [],
    } as StandingAlarms,
    clock,
    log,
    metrics: fakeMetrics,
  };
  const diallers: Dialler[] = [];
  return {
    rows,
    tasks,
    placer,
    clock,
    move,
    options,
    raised,
    cleared,
    audited,
    start: (more: Partial<typeof options> = {}) => {
      diallers.push(startDialler({ ...options, ...more }));
    },
    make: async (people: Parameters<typeof addRoster>[1], change: Partial<TaskDraft> = {}) => {
      const roster = await addRoster(db.database, people);
      const made = await tasks.create(who, taskDraft(roster, change));
      assert.ok(made.ok, JSON.stringify(made));
      return made.value;
    },
    view: async (id: string) => {
      const view = await tasks.find(who, id);
      assert.ok(view);
      return view;
    },
    close: async () => {
      for (const dialler of diallers) await dialler.close(5000);
      await kysely
        .updateTable('outboundTasks')
        .set({ state: 4 })
        .where('state', 'in', [0, 1, 3])
        .execute();
    },
  };
};
type World = ReturnType<typeof world>;

/** Runs a test in a world of its own that is closed whatever happens. */
const inWorld = (title: string, run: (world: World) => Promise<void>): void => {
  test(title, async () => {
    const own = world();
    try {
      await run(own);
    } finally {
      await own.close();
    }
  });
};

const reached = <T>(what: string, look: () => Promise<T | undefined> | T | undefined) =>
  until(what, look, { deadlineMs: 20_000, everyMs: 10 });

const overWith = (own: World, id: string, state: number) =>
  reached(`state ${state}`, async () => {
    const view = await own.view(id);
    return view.state === state ? view : undefined;
  });

inWorld(
  'everybody of the roster is dialled once, no more at a time than the task allows, and then it is completed',
  async (own) => {
    let most = 0;
    own.placer.onPlace = (call) => {
      most = Math.max(most, own.placer.up.size);
      setImmediate(() => {
        call.answer();
        call.end('ok', 4000);
      });
    };
    const task = await own.make(numbered(40), { concurrency: 4, callsPerSecond: 1000 });
    assert.equal(task.counts.initial, 40);
    own.start();
    const view = await overWith(own, task.id, 2);
    assert.deepEqual(view.counts, {
      initial: 0,
      answered: 40,
      unanswered: 0,
      calling: 0,
      pendingRetry: 0,
    });
    assert.equal(new Set(own.placer.placed.map((call) => call.order.to)).size, 40);
    assert.equal(own.placer.placed.length, 40);
    assert.ok(most <= 4, `${most} at once`);
    const page = await own.tasks.attempts(who, task.id, { limit: 1, cursor: null }, null);
    const [attempt] = page?.items ?? [];
    assert.deepEqual(
      [
        attempt?.endStatus,
        attempt?.playedMs,
        attempt?.playCompleted,
        attempt?.disposition,
        attempt?.attempt,
      ],
      ['ok', 4000, true, 'message', 1],
    );
  },
);

inWorld(
  'two workers that race never dial one person twice, and keep the limit together',
  async (own) => {
    const second = new FakePlacer(() => own.clock.nowMs());
    let most = 0;
    for (const placer of [own.placer, second])
      placer.onPlace = (call) => {
        most = Math.max(most, own.placer.up.size + second.up.size);
        setImmediate(() => call.end('busy'));
      };
    const task = await own.make(numbered(200), { concurrency: 20, callsPerSecond: 1000 });
    own.start();
    own.start({ placer: second, node: 'node-2' });
    const view = await overWith(own, task.id, 2);
    assert.equal(view.counts.unanswered, 200);
    const numbers = [...own.placer.placed, ...second.placed].map((call) => call.order.to);
    assert.equal(numbers.length, 200);
    assert.equal(new Set(numbers).size, 200);
    assert.ok(most <= 20, `${most} at once`);
  },
);

inWorld('calls per second hold, and caller numbers take turns', async (own) => {
  own.placer.onPlace = (call) => setImmediate(() => call.end('busy'));
  const task = await own.make(numbered(12), {
    concurrency: 50,
    callsPerSecond: 10,
    callerNumbers: [callerNumber, '+62215550002'],
  });
  own.start();
  await reached('the first ones', () => (own.placer.placed.length > 0 ? true : undefined));
  const begunAt = performance.now();
  await overWith(own, task.id, 2);
  // Ten may leave at once, for the second before; the other two follow at 10 a second.
  assert.ok(performance.now() - begunAt > 100);
  const used = own.placer.placed.map((call) => call.order.callerNumber);
  assert.equal(used.filter((number) => number === callerNumber).length, 6);
});

inWorld(
  'busy is tried again after the interval until the tries are used up; a wrong number is not',
  async (own) => {
    const [busy, wrong] = ['+6281200000001', '+6281200000002'];
    own.placer.onPlace = (call) =>
      setImmediate(() => call.end(call.order.to === busy ? 'busy' : 'numberNotExist'));
    const task = await own.make([{ number: busy }, { number: wrong }], {
      tries: 3,
      retryIntervalSeconds: 60,
    });
    own.start();
    const callsOf = (number: string): number =>
      own.placer.placed.filter((call) => call.order.to === number).length;
    for (const count of [1, 2, 3]) {
      await reached(`try ${count}`, () => (callsOf(busy) === count ? true : undefined));
      if (count < 3) {
        const view = await reached('it waits', async () => {
          const now = await own.view(task.id);
          return now.counts.pendingRetry === 1 ? now : undefined;
        });
        assert.equal(view.state, 1);
        own.move(59_000);
        await new Promise((resolve) => setTimeout(resolve, 150));
        assert.equal(callsOf(busy), count, 'not before the interval is over');
        own.move(1500);
      }
    }
    const view = await overWith(own, task.id, 2);
    assert.equal(view.counts.unanswered, 2);
    assert.equal(callsOf(wrong), 1);
    const callees = await own.tasks.callees(who, task.id, { limit: 10, cursor: null }, null);
    assert.deepEqual(
      callees?.items.map(({ attempts, endStatus, sessions }) => [
        attempts,
        endStatus,
        sessions.length,
      ]),
      [
        [3, 'busy', 3],
        [1, 'numberNotExist', 1],
      ],
    );
  },
);

inWorld('people are dialled only while a window is open where they live', async (own) => {
  const minutes = Math.floor((own.clock.nowMs() / 60_000) % 1440);
  const time = (at: number) =>
    `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
  const days = [1, 2, 3, 4, 5, 6, 7];
  // Open now in UTC; the hour has another number twelve zones away.
  const from = Math.max(0, minutes - 30);
  const window = { days, from: time(from), until: time(Math.min(1440, from + 60)) };
  const far = { number: '+6281200000012', timeZone: 'Pacific/Auckland' };
  const near = { number: '+6281200000011', timeZone: 'UTC' };
  own.placer.onPlace = (call) => setImmediate(() => call.end('ok'));
  const task = await own.make([far, near], { timeZone: 'UTC', windows: [window] });
  own.start();
  await reached('the near one', () => (own.placer.placed.length > 0 ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(
    own.placer.placed.map((call) => call.order.to),
    [near.number],
  );
  assert.equal((await own.view(task.id)).state, 1);
});

inWorld(
  'nobody on the do-not-call list is dialled, also when they come on it while the task runs; the opt-out key puts them there',
  async (own) => {
    const list = sqlDoNotCallRows(db.database.kysely);
    const [first, listed, later] = ['+6281200000021', '+6281200000022', '+6281200000023'];
    const entry = { source: 'person' as const, note: '', taskId: null, createdBy: null };
    await list.add(who.tenantId, [{ ...entry, number: listed }]);
    const task = await own.make(
      [first, listed, later].map((number) => ({ number })),
      {
        concurrency: 1,
        optOutKey: '9',
      },
    );
    own.start();
    const call = await reached('the first', () => own.placer.placed[0]);
    await list.add(who.tenantId, [{ ...entry, number: later }]);
    assert.equal(call.order.optOutKey, '9');
    call.answer();
    call.tell({ kind: 'optedOut' });
    call.end('ok', 1200);
    const view = await overWith(own, task.id, 2);
    assert.deepEqual([view.counts.answered, view.counts.unanswered], [1, 2]);
    assert.equal(own.placer.placed.length, 1);
    const entries = await list.list(who.tenantId, { limit: 10, cursor: null }, first);
    assert.deepEqual(
      entries.items.map(({ source }) => source),
      ['opt-out'],
    );
    const callees = await own.tasks.callees(who, task.id, { limit: 10, cursor: null }, 2);
    assert.deepEqual(
      callees?.items.map(({ endStatus }) => endStatus),
      ['restrictedCallee', 'restrictedCallee'],
    );
  },
);

inWorld(
  'a paused task dials nobody, resumed it goes on; stopped, calls finish or are cut as chosen',
  async (own) => {
    const task = await own.make(numbered(6), { concurrency: 2 });
    own.start();
    await reached('two calls', () => (own.placer.up.size === 2 ? true : undefined));
    assert.ok((await own.tasks.act(who, task.id, 'pause', false)).ok);
    for (const call of [...own.placer.up.values()]) call.end('busy');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(own.placer.placed.length, 2);
    assert.ok((await own.tasks.act(who, task.id, 'resume', false)).ok);
    await reached('the next two', () => (own.placer.up.size === 2 ? true : undefined));
    const stopped = await own.tasks.act(who, task.id, 'stop', false);
    assert.equal(stopped.ok && stopped.value.state, 3);
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal(own.placer.up.size, 2, 'they finish');
    assert.ok((await own.tasks.act(who, task.id, 'stop', true)).ok);
    const view = await overWith(own, task.id, 4);
    assert.equal(own.placer.hungUp.length, 2);
    assert.deepEqual([view.counts.initial, view.counts.calling], [2, 0]);
    const again = await own.tasks.act(who, task.id, 'start', false);
    assert.equal(!again.ok && again.error.code, 'task/already-over');
    assert.deepEqual(
      own.audited.map(({ action }) => action),
      ['task.create', 'task.pause', 'task.resume', 'task.stop', 'task.stop'],
    );
  },
);

inWorld(
  'a scheduled task begins at its time or by order, can be changed until then, and ends at its end',
  async (own) => {
    const soon = new Date(own.clock.nowMs() + 3_600_000).toISOString();
    const end = new Date(own.clock.nowMs() + 7_200_000).toISOString();
    const task = await own.make(numbered(3), { notBefore: soon, notAfter: end, concurrency: 1 });
    own.start();
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal((await own.view(task.id)).state, 0);
    const changed = await own.tasks.change(who, task.id, { tries: 2 }, task.version);
    assert.equal(changed.ok && changed.value.tries, 2);
    const second = await own.tasks.change(who, task.id, { name: 'Mine' }, task.version);
    assert.equal(!second.ok && second.error.code, 'api/changed-meanwhile');
    assert.equal((await own.view(task.id)).name, task.name);
    own.move(3_600_000);
    await reached('a call', () => own.placer.placed[0]);
    const late = await own.tasks.change(who, task.id, { tries: 3 });
    assert.equal(!late.ok && late.error.code, 'task/already-started');
    own.move(3_600_000);
    await overWith(own, task.id, 3);
    own.placer.placed[0]?.end('ok');
    const view = await overWith(own, task.id, 4);
    assert.equal(view.counts.initial, 2);
  },
);

inWorld(
  'a number no trunk may dial is told as such and costs no call; a full node tries later and counts nothing',
  async (own) => {
    own.placer.refusal = 'no-capacity';
    const task = await own.make(numbered(1));
    own.start();
    await reached('it was undone', async () => {
      const { rows } = await db.database
        .executeSql('select attempts, state from outbound_callees where task_id = $1', [task.id])
        .then((found) => found as { rows: { attempts: number; state: number }[] });
      return rows[0]?.state === 0 && rows[0].attempts === 0 ? true : undefined;
    });
    own.placer.refusal = 'prefix-not-allowed';
    own.move(6000);
    await overWith(own, task.id, 2);
    const callees = await own.tasks.callees(who, task.id, { limit: 1, cursor: null }, null);
    assert.equal(callees?.items[0]?.endStatus, 'restrictedArea');
  },
);

inWorld(
  'a trunk that is removed while a task runs uses nobody up: the task rests with an alarm and goes on when there is one again',
  async (own) => {
    own.placer.onPlace = (call) => setImmediate(() => call.end('ok', 4000));
    own.placer.refusal = 'no-trunk';
    const task = await own.make(numbered(30), { concurrency: 100, callsPerSecond: 200 });
    own.start();
    await reached('the alarm', () => own.raised[0]);
    assert.deepEqual(own.raised, ['task/cannot-dial']);
    await reached('everybody waits again', async () => {
      const { counts } = await own.view(task.id);
      return counts.initial === 30 ? true : undefined;
    });
    own.placer.refusal = null;
    own.move(11_000);
    await overWith(own, task.id, 2);
    assert.equal(own.placer.placed.length, 30);
    assert.equal((await own.view(task.id)).counts.unanswered, 30);
    assert.ok(own.cleared.includes('task/cannot-dial'));
  },
);

inWorld(
  'one caller number that no trunk carries rests alone: the others dial on, and its alarm stands until it works again',
  async (own) => {
    const [good, bad] = [callerNumber, '+62215550002'];
    own.placer.trunkless.add(bad);
    own.placer.onPlace = (call) => setImmediate(() => call.end('ok', 4000));
    const task = await own.make(numbered(30), {
      concurrency: 4,
      callsPerSecond: 1000,
      callerNumbers: [good, bad],
    });
    let standingMs = own.clock.nowMs();
    own.start({ clock: { ...own.clock, nowMs: () => standingMs } });
    // Time stands still: of the first four two are due again later, everybody else is dialled with the number that works.
    await reached('the others', () => (own.placer.placed.length === 28 ? true : undefined));
    assert.ok(own.placer.placed.every((call) => call.order.callerNumber === good));
    assert.deepEqual(own.raised, ['task/cannot-dial'], 'once');
    assert.ok(!own.cleared.includes('task/cannot-dial'));
    own.placer.onPlace = () => undefined;
    own.placer.trunkless.clear();
    standingMs += 10_001;
    await reached(
      'the end of the alarm',
      () => own.cleared.includes('task/cannot-dial') || undefined,
    );
    assert.deepEqual(
      own.placer.placed.slice(28).map((call) => call.order.callerNumber),
      [good, bad],
    );
    assert.equal(new Set(own.placer.placed.map((call) => call.order.to)).size, 30);
    assert.equal((await own.view(task.id)).state, 1);
  },
);

inWorld('a task whose turn fails each time does not stop the tasks after it', async (own) => {
  own.placer.onPlace = (call) => setImmediate(() => call.end('ok', 4000));
  const broken = await own.make(numbered(1), { priority: 1 });
  const sound = await own.make(numbered(1), { priority: 5 });
  const { rows } = own;
  own.start({
    rows: {
      ...rows,
      claim: async (order) => {
        if (order.taskId === broken.id) throw new Error('EIO of one asset');
        return rows.claim(order);
      },
    },
  });
  await overWith(own, sound.id, 2);
  assert.deepEqual(own.raised, ['task/turn-failed']);
  assert.equal((await own.view(broken.id)).counts.initial, 1);
});

inWorld(
  'a message that cannot be played raises an alarm, and nobody is dialled to hear nothing',
  async (own) => {
    const task = await own.make(numbered(1));
    let sound: { promptName: string; durationMs: number } | null = null;
    own.placer.onPlace = (call) => setImmediate(() => call.end('ok', 4000));
    own.start({ prompts: { prompt: async () => sound as never } });
    await reached('the alarm', () => own.raised[0]);
    assert.deepEqual(own.raised, ['task/prompt-missing']);
    assert.equal(own.placer.placed.length, 0);
    assert.equal((await own.view(task.id)).counts.initial, 1);
    assert.ok(!own.cleared.includes('task/prompt-missing'));
    sound = { promptName: 'asset-1', durationMs: 4000 };
    own.move(10_001);
    await overWith(own, task.id, 2);
    assert.ok(own.cleared.includes('task/prompt-missing'), 'it can be played again');
  },
);

inWorld('an alarm about a task goes when the task is stopped', async (own) => {
  const task = await own.make(numbered(1));
  own.start({ prompts: { prompt: async () => null as never } });
  await reached('the alarm', () => own.raised[0]);
  assert.ok((await own.tasks.act(who, task.id, 'stop', true)).ok);
  await reached(
    'the end of the alarm',
    () => own.cleared.includes('task/prompt-missing') || undefined,
  );
});

inWorld(
  'alarms of an earlier life go with the start when their task is over, and with the task when it still runs',
  async (own) => {
    const alarms = new SqlAlarms(db.database.kysely, own.options.changes);
    const kinds = ['task/cannot-dial', 'task/prompt-missing', 'task/turn-failed'];
    const { tenantId } = who;
    const task = await own.make(numbered(1));
    for (const subjectId of ['deleted-meanwhile', task.id])
      for (const kind of kinds) await alarms.raise({ tenantId, kind, subjectId, message: '' });
    const standing = async (subjectId: string) =>
      (await alarms.standing(kinds)).filter((alarm) => alarm.subjectId === subjectId);
    own.placer.refusal = 'no-capacity';
    own.start({ alarms });
    await reached('the end of those without a task', async () =>
      (await standing('deleted-meanwhile')).length === 0 ? true : undefined,
    );
    assert.ok((await standing(task.id)).some(({ kind }) => kind === 'task/cannot-dial'));
    assert.ok((await own.tasks.act(who, task.id, 'stop', true)).ok);
    await reached('the end of those of the task', async () =>
      (await standing(task.id)).length === 0 ? true : undefined,
    );
  },
);

inWorld(
  'predictive: one number per free agent, abandoned calls are counted and kept',
  async (own) => {
    own.placer.freeSeats = { free: 2, busy: 0 };
    const task = await own.make(numbered(4), {
      kind: 'predictive',
      queueId: 'queue-tenant-a',
      concurrency: 50,
    });
    own.start();
    await reached('two calls', () => (own.placer.up.size === 2 ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal(own.placer.placed.length, 2);
    const [one, two] = own.placer.placed;
    one?.answer();
    one?.agent();
    own.placer.freeSeats = { free: 0, busy: 2 };
    two?.answer();
    two?.end('ok', 4000);
    one?.end('ok');
    await reached('both are written', async () =>
      (await own.view(task.id)).counts.answered === 2 ? true : undefined,
    );
    const view = await own.view(task.id);
    assert.equal(view.abandoned, 1);
    const evidence = await own.tasks.attempts(
      who,
      task.id,
      { limit: 10, cursor: null },
      'abandoned',
    );
    assert.deepEqual(
      evidence?.items.map(({ number, playedMs }) => [number, playedMs]),
      [[two?.order.to, 4000]],
    );
    assert.equal(own.placer.placed.length, 2, 'nobody is free');
    const slices = await own.tasks.outcomes(who, task.id);
    assert.equal(
      slices?.reduce((sum, slice) => sum + slice.abandoned, 0),
      1,
    );
  },
);

inWorld(
  'after a crash: what was dialled is ended as the account says, what was not is undone, twice changes nothing',
  async (own) => {
    const task = await own.make(numbered(4), { tries: 2 });
    const nowMs = own.clock.nowMs();
    await own.rows.begin(task.id, nowMs);
    await own.rows.prepare(task.id, nowMs);
    const { attempts } = await own.rows.claim({
      taskId: task.id,
      node: 'dead',
      zones: ['Asia/Jakarta'],
      limit: 4,
      nowMs,
    });
    assert.equal(attempts.length, 4);
    const ids = attempts.map(({ id }) => id) as [CallId, CallId, CallId, CallId];
    const inLedger = async (id: string, answered: boolean): Promise<void> => {
      await db.database.executeSql(
        `insert into calls (id, tenant_id, node, call_type, direction, caller, callee, directory_version, started_at, ended_at,
        end_status, outcome) values ($1, 'tenant-a', 'dead', 'task', 'out', '', '', 1, now(), now(), 'error', 'excluded')`,
        [id],
      );
      if (!answered) return;
      await db.database.executeSql(
        `insert into legs (id, call_id, tenant_id, direction, participant, participant_kind, endpoint_user, sip_call_id,
        started_at, answered_at) values ($1, $1, 'tenant-a', 'out', 1, 'customer', '', '', now(), now())`,
        [id],
      );
      await db.database.executeSql(
        `insert into call_events (call_id, tenant_id, position, at, kind, facts) values ($1, 'tenant-a', 1, now(), 'messagePlayed',
        '{"playedMs":"1500","completed":"false"}')`,
        [id],
      );
    };
    await inLedger(ids[0], true);
    await inLedger(ids[1], false);
    assert.deepEqual(await recoverAttempts({ ...own.options, node: 'somebody-else' }), {
      ended: 0,
      undone: 0,
    });
    assert.deepEqual(await recoverAttempts({ ...own.options, node: 'dead' }), {
      ended: 2,
      undone: 2,
    });
    assert.deepEqual(await recoverAttempts({ ...own.options, node: 'dead' }), {
      ended: 0,
      undone: 0,
    });
    const view = await own.view(task.id);
    assert.deepEqual(view.counts, {
      initial: 2,
      answered: 1,
      unanswered: 0,
      calling: 0,
      pendingRetry: 1,
    });
    const page = await own.tasks.attempts(who, task.id, { limit: 10, cursor: null }, null);
    const answered = page?.items.find(({ id }) => id === ids[0]);
    assert.deepEqual([answered?.playedMs, answered?.disposition], [1500, 'message']);
  },
);

/** A node that looks after the others while the time passes, minute by minute. */
const watching = (own: World, node: string) => {
  const lost = new LostAttempts({ ...own.options, node });
  return async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute++) {
      await lost.look();
      own.move(60_000);
    }
  };
};

inWorld(
  'attempts of a node that never returns are ended as lost after an hour: nobody is dialled again, the task settles and can go',
  async (own) => {
    const task = await own.make(numbered(3), { tries: 3 });
    await own.rows.begin(task.id, own.clock.nowMs());
    await own.rows.prepare(task.id, own.clock.nowMs());
    const claimed = async (node: string, nowMs: number) => {
      const order = { taskId: task.id, node, zones: ['Asia/Jakarta'], limit: 1, nowMs };
      const { attempts } = await own.rows.claim(order);
      assert.equal(attempts.length, 1);
      return attempts[0]?.id ?? ('' as CallId);
    };
    const startMs = own.clock.nowMs();
    await own.rows.seen('burnt', startMs);
    const gone = await claimed('burnt', startMs);
    await claimed('burnt', startMs + 2000);
    const living = await claimed('living', startMs + 4000);
    const beat = watching(own, 'node-1');
    await beat(58);
    await own.rows.seen('living', own.clock.nowMs());
    assert.equal((await own.view(task.id)).counts.calling, 3, 'an hour is not over');
    await beat(6);
    const { counts } = await own.view(task.id);
    assert.deepEqual([counts.calling, counts.unanswered, counts.pendingRetry], [1, 2, 0]);
    const page = await own.tasks.attempts(who, task.id, { limit: 10, cursor: null }, null);
    const lost = page?.items.find(({ id }) => id === gone);
    assert.deepEqual([lost?.endStatus, lost?.disposition], ['unknown', 'lost']);
    assert.equal(await own.rows.settle(task.id, own.clock.nowMs()), false, 'the other one talks');
    const over = { answeredAtMs: null, playedMs: null, playCompleted: false, optedOut: false };
    const end = {
      ...over,
      endedAtMs: own.clock.nowMs(),
      endStatus: 'busy' as const,
      disposition: null,
      agentId: null,
      agentAfterMs: null,
    };
    await own.rows.finish(living, { ...end, callee: { state: 2, dueAtMs: null } });
    assert.equal(await own.rows.settle(task.id, own.clock.nowMs()), true);
    // Late, the truth still comes in, but nobody of a task that is over is dialled again for it.
    await own.rows.finish(gone, { ...end, callee: { state: 4, dueAtMs: end.endedAtMs } });
    const after = await own.view(task.id);
    assert.deepEqual([after.state, after.counts.unanswered, after.counts.pendingRetry], [2, 3, 0]);
    const told = await own.tasks.attempts(who, task.id, { limit: 10, cursor: null }, null);
    assert.equal(told?.items.find(({ id }) => id === gone)?.endStatus, 'busy');
    assert.ok((await own.tasks.remove(who, task.id)).ok);
  },
);

inWorld(
  'a node that slept, or whose database was away, takes nobody for gone before an hour of watching is over',
  async (own) => {
    const task = await own.make(numbered(1));
    await own.rows.begin(task.id, own.clock.nowMs());
    await own.rows.prepare(task.id, own.clock.nowMs());
    const nowMs = own.clock.nowMs();
    const order = { taskId: task.id, node: 'asleep-too', zones: ['Asia/Jakarta'], limit: 1, nowMs };
    assert.equal((await own.rows.claim(order)).attempts.length, 1);
    const beat = watching(own, 'node-1');
    await beat(50);
    own.move(10 * 3_600_000);
    await beat(50);
    assert.equal((await own.view(task.id)).counts.calling, 1);
    await beat(12);
    assert.equal((await own.view(task.id)).counts.calling, 0);
  },
);

test('two nodes share one limit of abandoned calls: only a node that is alone dials ahead of its agents', async () => {
  const own = world();
  const task = await own.make(numbered(60), {
    kind: 'predictive',
    queueId: 'queue-tenant-a',
    concurrency: 100,
    callsPerSecond: 200,
    ringSeconds: 20,
  });
  assert.ok(await own.rows.begin(task.id, own.clock.nowMs()));
  assert.ok(await own.rows.prepare(task.id, own.clock.nowMs()));
  const zones = ['Asia/Jakarta'];
  const claim = async (node: string, surely: number, beyond = 0) => {
    own.move(1000);
    const ahead = { surely, beyond, mayAbandon: 3, ofLast: 100 };
    const order = { taskId: task.id, node, zones, limit: 9, nowMs: own.clock.nowMs() };
    return (await own.rows.claim({ ...order, ahead })).attempts;
  };
  const end = async (id: CallId, disposition: 'abandoned' | 'agent') => {
    const nowMs = own.clock.nowMs();
    await own.rows.finish(id, {
      answeredAtMs: nowMs,
      endedAtMs: nowMs,
      endStatus: 'ok',
      playedMs: null,
      playCompleted: false,
      optedOut: false,
      disposition,
      agentId: null,
      agentAfterMs: null,
      callee: { state: 1, dueAtMs: null },
    });
  };
  // One free agent and three that may be abandoned, of which two are up already.
  const first = await claim('node-1', 1, 2);
  assert.equal(first.length, 2);
  const second = await claim('node-1', 0, 1);
  assert.equal(second.length, 2);
  // Another node has two free agents of its own, and dials for them alone.
  const third = await claim('node-2', 2);
  assert.equal(third.length, 2);
  assert.equal((await claim('node-1', 1)).length, 1, 'nor does the first dial ahead any more');
  for (const { id } of [...first, ...second]) await end(id, 'abandoned');
  for (const { id } of third) await end(id, 'agent');
  const open = await db.database.executeSql(
    'update outbound_attempts set ended_at = now() where task_id = $1 and ended_at is null',
    [task.id],
  );
  assert.ok(open);
  // Four of the last hundred were abandoned, by whichever node: nobody dials ahead.
  assert.equal((await claim('node-2', 1)).length, 1);
  await own.close();
});

test('every wrong field of an order is named at once, and nothing of it is made', async () => {
  const own = world();
  const roster = await addRoster(db.database, numbered(1));
  const strange = await addRoster(db.database, numbered(1), 'tenant-b');
  const fieldsOf = async (change: Partial<TaskDraft>) => {
    const made = await own.tasks.create(who, taskDraft(roster, change));
    assert.ok(!made.ok);
    return made.error.errors?.map(({ field }) => field);
  };
  assert.deepEqual(
    await fieldsOf({
      name: 'a@b',
      description: 'x'.repeat(101),
      voiceAssetId: 'asset-tenant-b',
      rosterId: strange,
      timeZone: 'Nowhere',
      callerNumbers: ['+4930123456'],
      kind: 'predictive',
      ringSeconds: 10,
      windows: [{ days: [1], from: '10:00', until: '09:00' }],
    }),
    [
      'name',
      'description',
      'timeZone',
      'windows.0',
      'queueId',
      'ringSeconds',
      'voiceAssetId',
      'rosterId',
      'callerNumbers',
    ],
  );
  assert.deepEqual(await fieldsOf({ kind: 'predictive', queueId: 'queue-tenant-b' }), ['queueId']);
  const made = await own.tasks.create(who, taskDraft(roster, { name: 'Reminder' }));
  assert.ok(made.ok);
  const twice = await own.tasks.create(who, taskDraft(roster, { name: 'reminder' }));
  assert.equal(!twice.ok && twice.error.code, 'task/name-taken');
  assert.equal(await own.tasks.find(other, made.value.id), null);
  assert.equal((await own.tasks.remove(other, made.value.id)).ok, false);
  await assert.rejects(
    db.database.executeSql('delete from voice_assets where id = $1', ['asset-tenant-a']),
    /foreign key/u,
  );
  await assert.rejects(
    db.database.executeSql('delete from rosters where id = $1', [roster]),
    /foreign key/u,
  );
  const begun = await own.rows.begin(made.value.id, own.clock.nowMs());
  assert.ok(begun);
  const early = await own.tasks.remove(who, made.value.id);
  assert.equal(!early.ok && early.error.code, 'task/still-running');
  await own.close();
  assert.ok((await own.tasks.remove(who, made.value.id)).ok);
});

test('a database that is away is told once, then once a minute with how many turns were left out', async () => {
  const { options } = world();
  const log = silentLog();
  let movedMs = 0;
  let turns = 0;
  const clock: Clock = {
    ...systemClock,
    monoMs: () => movedMs,
    setTimer: (_delayMs, callback) => systemClock.setTimer(1, callback),
  };
  const openTasks = async (): Promise<never> => {
    turns++;
    throw new Fault('database/away', 'The database cannot be reached', { retry: 'later' });
  };
  const rows = { ...options.rows, openTasks };
  const dialler = startDialler({ ...options, rows, clock, log });
  const told = () => log.events.filter(({ event }) => event === 'dial.turn-failed');
  await until('thirty turns', () => (turns >= 30 ? true : undefined));
  assert.equal(told().length, 1);
  movedMs = 60_000;
  await until('the second line', () => (told().length > 1 ? true : undefined));
  await dialler.close();
  const [first, second] = told();
  assert.equal(first?.facts?.['leftOut'], 0);
  assert.ok(Number(second?.facts?.['leftOut']) >= 29, JSON.stringify(second));
});
