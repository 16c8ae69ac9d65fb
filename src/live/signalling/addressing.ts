/** Numbers, names and routes: between what the call says and what SIP headers carry. */
import { BlockList, isIP } from 'node:net';
import type { TrunkEntry } from '#core/directory.ts';
import type { Reach } from '#protocol/sip/dialog.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import { assertedIdentitiesOf, contactsOf, fromOf } from '#protocol/sip/headers.ts';
import type { SipRequest } from '#protocol/sip/message.ts';
import { formatNameAddr, type NameAddr } from '#protocol/sip/name-addr.ts';
import type { Binding } from '#protocol/sip/registrar.ts';
import { escapeUser, hopHost, makeSipUri, parseSipUri, type SipUri } from '#protocol/sip/uri.ts';
import type { SipHop } from '#ports/sip-transport.ts';
import type { IncomingLeg, OutgoingLegOrder } from './leg.ts';

const anonymous = 'anonymous';

/** RFC 1918, RFC 6598 and their kin: addresses that mean nothing outside their own network. */
const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateNetworks.addSubnet(network, prefix, 'ipv4');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');
privateNetworks.addSubnet('fe80::', 10, 'ipv6');

const isPrivate = (address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && privateNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4');
};

/** `[2001:db8::1]` → `2001:db8::1`. */
const bareHost = (host: string): string => (host.startsWith('[') ? host.slice(1, -1) : host);

/** `2001:db8::1` → `[2001:db8::1]`, as URIs and Via write it; names and IPv4 as they are. */
export const uriHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/** Where a request to this URI goes first (RFC 3263, without SRV and NAPTR: a port or the default). */
export const hopOf = (uri: SipUri): SipHop => ({
  transport: uri.params.get('transport')?.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
  host: hopHost(uri),
  port: uri.port ?? 5060,
});

/**
 * Where a request in a dialog goes. A peer may name the address it was seen at; any other is judged as if it stood in the settings.
 *
 * @returns null for an address of the peer's own back yard, named from outside of it (a carrier or PBX behind NAT that does not know its
 * own address): it is reached the way it came
 */
export const dialogHop = (uri: SipUri, seenAt: string): SipHop | null => {
  const hop = hopOf(uri);
  if (hop.host === seenAt) return hop;
  return isPrivate(hop.host) && !isPrivate(seenAt) ? null : { ...hop, isForeign: true };
};

/**
 * A phone is reached only the way its request came, over its own connection, or because its Contact names another address than
 * the one we saw (NAT); else at another port of its own address at most, so that no phone makes us call at an address of others.
 */
export const reachOfPhone = (contact: SipUri | undefined, flow: Flow): Reach =>
  flow.reliable || contact === undefined || hopHost(contact) !== flow.remoteAddress
    ? 'flow'
    : 'address';

/** A trunk says in Contact where it wants to be called, and means it, whoever called whom (`dialogHop` knows the exception). */
export const reachOfTrunk = (contact: SipUri | undefined, flow: Flow): Reach =>
  flow.reliable || contact === undefined ? 'flow' : 'anywhere';

export const contactUri = (request: SipRequest): SipUri | undefined => {
  const contacts = contactsOf(request);
  return contacts === '*' ? undefined : contacts[0]?.uri;
};

type Identity = Pick<IncomingLeg, 'callerNumber' | 'displayName'>;

/** Nothing but the name of the caller hangs on it: one that cannot be read counts as none. */
const assertedOf = (request: SipRequest): NameAddr | undefined => {
  try {
    return assertedIdentitiesOf(request)[0];
  } catch {
    return undefined;
  }
};

/** Trunks are believed in P-Asserted-Identity (RFC 3325 §9.1); `anonymous` when the caller withholds its number. */
export const callerIdentity = (request: SipRequest, isTrusted: boolean): Identity => {
  const from = fromOf(request);
  const asserted = isTrusted ? assertedOf(request) : undefined;
  const privacy = request.headers.get('Privacy')?.toLowerCase() ?? '';
  const isWithheld =
    /\b(id|user|header)\b/.test(privacy) ||
    (asserted === undefined && from.uri.host === 'anonymous.invalid');
  if (isWithheld) return { callerNumber: anonymous, displayName: '' };
  const { uri, displayName } = asserted ?? from;
  return { callerNumber: uri.user ?? anonymous, displayName: displayName || from.displayName };
};

/** User part of the Request-URI, unescaped. */
export const dialledUser = (request: SipRequest): string => parseSipUri(request.uri).user ?? '';

/** From value without tag. */
export const fromValue = (caller: Identity, host: string): string =>
  caller.callerNumber === anonymous
    ? '"Anonymous" <sip:anonymous@anonymous.invalid>'
    : formatNameAddr({
        displayName: caller.displayName,
        uri: makeSipUri({ user: caller.callerNumber, host }),
      });

/** P-Asserted-Identity, and Privacy when the number is withheld (RFC 3323, RFC 3325). */
export const identityHeaders = (
  caller: Identity,
  host: string,
): readonly (readonly [string, string])[] =>
  caller.callerNumber === anonymous
    ? [['Privacy', 'id']]
    : [['P-Asserted-Identity', `<sip:${escapeUser(caller.callerNumber)}@${host}>`]];

export const trunkHop = (trunk: TrunkEntry): SipHop => ({
  transport: trunk.transport,
  host: bareHost(trunk.host),
  port: trunk.port,
  isForeign: true,
});

/** Request-URI of a number at a trunk. */
export const trunkUri = (trunk: TrunkEntry, number: string): string => {
  const transport = trunk.transport === 'tcp' ? ';transport=tcp' : '';
  return `sip:${escapeUser(number)}@${uriHost(trunk.host)}:${trunk.port}${transport}`;
};

export const reachOfBinding = (binding: Binding): Reach => reachOfPhone(binding.uri, binding.flow);

/** How phones are told to answer by themselves: RFC 5373, and the two ways that came before it and more phones know. */
export const selfAnswerHeaders = (
  order: Pick<OutgoingLegOrder, 'answersItself'>,
  host: string,
): readonly (readonly [string, string])[] =>
  order.answersItself === true
    ? [
        ['Answer-Mode', 'Auto'],
        ['Call-Info', `<sip:${host}>;answer-after=0`],
        ['Alert-Info', '<http://localhost>;info=alert-autoanswer;delay=0'],
      ]
    : [];
