/** Where an outgoing leg rings: every phone of an agent, or the trunk. */
import type { AgentEntry, TrunkEntry } from '#core/directory.ts';
import type { SipTransport } from '#ports/sip-transport.ts';
import { formatSipUri } from '#protocol/sip/uri.ts';
import {
  fromValue,
  hopOf,
  identityHeaders,
  reachOfBinding,
  selfAnswerHeaders,
  trunkHop,
  trunkUri,
} from './addressing.ts';
import type { DigestGate } from './digest-gate.ts';
import type { OutgoingLegOrder } from './leg.ts';
import type { Branch, OutgoingLegParts } from './outgoing-leg.ts';
import type { Registrations } from './registrations.ts';

export interface LegSurroundings {
  readonly transport: Pick<SipTransport, 'findFlow'>;
  readonly registrations: Pick<Registrations, 'of'>;
  readonly digest: Pick<DigestGate, 'authorizeWith'>;
  /** As URIs write them. */
  readonly publicHost: string;
  readonly domain: string;
}

export const legPartsOf = (order: OutgoingLegOrder, around: LegSurroundings): OutgoingLegParts =>
  order.to.kind === 'agent'
    ? agentParts(order, order.to.agent, around)
    : trunkParts(order, order.to.trunk, order.to.number, around);

const agentParts = (
  order: OutgoingLegOrder,
  agent: AgentEntry,
  { transport, registrations, domain }: LegSurroundings,
): OutgoingLegParts => ({
  branches: registrations.of(agent).map((binding): Branch => {
    const reach = reachOfBinding(binding);
    return {
      uri: formatSipUri(binding.uri),
      flow: reach === 'flow' ? binding.flow : transport.findFlow(hopOf(binding.uri)),
      reach,
      headers: selfAnswerHeaders(order, domain),
      authorize: null,
    };
  }),
  from: fromValue(order, domain),
  to: `<sip:${agent.sipUsername}@${domain}>`,
});

const trunkParts = (
  order: OutgoingLegOrder,
  trunk: TrunkEntry,
  number: string,
  { transport, digest, publicHost }: LegSurroundings,
): OutgoingLegParts => {
  const uri = trunkUri(trunk, number);
  const branch: Branch = {
    uri,
    flow: transport.findFlow(trunkHop(trunk)),
    reach: 'anywhere',
    headers: identityHeaders(order, publicHost),
    authorize: trunk.credentials && digest.authorizeWith(trunk.credentials),
  };
  return { branches: [branch], from: fromValue(order, publicHost), to: `<${uri}>` };
};
