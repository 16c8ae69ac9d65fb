/** Sample data: real calls between built-in phones, in queues of their own. */
import { randomInt } from 'node:crypto';
import { ok, refuse, type Result } from '#base/result.ts';
import type { AgentId, CallId, QueueId, TenantId } from '#core/ids.ts';
import type { Administration, Principal, Refusal } from '#ports/administration.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type {
  SampleData,
  SampleKind,
  SampleRows,
  SampleThing,
  SampleView,
} from '#ports/sample-data.ts';
import type { SampleCaller, SipAccount, TryOut } from '#ports/try-out.ts';
import { newId } from './secrets.ts';

export interface SampleDataOptions {
  readonly administration: Administration;
  readonly rows: SampleRows;
  readonly objects: Pick<ObjectStore, 'delete'>;
  readonly forgetJournals: (callId: CallId) => Promise<void>;
  /** A pair of built-in phones; one call at a time. */
  readonly newCaller: () => SampleCaller;
  /** Address of this machine that both the built-in phones and the server can use. */
  readonly host: string;
  readonly accountOf: (tenantId: TenantId, agentId: AgentId) => Promise<SipAccount | null>;
  readonly settled: () => Promise<void>;
  readonly changeFeed: ChangeFeed;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is made: two queues that nobody else calls, and in each the calls that are held one after the other. */
const plan = [
  {
    queue: 'Sample: Sales',
    calls: [
      { agent: 'Sample: Mia', caller: '+12025550141', sentences: 5 },
      { agent: 'Sample: Noah', caller: '+12025550142', sentences: 3 },
    ],
  },
  {
    queue: 'Sample: Support',
    calls: [
      { agent: 'Sample: Lin', caller: '+12025550143', sentences: 4 },
      { agent: 'Sample: Rosa', caller: '+12025550144', sentences: 5 },
    ],
  },
] as const;

/** Kept for fiction (555-0100 to 0199), so they are nobody's. */
const numbers = Array.from({ length: 20 }, (_, last) => `+120255501${String(80 + last)}`);
/** Two per tenant, somewhere that neither the system nor RTP gives away: another server on this machine may have its own. */
const portPairs = 500;
const lowestPort = 15_000;
const pairsToTry = 20;
const firstPorts = (): readonly number[] => {
  const start = randomInt(portPairs);
  return Array.from(
    { length: pairsToTry },
    (_, place) => lowestPort + 2 * ((start + place) % portPairs),
  );
};
const LAST = 1000;
/** Files of short calls are made within seconds; after this the rest comes by itself. */
const filesAtMostMs = 60_000;
const lookMs = 500;

interface Scene {
  readonly number: string;
  readonly from: TryOut['trunk'];
  readonly calls: readonly {
    readonly agentId: AgentId;
    readonly caller: string;
    readonly sentences: number;
  }[];
}

/** A refusal on its way out of a row of steps. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

const must = <T>(result: Result<T, Refusal>): T => {
  if (result.ok) return result.value;
  throw new Refused(result.error);
};

/** What another thing has already is tried no more; anything else ends it. */
const firstFree = async <Choice, T>(
  choices: readonly Choice[],
  make: (choice: Choice) => Promise<Result<T, Refusal>>,
  takenCode: string,
): Promise<T> => {
  let last: Refusal = { code: 'sample/no-room' };
  for (const choice of choices) {
    const made = await make(choice);
    if (made.ok) return made.value;
    if (made.error.errors?.[0]?.code !== takenCode) throw new Refused(made.error);
    last = { code: 'sample/no-room' };
  }
  throw new Refused(last);
};

const idsOf = (things: readonly SampleThing[], kind: SampleKind): readonly string[] =>
  things.filter((thing) => thing.kind === kind).map(({ id }) => id);

export class SampleCentre implements SampleData {
  readonly #options: SampleDataOptions;
  readonly #making = new Map<TenantId, Promise<void>>();
  readonly #callers = new Set<SampleCaller>();
  #isClosed = false;

  constructor(options: SampleDataOptions) {
    this.#options = options;
  }

