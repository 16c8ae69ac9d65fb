/** Where a trunk's calls may come from, and whether two such entries could name the same caller. */

/** All addresses as 128 bits, IPv4 in its mapped place (RFC 4291 §2.5.5.2), so that one comparison serves both. */
interface SourceRange {
  readonly network: bigint;
  /** 0–128 */
  readonly prefix: number;
  /** Null: any port. */
  readonly port: string | null;
}

const mapped = 0xffffn << 32n;

const ipv4Bits = (text: string): bigint =>
  text.split('.').reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);

const groupsOf = (text: string): readonly bigint[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => {
        if (!group.includes('.')) return [BigInt(`0x${group}`)];
        const bits = ipv4Bits(group);
        return [bits >> 16n, bits & 0xffffn];
      });

const ipv6Bits = (text: string): bigint => {
  const [head = '', tail] = text.split('::');
  const [before, behind] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = Array<bigint>(Math.max(0, 8 - before.length - behind.length)).fill(0n);
  return [...before, ...zeros, ...behind].reduce((bits, group) => (bits << 16n) | group, 0n);
};

/** A zone names a cable of this machine and no other source (RFC 4007 §11); rows of before may have one. */
const zone = /%[^\]/]*/;

/** @param entry `ip`, `ip:port`, `[ipv6]:port` or CIDR, well formed */
const rangeOf = (entry: string): SourceRange => {
  const text = entry.replace(zone, '');
  const bracketed = /^\[(.+)\]:(\d+)$/.exec(text);
  if (bracketed)
    return { network: ipv6Bits(bracketed[1] ?? ''), prefix: 128, port: bracketed[2] ?? null };
  const [address = '', length] = text.split('/');
  const colons = address.split(':').length - 1;
  if (colons > 1) return { network: ipv6Bits(address), prefix: Number(length ?? 128), port: null };
  const [ip = '', port = null] = address.split(':');
  return { network: mapped | ipv4Bits(ip), prefix: 96 + Number(length ?? 32), port };
};

/**
 * True when some source matches both entries of two trunks: then the address would not decide whose call it is.
 *
 * @param one `ip`, `ip:port`, `[ipv6]:port` or CIDR, well formed; `other` likewise
 */
export const sourcesOverlap = (one: string, other: string): boolean => {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  if (a.port !== null && b.port !== null && a.port !== b.port) return false;
  const shift = BigInt(128 - Math.min(a.prefix, b.prefix));
  return a.network >> shift === b.network >> shift;
};

/** True when the address lies in the range. @param range address or CIDR; `address` without port, both well formed */
export const covers = (range: string, address: string): boolean => {
  const [wide, one] = [rangeOf(range), rangeOf(address)];
  const shift = BigInt(128 - wide.prefix);
  return wide.prefix <= one.prefix && wide.network >> shift === one.network >> shift;
};

/** The largest private network (RFC 1918), and the largest block that one holder was ever given. */
const widest4 = 8;
/** What a provider is given (RFC 6177). */
const widest6 = 32;

/** True when so wide a range would take the calls of everybody else's trunks. @param entry well formed */
export const isTooWide = (entry: string): boolean => {
  const { network, prefix } = rangeOf(entry);
  // All of IPv4 has its place among the addresses of IPv6, so a range of these may hold it.
  const shift = BigInt(128 - Math.min(prefix, 96));
  return network >> shift === mapped >> shift ? prefix < 96 + widest4 : prefix < widest6;
};
