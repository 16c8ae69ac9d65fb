import type {
  Administration,
  AgentView,
  NumberView,
  Page,
  PageOrder,
  Principal,
  QueueView,
  Refusal,
} from '#ports/administration.ts';
import { Fault } from '#base/fault.ts';
import { refuse, type Result } from '#base/result.ts';
import type { Log } from '#ports/log.ts';
import type { TryOut, TryOutCaller, TryOutDesk } from '#ports/try-out.ts';
import { lastOrder } from '#core/built-in-phone.ts';
import { systemPrincipal } from './first-run.ts';
import { newPassword } from './secrets.ts';

const trunk = { host: '127.0.0.1', port: 5080 };
/** In order: the first that nobody has. */
const choices = Array.from({ length: 50 }, (_, place) => ({
  number: String(1000 + place),
  agent: place === 0 ? 'try-agent' : `try-agent-${place + 1}`,
  queue: place === 0 ? 'Try out' : `Try out ${place + 1}`,
}));
const ownNumbers = new Set(choices.map(({ number }) => number));
const ownQueues = new Set(choices.map(({ queue }) => queue));
/** Nobody has mail there (RFC 2606 §2), so whoever has this address was made here and is nobody's phone. */
const mailHost = 'try-out.invalid';

/** With a password that can be shown. */
export interface TryOutAnew extends TryOut {
  readonly agent: TryOut['agent'] & { readonly sipPassword: string };
}

/** What is said of a refusal, in whole sentences. */
const wordsOf = ({ code, detail, errors = [] }: Refusal): string =>
  detail ?? (errors.map(({ message }) => message).join(' ') || code);

const must = <T>(result: Result<T, Refusal>): T => {
  if (result.ok) return result.value;
  throw new Fault('try-out/refused', wordsOf(result.error), { facts: { refusal: result.error } });
};

