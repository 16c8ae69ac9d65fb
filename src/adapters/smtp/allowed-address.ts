/** Where mail may go: a tenant names the host, so what it leads to is looked at before anybody connects. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Not of the public Internet: IANA special-purpose registries (RFC 6890 and its updates), multicast, unspecified. */
const closed4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Only 2000::/3 is given out; of that the ranges that carry an IPv4 address or lead elsewhere. */
const closed6: readonly (readonly [string, number])[] = [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const listOf = (ranges: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
};

const closed = listOf([...closed4, ...closed6].map(([address, bits]) => `${address}/${bits}`));

const isIn = (list: BlockList, address: string): boolean =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

export type Resolved =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'unknown' };

/**
 * The address to connect to. It is looked up once and used as it was judged, so that a name cannot lead elsewhere the second time.
 *
 * @param allow addresses and CIDRs inside closed ranges that the owner has opened
 */
export const resolveAllowed = async (host: string, allow: readonly string[]): Promise<Resolved> => {
  let found: readonly { readonly address: string }[];
  try {
    // Also reads 0x7f.1 and 2130706433 as the addresses that the system would connect to.
    found = await lookup(host, { all: true, order: 'ipv4first' });
  } catch {
    return { kind: 'unknown' };
  }
  const opened = listOf(allow);
  const open = found.find(({ address }) => !isIn(closed, address) || isIn(opened, address));
  return open ? { kind: 'address', address: open.address } : { kind: 'not-allowed' };
};
