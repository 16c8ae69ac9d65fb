/** Who is who, looked up in constant time: built once per version of the directory. */
import { BlockList, isIP } from 'node:net';
import type { AgentEntry, Directory, TrunkEntry } from '#core/directory.ts';

interface TrunkRange {
  readonly trunk: TrunkEntry;
  readonly addresses: BlockList;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `[2001:db8::1]:5060` and `192.0.2.1:5060` → `address:port`; null for an address without port or a range. */
const withPort = (text: string): string | null => {
  if (text.startsWith('[')) return text.replace('[', '').replace(']:', ':');
  return text.split(':').length === 2 ? text : null;
};

export class DirectoryIndex {
  readonly directory: Directory;
  readonly #agentsByUser = new Map<string, AgentEntry>();
  readonly #trunksByPeer = new Map<string, TrunkEntry>();
  readonly #trunksByUser = new Map<string, TrunkEntry>();
  readonly #ranges: TrunkRange[] = [];

  constructor(directory: Directory) {
    this.directory = directory;
    for (const agent of directory.agents) this.#agentsByUser.set(agent.sipUsername, agent);
    for (const trunk of directory.trunks) this.#addTrunk(trunk);
  }

  /** SIP user names are unique in the installation. */
  agentByUser(user: string): AgentEntry | undefined {
    return this.#agentsByUser.get(user);
  }

  /** The trunk whose `ip:port`, `ip` or range holds this source; the narrowest entry wins. */
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
      const peer = withPort(entry);
      if (slash >= 0) this.#addRange(trunk, entry.slice(0, slash), Number(entry.slice(slash + 1)));
      else this.#trunksByPeer.set(peer ?? entry, trunk);
    }
  }

  #addRange(trunk: TrunkEntry, network: string, prefix: number): void {
    const addresses = new BlockList();
    addresses.addSubnet(network, prefix, familyOf(network));
    this.#ranges.push({ trunk, addresses });
  }
}
