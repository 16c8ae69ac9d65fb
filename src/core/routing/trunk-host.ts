/** Where a tenant's trunk may be: its administrator writes the host, and this machine sends and connects there. */
import { covers } from './source-address.ts';

export interface TrunkHostRule {
  /** Addresses and CIDRs that the owner has opened. */
  readonly allow: readonly string[];
  /** Callreel itself is reached from this machine only, so its trunks are here as well. */
  readonly isLocal: boolean;
}

const loopback = ['127.0.0.0/8', '::1'];
/** No place, this link, everybody: no carrier is there, but the services of this machine and of its cloud (169.254.169.254) are. */
const closed = ['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::', 'fe80::/10', 'ff00::/8'];

const isIn = (ranges: readonly string[], address: string): boolean =>
  ranges.some((range) => covers(range, address));

/** @param address IPv4 or IPv6, without brackets */
export const mayBeTrunkAddress = (address: string, { allow, isLocal }: TrunkHostRule): boolean =>
  isIn(allow, address) || !(isIn(closed, address) || (!isLocal && isIn(loopback, address)));

const byte = String.raw`(25[0-5]|2[0-4]\d|1?\d?\d)`;
const ipv4 = new RegExp(String.raw`^${byte}(\.${byte}){3}$`);

const isAddress = (host: string): boolean => host.includes(':') || ipv4.test(host);

/** What can be said of a host without asking anybody; what a name leads to is judged when it is looked up. */
export const mayBeTrunkHost = (host: string, rule: TrunkHostRule): boolean => {
  if (isAddress(host)) return mayBeTrunkAddress(host, rule);
  return !/(^|\.)localhost\.?$/i.test(host) || mayBeTrunkAddress('127.0.0.1', rule);
};