  things(tenantId: TenantId): Promise<readonly SampleThing[]> {
    return this.#options.rows.things(tenantId);
  }

  async view(tenantId: TenantId): Promise<SampleView> {
    const { rows } = this.#options;
    const things = await rows.things(tenantId);
    const queueIds = idsOf(things, 'queue');
    const figures = await rows.figures(tenantId, queueIds);
    const isMaking = this.#making.has(tenantId);
    return {
      state: isMaking ? 'making' : things.length > 0 ? 'ready' : 'none',
      canBeMade: !isMaking && things.length === 0 && !(await rows.hasCalls(tenantId)),
      queueIds: queueIds as readonly QueueId[],
      agentIds: idsOf(things, 'agent') as readonly AgentId[],
      numberIds: idsOf(things, 'number'),
      trunkIds: idsOf(things, 'trunk'),
      calls: figures.calls,
      recordings: figures.recordings,
    };
  }

  async make(who: Principal): Promise<Result<SampleView, Refusal>> {
    const { tenantId } = who;
    const { rows, administration } = this.#options;
    if (this.#making.has(tenantId)) return refuse({ code: 'sample/making' });
    // From here on a second request finds it under way.
    let end = (): void => undefined;
    this.#making.set(tenantId, new Promise((resolve) => (end = resolve)));
    let isHandedOver = false;
    try {
      if ((await rows.things(tenantId)).length > 0) return refuse({ code: 'sample/exists' });
      if (await rows.hasCalls(tenantId)) return refuse({ code: 'sample/has-calls' });
      const { useCallRecording, inbound } = await administration.callRecording.read(who);
      if (!useCallRecording || !inbound.record) return refuse({ code: 'sample/recording-off' });
      const scenes = await this.#build(who);
      await administration.audit.note(who, { action: 'sample-data.make' });
      isHandedOver = true;
      void this.#play(tenantId, scenes).finally(() => {
        this.#making.delete(tenantId);
        end();
        this.#tell(tenantId);
      });
      return ok(await this.view(tenantId));
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      await this.#removeThings(who);
      return refuse(thrown.refusal);
    } finally {
      if (!isHandedOver) {
        this.#making.delete(tenantId);
        end();
      }
    }
  }

  async remove(who: Principal): Promise<Result<SampleView, Refusal>> {
    const { tenantId } = who;
    const { rows, administration, objects, forgetJournals } = this.#options;
    if (this.#making.has(tenantId)) return refuse({ code: 'sample/making' });
    const things = await rows.things(tenantId);
    if (things.length === 0) return refuse({ code: 'sample/none' });
    const queueIds = idsOf(things, 'queue');
    const { recordings } = await rows.figures(tenantId, queueIds);
    // The rows first: whoever looks from now on finds nothing, and a file without a row is only space.
    const erased = await rows.erase(tenantId, queueIds);
    if (erased === null) return refuse({ code: 'sample/held' });
    for (const key of erased.objectKeys) await objects.delete(key);
    for (const callId of erased.callIds) await forgetJournals(callId);
    const kept = await this.#removeThings(who);
    if (kept) return refuse(kept);
    await administration.audit.note(who, {
      action: 'sample-data.remove',
      detail: { calls: erased.callIds.length, recordings, things: things.length },
    });
    this.#tell(tenantId);
    return ok(await this.view(tenantId));
  }

  /** Hangs up. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#callers].map((caller) => caller.close()));
    await Promise.all(this.#making.values());
  }

  /** The things, each noted as soon as it stands, so that a stop in between leaves nothing that cannot be removed. */
  async #build(who: Principal): Promise<readonly Scene[]> {
    const { administration, rows, host } = this.#options;
    const note = async (kind: SampleKind, id: string): Promise<void> =>
      rows.add(who.tenantId, { kind, id });
    const ports = await firstFree(
      firstPorts(),
      async (port) => {
        const made = await administration.trunks.create(who, {
          name: 'Sample data',
          host,
          port,
          allowedAddresses: [`${host}:${port}`, `${host}:${port + 1}`],
          order: LAST,
        });
        if (made.ok) await note('trunk', made.value.id);
        return made.ok ? ok([port, port + 1]) : made;
      },
      'trunk/address-taken',
    );
    const scenes: Scene[] = [];
    for (const [line, { queue, calls }] of plan.entries()) {
      const { id } = must(await administration.queues.create(who, { name: queue }));
      await note('queue', id);
      const number = await firstFree(
        numbers,
        async (one) => {
          const made = await administration.numbers.create(who, {
            number: one,
            target: { kind: 'queue', id },
          });
          if (made.ok) await note('number', made.value.id);
          return made.ok ? ok(made.value.number) : made;
        },
        'number/taken',
      );
      const people: Scene['calls'][number][] = [];
      for (const { agent: name, caller, sentences } of calls) {
        const unique = newId().slice(-12);
        const agent = must(
          await administration.agents.create(who, {
            name,
            agentId: `sample-${unique.slice(-6)}`,
            email: `sample-${unique}@example.invalid`,
            sipUsername: `sample-${unique}`,
            queueIds: [id],
          }),
        );
        await note('agent', agent.id);
        people.push({ agentId: agent.id, caller, sentences });
      }
      scenes.push({ number, from: { host, port: ports[line] ?? 0 }, calls: people });
    }
    return scenes;
  }

