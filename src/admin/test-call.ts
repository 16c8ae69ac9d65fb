/** `Call me`: the built-in phone of a customer rings a number of the tenant, from a trunk on this machine that only it uses. */
import { ok, refuse, type Result } from '#base/result.ts';
import type { FaultCode } from '#base/fault.ts';
import { builtInPorts, isOfBuiltInPhone, lastOrder } from '#core/built-in-phone.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import type {
  Administration,
  AgentView,
  NumberView,
  Principal,
  Refusal,
  TrunkView,
} from '#ports/administration.ts';
import type {
  SipAccount,
  TestCalls,
  TryOut,
  TryOutCall,
  TryOutCaller,
  TryOutCallRefusal,
} from '#ports/try-out.ts';

const trunkName = 'Call me';
/** So many, each waited for a moment: then it is not about one port. */
const portsToTry = 4;

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

interface Standing {
  /** The first to call from. */
  readonly from: TryOut['trunk'] | null;
  /** Made here, on a port that another program has. */
  readonly toMove: TrunkView | null;
}

/** @param taken ports that other programs have */
const standing = async (
  { administration, host }: TestCallParts,
  who: Principal,
  taken: readonly number[],
): Promise<Standing> => {
  const wanted = builtInPorts.filter((port) => !taken.includes(port));
  let toMove: TrunkView | null = null;
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<Administration['trunks']['list']>> =
      await administration.trunks.list(who, { limit: 200, cursor });
    const addresses = page.items.flatMap(({ allowedAddresses }) => allowedAddresses);
    const port = wanted.find((one) => addresses.includes(`${host}:${one}`));
    if (port !== undefined) return { from: { host, port }, toMove: null };
    toMove ??=
      page.items.find(
        (trunk) =>
          trunk.name === trunkName && taken.includes(trunk.port) && isOfBuiltInPhone(trunk, host),
      ) ?? null;
    if (page.nextCursor === null) return { from: null, toMove };
    cursor = page.nextCursor;
  }
};

/**
 * The trunk to call from: the one that stands, else one on the first port nobody has. Of the trunks that stand on a taken port only one
 * that was made here moves: from any other the program that has the port may want to call.
 *
 * @param taken ports that other programs have
 */
export const trunkHere = async (
  parts: TestCallParts,
  who: Principal,
  taken: readonly number[] = [],
): Promise<Result<TryOut['trunk'], Refusal>> => {
  const { administration, host } = parts;
  const { trunks } = administration;
  const { from, toMove } = await standing(parts, who, taken);
  if (from) return ok(from);
  let refusal: Refusal = { code: 'try-out/refused' };
  for (const port of builtInPorts.filter((one) => !taken.includes(one))) {
    const place = { host, port, allowedAddresses: [`${host}:${port}`] };
    const made = toMove
      ? await trunks.change(who, toMove.id, place)
      : await trunks.create(who, { name: trunkName, ...place, order: lastOrder });
    if (made.ok) {
      await parts.settled();
      return ok({ host, port });
    }
    refusal = made.error;
    if (refusal.errors?.[0]?.code !== 'trunk/address-taken') break;
  }
  return refuse(refusal);
};

/** From the trunk's port; while another program has that, from another one. */
const callFromHere = async (
  parts: TestCallParts,
  who: Principal,
  order: Omit<Parameters<TryOutCaller['call']>[0], 'from'>,
): Promise<Result<TryOutCall, Refusal>> => {
  const taken: number[] = [];
  while (taken.length < portsToTry) {
    const from = await trunkHere(parts, who, taken);
    if (!from.ok) return from;
    const rung = await parts.caller.call({ ...order, from: from.value });
    if (rung.ok) return rung;
    const { why, detail } = rung.error;
    if (why !== 'port-taken') return refuse({ code: refusals[why], detail });
    taken.push(from.value.port);
  }
  const detail = `Other programs have the ports ${taken.join(', ')} of ${parts.host}, and the calling phone found no free one: close them, then try again.`;
  return refuse({ code: refusals['port-taken'], detail });
};

const answers = (agent: AgentView, { target }: NumberView): boolean =>
  target.kind === 'agent' ? target.id === agent.id : agent.queueIds.includes(target.id);

/** Fulfils `TestCalls`. */
export const createTestCalls = (parts: TestCallParts): TestCalls => ({
  ring: async (who, { numberId, agentId, onBuiltInPhone }) => {
    const { administration, accountOf } = parts;
    const number = await administration.numbers.find(who, numberId);
    const agent = await administration.agents.find(who, agentId);
    if (!number || !agent) return refuse({ code: 'api/not-found' });
    if (!answers(agent, number)) return refuse({ code: 'try-out/agent-elsewhere' });
    // What was made a moment ago is known to the calls before anybody calls.
    await parts.settled();
    const account = onBuiltInPhone ? await accountOf(who.tenantId, agent.id) : null;
    return callFromHere(parts, who, { number: number.number, ...(account && { agent: account }) });
  },
});
