/** `Call me`: the built-in phone of a customer rings a number of the tenant, from a trunk on this machine that only it uses. */
import { ok, refuse, type Result } from '#base/result.ts';
import type { FaultCode } from '#base/fault.ts';
import { builtInPorts, lastOrder } from '#core/built-in-phone.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import type {
  Administration,
  AgentView,
  NumberView,
  Principal,
  Refusal,
} from '#ports/administration.ts';
import type {
  SipAccount,
  TestCalls,
  TryOut,
  TryOutCaller,
  TryOutCallRefusal,
} from '#ports/try-out.ts';

const trunkName = 'Call me';

const refusals: Readonly<Record<TryOutCallRefusal['why'], FaultCode>> = {
  'not-made': 'try-out/not-made',
  busy: 'try-out/busy',
  'port-taken': 'try-out/port-taken',
  'not-answered': 'try-out/not-answered',
};

export interface TestCallParts {
  readonly administration: Administration;
  readonly caller: TryOutCaller;
  /** Address of this machine that both the built-in phones and the server can use. */
  readonly host: string;
  readonly accountOf: (tenantId: TenantId, agentId: AgentId) => Promise<SipAccount | null>;
  /** Resolves once the calls know what was just changed. */
  readonly settled: () => Promise<void>;
}

const portOf = (host: string, addresses: readonly string[]): number | undefined =>
  builtInPorts.find((port) => addresses.includes(`${host}:${port}`));

const existingTrunk = async (
  { administration, host }: TestCallParts,
  who: Principal,
): Promise<TryOut['trunk'] | null> => {
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<Administration['trunks']['list']>> =
      await administration.trunks.list(who, { limit: 200, cursor });
    const port = portOf(
      host,
      page.items.flatMap(({ allowedAddresses }) => allowedAddresses),
    );
    if (port !== undefined) return { host, port };
    if (page.nextCursor === null) return null;
    cursor = page.nextCursor;
  }
};

/** The trunk to call from: the one that stands, else a new one on the first port nobody has. */
export const trunkHere = async (
  parts: TestCallParts,
  who: Principal,
): Promise<Result<TryOut['trunk'], Refusal>> => {
  const { administration, host } = parts;
  const standing = await existingTrunk(parts, who);
  if (standing) return ok(standing);
  let refusal: Refusal = { code: 'try-out/refused' };
  for (const port of builtInPorts) {
    const made = await administration.trunks.create(who, {
      name: trunkName,
      host,
      port,
      allowedAddresses: [`${host}:${port}`],
      order: lastOrder,
    });
    if (made.ok) {
      await parts.settled();
      return ok({ host, port });
    }
    refusal = made.error;
    if (refusal.errors?.[0]?.code !== 'trunk/address-taken') break;
  }
  return refuse(refusal);
};

const answers = (agent: AgentView, { target }: NumberView): boolean =>
  target.kind === 'agent' ? target.id === agent.id : agent.queueIds.includes(target.id);

/** Fulfils `TestCalls`. */
export const createTestCalls = (parts: TestCallParts): TestCalls => ({
  ring: async (who, { numberId, agentId, onBuiltInPhone }) => {
    const { administration, accountOf, caller } = parts;
    const number = await administration.numbers.find(who, numberId);
    const agent = await administration.agents.find(who, agentId);
    if (!number || !agent) return refuse({ code: 'api/not-found' });
    if (!answers(agent, number)) return refuse({ code: 'try-out/agent-elsewhere' });
    // What was made a moment ago is known to the calls before anybody calls.
    await parts.settled();
    const account = onBuiltInPhone ? await accountOf(who.tenantId, agent.id) : null;
    const from = await trunkHere(parts, who);
    if (!from.ok) return from;
    const rung = await caller.call({
      number: number.number,
      from: from.value,
      ...(account && { agent: account }),
    });
    return rung.ok ? rung : refuse({ code: refusals[rung.error.why], detail: rung.error.detail });
  },
});