  /** Never rejects: nobody waits for it. What could not be held is missing, and said in the log. */
  async #play(tenantId: TenantId, scenes: readonly Scene[]): Promise<void> {
    const { settled, log } = this.#options;
    try {
      await settled();
      await Promise.all(scenes.map((scene) => this.#hold(tenantId, scene)));
      await this.#untilPlayable(tenantId);
    } catch (thrown) {
      log.error('sample-data.failed', { error: String(thrown) });
    }
  }

  async #hold(tenantId: TenantId, { number, from, calls }: Scene): Promise<void> {
    const { newCaller, accountOf, log } = this.#options;
    const caller = newCaller();
    this.#callers.add(caller);
    try {
      for (const { agentId, caller: callerNumber, sentences } of calls) {
        const agent = await accountOf(tenantId, agentId);
        if (agent === null || this.#isClosed) return;
        const rung = await caller.call({ number, from, agent, callerNumber, sentences });
        if (!rung.ok) log.warn('sample-data.no-call', { reason: rung.error.detail });
        await caller.untilOver();
        this.#tell(tenantId);
      }
    } finally {
      this.#callers.delete(caller);
    }
  }

  async #untilPlayable(tenantId: TenantId): Promise<void> {
    const { rows, clock } = this.#options;
    const queueIds = idsOf(await rows.things(tenantId), 'queue');
    const deadline = clock.monoMs() + filesAtMostMs;
    for (;;) {
      const { recordings, pending } = await rows.figures(tenantId, queueIds);
      const isComplete = recordings > 0 && pending === 0;
      if (isComplete || this.#isClosed || clock.monoMs() > deadline) return;
      await new Promise<void>((resolve) => clock.setTimer(lookMs, resolve));
    }
  }

  /** @returns what keeps one of them; what is gone already is no reason */
  async #removeThings(who: Principal): Promise<Refusal | null> {
    const { administration, rows } = this.#options;
    const { numbers: dialled, agents, queues, trunks } = administration;
    const things = await rows.things(who.tenantId);
    const inOrder = [
      ['number', dialled],
      ['agent', agents],
      ['queue', queues],
      ['trunk', trunks],
    ] as const;
    for (const [kind, collection] of inOrder)
      for (const id of idsOf(things, kind)) {
        const gone = await collection.remove(who, id);
        if (!gone.ok && gone.error.code !== 'api/not-found') return gone.error;
      }
    await rows.forget(who.tenantId);
    return null;
  }

  #tell(tenantId: TenantId): void {
    for (const topic of ['settings', 'calls', 'recordings'] as const)
      this.#options.changeFeed.publish({ tenantId, topic, id: 'sample-data' });
  }
}
