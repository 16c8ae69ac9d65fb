/** Who is who, looked up in constant time: built once per version of the directory. */
import { BlockList, isIP, SocketAddress } from 'node:net';
import type { AgentEntry, Directory, TrunkEntry } from '#core/directory.ts';
import type { TenantId } from '#core/ids.ts';
import { isEmergency } from '#core/routing/phone-number.ts';

interface TrunkRange {
  readonly trunk: TrunkEntry;
  readonly addresses: BlockList;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** IPv6 as sockets report it, whatever the administrator wrote. */
const canonical = (address: string): string =>
  isIP(address) === 6 ? new SocketAddress({ address, family: 'ipv6' }).address : address;

/** `[2001:DB8::1]:5060` → `2001:db8::1:5060`, `192.0.2.1:5060` and a bare address as they are. */
const peerOf = (entry: string): string => {
  const bracketed = /^\[(.+)\]:(\d+)$/.exec(entry);
  return bracketed ? `${canonical(bracketed[1] ?? '')}:${bracketed[2] ?? ''}` : canonical(entry);
};

export class DirectoryIndex {
  readonly directory: Directory;
  readonly #agentsByUser = new Map<string, AgentEntry>();
  readonly #emergencyNumbers: ReadonlyMap<TenantId, readonly string[]>;
  readonly #trunksByPeer = new Map<string, TrunkEntry>();
  readonly #trunksByUser = new Map<string, TrunkEntry>();
  readonly #ranges: TrunkRange[] = [];

  constructor(directory: Directory) {
    this.directory = directory;
    for (const agent of directory.agents) this.#agentsByUser.set(agent.sipUsername, agent);
    this.#emergencyNumbers = new Map(
      directory.tenants.map(({ id, emergencyNumbers }) => [id, emergencyNumbers]),
    );
    for (const trunk of directory.trunks) this.#addTrunk(trunk);
  }

  /** SIP user names are unique in the installation. */
  agentByUser(user: string): AgentEntry | undefined {
    return this.#agentsByUser.get(user);
  }

  /** Whether this number calls for help where the agent works. */
  isEmergency(agent: AgentEntry, dialled: string): boolean {
    return isEmergency(dialled, this.#emergencyNumbers.get(agent.tenantId) ?? []);
  }

  /** The trunk whose `ip:port`, `ip` or range holds this source; no two trunks have entries that overlap. */
  trunkBySource(address: string, port: number): TrunkEntry | undefined {
    const exact = this.#trunksByPeer.get(`${address}:${port}`) ?? this.#trunksByPeer.get(address);
    if (exact) return exact;
    const family = familyOf(address);
    return this.#ranges.find(({ addresses }) => addresses.check(address, family))?.trunk;
  }

  /** The trunk that answers our challenge with this user name. */
  trunkByUser(user: string): TrunkEntry | undefined {
    return this.#trunksByUser.get(user);
  }

  #addTrunk(trunk: TrunkEntry): void {
    if (trunk.credentials) this.#trunksByUser.set(trunk.credentials.username, trunk);
    for (const entry of trunk.allowedAddresses) {
      const slash = entry.indexOf('/');
      if (slash >= 0) this.#addRange(trunk, entry.slice(0, slash), Number(entry.slice(slash + 1)));
      else this.#trunksByPeer.set(peerOf(entry), trunk);
    }
  }

  #addRange(trunk: TrunkEntry, network: string, prefix: number): void {
    const addresses = new BlockList();
    addresses.addSubnet(network, prefix, familyOf(network));
    this.#ranges.push({ trunk, addresses });
  }
}

/** User names that answer our challenges in `next` with other credentials than before, or are new there. */
export const renewedNames = (before: Directory, next: Directory): ReadonlySet<string> => {
  const known = new Map(before.agents.map(({ sipUsername, ha1 }) => [sipUsername, ha1.sha256]));
  const names = next.agents
    .filter(({ sipUsername, ha1 }) => known.get(sipUsername) !== ha1.sha256)
    .map(({ sipUsername }) => sipUsername);
  const passwords = new Map(
    before.trunks.map(({ credentials }) => [credentials?.username, credentials?.password]),
  );
  for (const { credentials } of next.trunks)
    if (credentials && passwords.get(credentials.username) !== credentials.password)
      names.push(credentials.username);
  return new Set(names);
};

/** Agents of `before` whose registered phones count no more: they are gone, or have another user name or password. */
export const signedOutAgents = (before: Directory, next: Directory): readonly AgentEntry[] => {
  const agents = new Map(next.agents.map((agent) => [agent.id, agent]));
  return before.agents.filter(({ id, sipUsername, ha1 }) => {
    const agent = agents.get(id);
    return agent?.sipUsername !== sipUsername || agent.ha1.sha256 !== ha1.sha256;
  });
};