/** Row by row, page by page. */
const each = async function* <T>(
  list: (page: PageOrder) => Promise<Page<T>>,
): AsyncGenerator<T, void> {
  for (let cursor: string | null = null; ;) {
    const page = await list({ limit: 200, cursor });
    yield* page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
};

/** The first row that fits. */
const search = async <T>(
  list: (page: PageOrder) => Promise<Page<T>>,
  fits: (item: T) => boolean,
): Promise<T | undefined> => {
  for await (const item of each(list)) if (fits(item)) return item;
  return undefined;
};

/** Of the first choice that nobody has. */
const firstFree = async <T>(
  make: (choice: (typeof choices)[number]) => Promise<Result<T, Refusal>>,
  takenCodes: readonly string[],
): Promise<T> => {
  let last: Refusal = { code: 'try-out/refused' };
  for (const choice of choices) {
    const made = await make(choice);
    if (made.ok) return made.value;
    last = made.error;
    if (!takenCodes.includes(last.code)) break;
  }
  return must(refuse(last));
};

/** One making of the centre: what it added or changed can be taken back. */
class Making {
  readonly #administration: Administration;
  readonly #who: Principal;
  readonly #log: Log;
  readonly #undo: (() => Promise<Result<unknown, Refusal>>)[] = [];

  constructor(administration: Administration, who: Principal, log: Log) {
    this.#administration = administration;
    this.#who = who;
    this.#log = log;
  }

  /** Never rejects: what is in the way was the first failure, and these are for the log. */
  async takeBack(): Promise<void> {
    for (const undo of this.#undo.reverse()) {
      try {
        must(await undo());
      } catch (error) {
        this.#log.warn('try-out.not-taken-back', { tenantId: this.#who.tenantId, error });
      }
    }
  }

  async trunk(): Promise<void> {
    const { trunks } = this.#administration;
    if (await tryOutTrunk(this.#administration, this.#who)) return;
    const draft = { name: 'Try out', ...trunk, allowedAddresses: [addressOfTrunk] };
    const made = must(await trunks.create(this.#who, { ...draft, order: lastOrder }));
    this.#undo.push(() => trunks.remove(this.#who, made.id));
  }

  async queue(): Promise<QueueView> {
    const { queues } = this.#administration;
    const known = await tryOutQueue(this.#administration, this.#who);
    if (known) return known;
    const made = await firstFree(
      ({ queue: name }) => queues.create(this.#who, { name }),
      ['queue/name-taken'],
    );
    this.#undo.push(() => queues.remove(this.#who, made.id));
    return made;
  }

  async agent({ id: queueId }: QueueView): Promise<TryOut['agent']> {
    const { agents } = this.#administration;
    const known = await search((page) => agents.list(this.#who, page), isOurs);
    if (known) return this.#agentAgain(known, queueId);
    const sipPassword = newPassword();
    const made = await firstFree(
      ({ agent: name }) =>
        agents.create(this.#who, {
          email: `${name}@${mailHost}`,
          name: 'Try-out agent',
          agentId: name,
          sipUsername: name,
          sipPassword,
          queueIds: [queueId],
        }),
      ['agent/agent-id-taken', 'agent/sip-username-taken'],
    );
    this.#undo.push(() => agents.remove(this.#who, made.id));
    return { id: made.id, sipUsername: made.sipUsername, sipPassword };
  }

  async #agentAgain(
    { id, sipUsername, queueIds }: AgentView,
    queueId: QueueView['id'],
  ): Promise<TryOut['agent']> {
    const { agents } = this.#administration;
    if (!queueIds.includes(queueId)) {
      must(await agents.change(this.#who, id, { queueIds: [...queueIds, queueId] }));
      this.#undo.push(() => agents.change(this.#who, id, { queueIds }));
    }
    return { id, sipUsername, sipPassword: null };
  }

  async number({ id }: QueueView): Promise<string> {
    const { numbers } = this.#administration;
    const known = await numberOf(this.#administration, this.#who, id);
    if (known) return known.number;
    const made = await firstFree(
      ({ number }) => numbers.create(this.#who, { number, target: { kind: 'queue', id } }),
      ['number/taken'],
    );
    this.#undo.push(() => numbers.remove(this.#who, made.id));
    return made.number;
  }

  async recording(): Promise<void> {
    const { callRecording } = this.#administration;
    const settings = await callRecording.read(this.#who);
    if (settings.useCallRecording && settings.inbound.record) return;
    const inbound = { record: true };
    must(
      await callRecording.change(this.#who, { useCallRecording: true, inbound, dualChannel: true }),
    );
  }
}

const addressOfTrunk = `${trunk.host}:${trunk.port}`;

const tryOutTrunk = ({ trunks }: Administration, who: Principal) =>
  search(
    (page) => trunks.list(who, page),
    ({ allowedAddresses }) => allowedAddresses.includes(addressOfTrunk),
  );

const isOurs = ({ email }: AgentView): boolean => email.endsWith(`@${mailHost}`);

/** By its name and by our agent in it; when somebody has removed that one, by nobody else's people and numbers. */
const tryOutQueue = async ({ queues, agents, numbers }: Administration, who: Principal) => {
  const [ours, theirs] = [new Set<string>(), new Set<string>()];
  for await (const agent of each((page) => agents.list(who, page)))
    for (const id of agent.queueIds) (isOurs(agent) ? ours : theirs).add(id);
  for await (const { number, target } of each((page) => numbers.list(who, page)))
    if (!ownNumbers.has(number)) theirs.add(target.id);
  return search(
    (page) => queues.list(who, page),
    ({ id, name }) => ownQueues.has(name) && (ours.has(id) || !theirs.has(id)),
  );
};

const numberOf = (
  { numbers }: Administration,
  who: Principal,
  queueId: string,
): Promise<NumberView | undefined> =>
  search(
    (page) => numbers.list(who, page),
    ({ target }) => target.kind === 'queue' && target.id === queueId,
  );

/**
 * Makes what is missing of the try-out centre in the principal's tenant and leaves the rest alone. Idempotent: an agent it made before
 * keeps the SIP password; anybody else's agent, queue and number is left alone, whatever the name.
 *
 * @throws {Fault} `try-out/refused` when an address it needs belongs to something else; nothing of it stays then
 */
export const ensureTryOut = async (
  administration: Administration,
  who: Principal,
  log: Log,
): Promise<TryOut> => {
  const making = new Making(administration, who, log);
  try {
    // What may well be refused comes first.
    await making.trunk();
    const queue = await making.queue();
    const agent = await making.agent(queue);
    const number = await making.number(queue);
    // The last step: no other can fail after it, so it is never taken back.
    await making.recording();
    return { number, trunk, queueId: queue.id, agent };
  } catch (thrown) {
    await making.takeBack();
    throw thrown;
  }
};

/** For whoever has to print the lines of a phone: the password of an agent who was there before is set anew. */
export const ensureTryOutAnew = async (
  administration: Administration,
  who: Principal,
  log: Log,
): Promise<TryOutAnew> => {
  const made = await ensureTryOut(administration, who, log);
  const { id, sipUsername } = made.agent;
  const sipPassword = made.agent.sipPassword ?? newPassword();
  if (made.agent.sipPassword === null)
    must(await administration.agents.change(who, id, { sipPassword }));
  return { ...made, agent: { id, sipUsername, sipPassword } };
};

/** The number to ring, when this tenant has what a call to it needs. */
const numberMade = async (
  administration: Administration,
  who: Principal,
): Promise<string | undefined> => {
  if (!(await tryOutTrunk(administration, who))) return undefined;
  const queue = await tryOutQueue(administration, who);
  return queue && (await numberOf(administration, who, queue.id))?.number;
};

/** Fulfils `TryOutDesk`. */
export const createTryOutDesk = (
  administration: Administration,
  caller: TryOutCaller,
  log: Log,
): TryOutDesk => ({
  make: (tenantId) => ensureTryOut(administration, systemPrincipal(tenantId), log),
  call: async (tenantId) => {
    const number = await numberMade(administration, systemPrincipal(tenantId));
    if (number !== undefined) return caller.call({ number, from: trunk });
    const detail = 'Make the try-out centre first: npm start -- --try, or POST /api/v1/try-out.';
    return refuse({ why: 'not-made', detail });
  },
});
