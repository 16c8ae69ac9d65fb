import type { Refusal, Administration, Page, PageOrder, Principal } from '#ports/administration.ts';
import { Fault } from '#base/fault.ts';
import type { Result } from '#base/result.ts';
import { newPassword } from './secrets.ts';

/** A ready call centre to try: one trunk on this machine, one number, one queue, one agent; inbound recording is on. */
export interface TryOut {
  readonly number: string;
  readonly trunk: { readonly host: string; readonly port: number };
  readonly queueId: string;
  readonly agent: {
    readonly id: string;
    readonly sipUsername: string;
    /** New each time, because only its seal is kept. */
    readonly sipPassword: string;
  };
}

const trunk = { host: '127.0.0.1', port: 5080 };
const number = '1000';
const queueName = 'Try out';
const sipUsername = 'agent1';

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
 * Makes what is missing of the try-out centre in the principal's tenant and leaves the rest alone. Idempotent but for the agent's SIP
 * password, which is set anew each time.
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
    ? must(await agents.change(who, known.id, { sipPassword }))
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
    must(await trunks.create(who, { name: 'Try out', ...trunk, allowedAddresses: [address] }));
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
    agent: { id: agent.id, sipUsername, sipPassword },
  };
};
