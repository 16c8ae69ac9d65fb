/** What a start says about where it is: addresses that somebody can write into a browser or a phone. */
import { isIP } from 'node:net';
import type { Config } from './config.ts';

const isEverywhere = (host: string): boolean => /^(0\.0\.0\.0|\[?::0?\]?)$/.test(host);

/** Where a program on this machine reaches a host that is listened on. */
export const hostFromHere = (host: string): string => (isEverywhere(host) ? '127.0.0.1' : host);

export interface Listening {
  /** Null where no console is. */
  readonly consoleUrl: string | null;
  /** Where figures are told without a console; null where they are not. */
  readonly figuresUrl: string | null;
  /** Null where no calls are. */
  readonly sipPort: number | null;
}

/** To listen everywhere is no address: then the public one is told, and without one the one that works on this machine. */
export const consoleAddress = (consoleUrl: string, { publicUrl }: Config['http']): string => {
  const url = new URL(consoleUrl);
  if (!isEverywhere(url.hostname)) return consoleUrl;
  if (!isEverywhere(new URL(publicUrl).hostname)) return publicUrl;
  url.hostname = hostFromHere(url.hostname);
  return url.origin;
};

export const startLines = (
  { consoleUrl, figuresUrl, sipPort }: Listening,
  { http, sip, roles }: Pick<Config, 'http' | 'sip' | 'roles'>,
): readonly string[] => {
  const where =
    consoleUrl === null
      ? roles.join(', ')
      : `console and API on ${consoleAddress(consoleUrl, http)}`;
  const ready = [`Callreel is ready: ${where}`];
  if (figuresUrl !== null) ready.push(`Figures on ${figuresUrl}/metrics`);
  if (sipPort === null) return ready;
  const host = isEverywhere(sip.host) ? sip.publicAddress : sip.host;
  const shown = isIP(host) === 6 ? `[${host}]` : host;
  const also = isEverywhere(sip.host) ? ' and on every other address of this machine' : '';
  return [...ready, `SIP on ${shown}:${sipPort} (UDP and TCP)${also}`];
};
