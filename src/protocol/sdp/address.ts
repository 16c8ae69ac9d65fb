/** What a connection address is, judged from its text alone: names are never looked up while a call is set up. */

export interface IpAddress {
  readonly family: 4 | 6;
  /** `unspecified` is 0.0.0.0 or ::, the hold of RFC 2543. */
  readonly kind: 'unicast' | 'multicast' | 'unspecified';
}

const ipv4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

const readIpv4 = (text: string): number[] | null => {
  const match = ipv4.exec(text);
  if (match === null) return null;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
};

const hexGroup = /^[0-9a-f]{1,4}$/i;

/** Groups of one side of `::`; a trailing IPv4 address counts as two. Null when a group is malformed. */
const readGroups = (text: string): number[] | null => {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [index, word] of words.entries()) {
    const embedded = index === words.length - 1 ? readIpv4(word) : null;
    if (embedded !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = embedded;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (hexGroup.test(word)) {
      groups.push(Number.parseInt(word, 16));
    } else {
      return null;
    }
  }
  return groups;
};

const readIpv6 = (text: string): number[] | null => {
  const sides = text.split('::');
  if (sides.length > 2 || !text.includes(':')) return null;
  const [left, right] = sides.map(readGroups);
  if (left === null || left === undefined || right === null) return null;
  if (right === undefined) return left.length === 8 ? left : null;
  if (left.length + right.length > 7) return null;
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right];
};

/**
 * Reads an IPv4 or IPv6 literal as `c=` carries it, without TTL, zone or brackets.
 *
 * @returns null for anything that is no literal, host names included
 * @see RFC 8866 §9, `unicast-address`; RFC 4291 §2.2
 */
export const readIpAddress = (text: string): IpAddress | null => {
  const four = readIpv4(text);
  if (four !== null) {
    const [first = 0] = four;
    if (four.every((byte) => byte === 0)) return { family: 4, kind: 'unspecified' };
    // 224.0.0.0/4 and the limited broadcast address: neither is one peer.
    if (first >= 224 && first < 240) return { family: 4, kind: 'multicast' };
    if (four.every((byte) => byte === 255)) return { family: 4, kind: 'multicast' };
    return { family: 4, kind: 'unicast' };
  }
  const six = readIpv6(text);
  if (six === null) return null;
  if (six.every((group) => group === 0)) return { family: 6, kind: 'unspecified' };
  return { family: 6, kind: ((six[0] ?? 0) & 0xff00) === 0xff00 ? 'multicast' : 'unicast' };
};
