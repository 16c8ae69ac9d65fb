import type { Refusal, Administration, Page, PageOrder, Principal } from '#ports/administration.ts';
import { Fault } from '#base/fault.ts';
import { refuse, type Result } from '#base/result.ts';
import type { TryOut, TryOutCaller, TryOutDesk } from '#ports/try-out.ts';
import { lastOrder } from '#core/built-in-phone.ts';
import { systemPrincipal } from './first-run.ts';
import { newPassword } from './secrets.ts';

const trunk = { host: '127.0.0.1', port: 5080 };
const number = '1000';
const queueName = 'Try out';
const sipUsername = 'agent1';

/** With a password that can be shown. */
export interface TryOutAnew extends TryOut {
  readonly agent: TryOut['agent'] & { readonly sipPassword: string };
}

const must = <T>(result: Result<T, Refusal>): T => {
  if (result.ok) return result.value;
  const detail = result.error.detail ?? result.error.errors?.[0]?.message ?? '';
  throw new Fault(
    'try-out/refused',
    `the try-out centre cannot be made: ${result.error.code} ${detail}`,
    {
      facts: { refusal: result.error },
    },
  );
};

/** The first row that fits, looked for page by page. */
const search = async <T>(
  list: (page: PageOrder) => Promise<Page<T>>,
  fits: (item: T) => boolean,
): Promise<T | undefined> => {
  for (let cursor: string | null = null; ;) {
    const page = await list({ limit: 200, cursor });
    const found = page.items.find(fits);
    if (found || page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
};

/**
 * Makes what is missing of the try-out centre in the principal's tenant and leaves the rest alone. Idempotent: an agent who is there keeps
 * the SIP password.
 *
 * @throws {Fault} `try-out/refused` when a name or address it needs belongs to something else
 */
export const ensureTryOut = async (
  { queues, agents, trunks, numbers, callRecording }: Administration,
  who: Principal,
): Promise<TryOut> => {
  const queue =
    (await search(
      (page) => queues.list(who, page),
      (row) => row.name === queueName,
    )) ?? must(await queues.create(who, { name: queueName }));
  const sipPassword = newPassword();
  const known = await search(
    (page) => agents.list(who, page),
    (row) => row.sipUsername === sipUsername,
  );
  const agent = known
    ? must(
        await agents.change(who, known.id, {
          queueIds: [...new Set([...known.queueIds, queue.id])],
        }),
      )
    : must(
        await agents.create(who, {
          email: 'agent1@localhost',
          name: 'Agent One',
          agentId: '1001',
          sipUsername,
          sipPassword,
          queueIds: [queue.id],
        }),
      );
  const address = `${trunk.host}:${trunk.port}`;
  if (
    !(await search(
      (page) => trunks.list(who, page),
      (row) => row.allowedAddresses.includes(address),
    ))
  )
    must(
      await trunks.create(who, {
        name: 'Try out',
        ...trunk,
        allowedAddresses: [address],
        order: lastOrder,
      }),
    );
  if (
    !(await search(
      (page) => numbers.list(who, page),
      (row) => row.number === number,
    ))
  )
    must(await numbers.create(who, { number, target: { kind: 'queue', id: queue.id } }));
  const settings = await callRecording.read(who);
  if (!settings.useCallRecording || !settings.inbound.record)
    must(
      await callRecording.change(who, {
        useCallRecording: true,
        inbound: { record: true },
        dualChannel: true,
      }),
    );
  return {
    number,
    trunk,
    queueId: queue.id,
    agent: { id: agent.id, sipUsername, sipPassword: known ? null : sipPassword },
  };
};

/** For whoever has to print the lines of a phone: the password of an agent who was there before is set anew. */
export const ensureTryOutAnew = async (
  administration: Administration,
  who: Principal,
): Promise<TryOutAnew> => {
  const made = await ensureTryOut(administration, who);
  const { id, sipUsername } = made.agent;
  const sipPassword = made.agent.sipPassword ?? newPassword();
  if (made.agent.sipPassword === null)
    must(await administration.agents.change(who, id, { sipPassword }));
  return { ...made, agent: { id, sipUsername, sipPassword } };
};

/** Whether this tenant has what a call to the try-out number needs. */
const isMade = async ({ trunks, numbers }: Administration, who: Principal): Promise<boolean> => {
  const ours = await search(
    (page) => trunks.list(who, page),
    (row) => row.allowedAddresses.includes(`${trunk.host}:${trunk.port}`),
  );
  const called = await search(
    (page) => numbers.list(who, page),
    (row) => row.number === number,
  );
  return ours !== undefined && called !== undefined;
};

/** Fulfils `TryOutDesk`. */
export const createTryOutDesk = (
  administration: Administration,
  caller: TryOutCaller,
): TryOutDesk => ({
  make: (tenantId) => ensureTryOut(administration, systemPrincipal(tenantId)),
  call: async (tenantId) => {
    if (await isMade(administration, systemPrincipal(tenantId)))
      return caller.call({ number, from: trunk });
    const detail = 'Make the try-out centre first: npm start -- --try, or POST /api/v1/try-out.';
    return refuse({ why: 'not-made', detail });
  },
});
