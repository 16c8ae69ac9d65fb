/** Environment and `callreel.json` → one frozen, validated Config. Nobody else reads `process.env`. */
import { existsSync, readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { ok, refuse, type Result } from '#base/result.ts';
import type { TrunkHostRule } from '#core/routing/trunk-host.ts';

export type Role = 'call' | 'work' | 'api';

export interface Config {
  /** Absolute. */
  readonly dataDir: string;
  readonly http: {
    readonly host: string;
    /** 0 = any free port (the server then says which). */
    readonly port: number;
    readonly publicUrl: string;
    /** Addresses and CIDRs of reverse proxies whose `X-Forwarded-*` headers are believed. */
    readonly trustProxy: readonly string[];
  };
  /** Where a process without the role `api` answers /healthz, /readyz and /metrics, on the HTTP host; null = nowhere. */
  readonly metricsPort: number | null;
  readonly sip: {
    readonly host: string;
    readonly port: number;
    readonly tlsPort: number;
    readonly domain: string;
    /** IP literal of one peer, written into SDP and Contact. */
    readonly publicAddress: string;
  };
  readonly rtpPorts: { readonly first: number; readonly last: number };
  /** Used on the first run only; password null = a random one is made and printed once. */
  readonly firstAdmin: { readonly email: string; readonly password: string | null };
  /** Null = embedded. */
  readonly databaseUrl: string | null;
  readonly roles: readonly Role[];
  readonly mediaWorkers: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly iceServers: readonly string[];
  readonly smtpUrl: string | null;
  /** Null = the one generated into the data folder. Never logged. */
  readonly masterKey: string | null;
  readonly outboundAllow: readonly string[];
  readonly trunkHosts: TrunkHostRule;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Whether telephone numbers are written to the log unmasked. */
  readonly logNumbers: boolean;
  readonly limits: {
    /** Calls up at once on this node; a further INVITE gets 503. */
    readonly maxCalls: number;
    /** A leg without RTP for this long, while it may send, ends the call. */
    readonly rtpSilenceSeconds: number;
    /** Between two questions (OPTIONS) to a trunk whether it is there; 0 = nobody is asked. */
    readonly trunkPingSeconds: number;
    /** Kept free for calls: what can wait (exports, uploads) is refused before it is touched. 0 = nothing is kept. */
    readonly diskReserveMib: number;
    /** How long shutdown waits for calls that are up. */
    readonly drainSeconds: number;
  };
}

/** Every key with its default, in the order of the documentation. `null` = computed or empty. */
const defaults = {
  CALLREEL_DATA_DIR: './data',
  CALLREEL_HTTP_HOST: '127.0.0.1',
  CALLREEL_HTTP_PORT: '8080',
  CALLREEL_METRICS_PORT: '',
  CALLREEL_PUBLIC_URL: '',
  CALLREEL_TRUST_PROXY: '',
  CALLREEL_SIP_HOST: '127.0.0.1',
  CALLREEL_SIP_PORT: '5060',
  CALLREEL_SIP_TLS_PORT: '5061',
  CALLREEL_SIP_DOMAIN: '',
  CALLREEL_PUBLIC_ADDRESS: '',
  CALLREEL_RTP_PORTS: '20000-29999',
  CALLREEL_ADMIN_EMAIL: 'admin@localhost',
  CALLREEL_ADMIN_PASSWORD: '',
  CALLREEL_DATABASE_URL: '',
  CALLREEL_ROLES: 'call,work,api',
  CALLREEL_MEDIA_WORKERS: '',
  CALLREEL_TLS_CERT: '',
  CALLREEL_TLS_KEY: '',
  CALLREEL_ICE_SERVERS: '',
  CALLREEL_SMTP_URL: '',
  CALLREEL_MASTER_KEY: '',
  CALLREEL_OUTBOUND_ALLOW: '',
  CALLREEL_LOG_LEVEL: 'info',
  CALLREEL_LOG_NUMBERS: 'false',
  CALLREEL_MAX_CALLS: '1000',
  CALLREEL_RTP_SILENCE_SECONDS: '60',
  CALLREEL_TRUNK_PING_SECONDS: '30',
  CALLREEL_DISK_RESERVE_MIB: '1024',
  CALLREEL_DRAIN_SECONDS: '10',
} as const;

export type ConfigKey = keyof typeof defaults;
export const configKeys = Object.keys(defaults) as readonly ConfigKey[];

/** What holds when nobody sets it; empty = computed, or none. */
export const defaultOf = (key: ConfigKey): string => defaults[key];

const isKey = (name: string): name is ConfigKey => Object.hasOwn(defaults, name);

/** Edits between two words (Levenshtein), so that a misspelt key can be answered with the one that was meant. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [i, char] of Array.from(a).entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const substituted = (row[j] ?? 0) + (char === b[j] ? 0 : 1);
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

const nearestKey = (name: string): string =>
  configKeys
    .map((key) => ({ key, distance: editDistance(name.toUpperCase(), key) }))
    .reduce((best, row) => (row.distance < best.distance ? row : best)).key;

/** Collects one sentence per broken rule and never stops at the first. */
class Reader {
  readonly errors: string[] = [];
  readonly #values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values;
  }

  text(key: ConfigKey): string {
    return this.#values[key] ?? defaults[key];
  }

  orNull(key: ConfigKey): string | null {
    return this.text(key) === '' ? null : this.text(key);
  }

  list(key: ConfigKey): readonly string[] {
    return this.text(key)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  integer(key: ConfigKey, min: number, max: number): number {
    const text = this.text(key);
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    this.errors.push(`${key} must be a whole number from ${min} to ${max}, not "${text}".`);
    return min;
  }

  boolean(key: ConfigKey): boolean {
    const text = this.text(key).toLowerCase();
    if (!['true', 'false', '1', '0'].includes(text))
      this.errors.push(`${key} must be true or false, not "${text}".`);
    return text === 'true' || text === '1';
  }

  oneOf<T extends string>(key: ConfigKey, allowed: readonly T[], fallback: T): T {
    const found = allowed.find((word) => word === this.text(key));
    if (found === undefined)
      this.errors.push(`${key} must be one of ${allowed.join(', ')}, not "${this.text(key)}".`);
    return found ?? fallback;
  }

  url(key: ConfigKey, protocols: readonly string[], fallback: string | null): string | null {
    const text = this.text(key);
    if (text === '') return fallback;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isOurs = protocols.some((protocol) => text.toLowerCase().startsWith(`${protocol}//`));
    if (isOurs && url && !isPasswordTorn(url)) return text.replace(/\/$/, '');
    // The value may carry a password, so the sentences do not repeat it.
    this.errors.push(
      isOurs
        ? `${key} cannot be read as a URL: its port must be a number, and special characters in its password must be percent-encoded (/ as %2F, # as %23, ? as %3F).`
        : `${key} must be a URL that starts with ${protocols.join(' or ')}//.`,
    );
    return fallback;
  }
}

/** A password such as `12/ab` ends the host early: the user is read as the host, and what follows the `@` as a path. */
const isPasswordTorn = ({ protocol, username, port, pathname, hash }: URL): boolean =>
  !protocol.startsWith('http') &&
  username === '' &&
  port !== '' &&
  `${pathname}${hash}`.includes('@');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a host to listen on can be reached from this machine only. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' ||
  (isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'));

const isAddressOrCidr = (text: string): boolean => {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
  );
};

const readRtpPorts = (reader: Reader): Config['rtpPorts'] => {
  const text = reader.text('CALLREEL_RTP_PORTS');
  const match = /^(\d+)-(\d+)$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2]);
  if (match && first >= 1024 && last <= 65_535 && last > first) return { first, last };
  reader.errors.push(
    `CALLREEL_RTP_PORTS must be a range such as 20000-29999 inside 1024-65535, not "${text}".`,
  );
  return { first: 20_000, last: 29_999 };
};

const readRoles = (reader: Reader, databaseUrl: string | null): readonly Role[] => {
  const all: readonly Role[] = ['call', 'work', 'api'];
  const words = reader.list('CALLREEL_ROLES');
  const roles = all.filter((role) => words.includes(role));
  for (const word of words)
    if (!all.some((role) => role === word))
      reader.errors.push(`CALLREEL_ROLES knows call, work and api, not "${word}".`);
  if (words.length === 0) reader.errors.push('CALLREEL_ROLES must name at least one role.');
  else if (databaseUrl === null && roles.length < all.length)
    reader.errors.push(
      'CALLREEL_ROLES must be call,work,api with the embedded database: set CALLREEL_DATABASE_URL to run roles in separate processes.',
    );
  return roles;
};

const readTls = (reader: Reader, cwd: string): Config['tls'] => {
  const cert = reader.orNull('CALLREEL_TLS_CERT');
  const key = reader.orNull('CALLREEL_TLS_KEY');
  if (cert === null && key === null) return null;
  if (cert === null || key === null) {
    const missing = cert === null ? 'CALLREEL_TLS_CERT' : 'CALLREEL_TLS_KEY';
    reader.errors.push(`${missing} is missing: certificate and key are set together.`);
    return null;
  }
  const tls = { certFile: resolve(cwd, cert), keyFile: resolve(cwd, key) };
  if (!existsSync(tls.certFile)) reader.errors.push(`CALLREEL_TLS_CERT: no file ${tls.certFile}.`);
  if (!existsSync(tls.keyFile)) reader.errors.push(`CALLREEL_TLS_KEY: no file ${tls.keyFile}.`);
  return tls;
};

const readAddresses = (reader: Reader, key: ConfigKey): readonly string[] => {
  const list = reader.list(key);
  for (const item of list)
    if (!isAddressOrCidr(item))
      reader.errors.push(`${key} takes addresses and CIDRs such as 10.0.0.0/8, not "${item}".`);
  return list;
};

const readHttp = (reader: Reader, tls: Config['tls']): Config['http'] => {
  const host = reader.text('CALLREEL_HTTP_HOST');
  const port = reader.integer('CALLREEL_HTTP_PORT', 0, 65_535);
  const trustProxy = readAddresses(reader, 'CALLREEL_TRUST_PROXY');
  if (!isLoopbackHost(host) && tls === null && trustProxy.length === 0)
    reader.errors.push(
      `CALLREEL_HTTP_HOST "${host}" is reachable from outside, so set CALLREEL_TLS_CERT and CALLREEL_TLS_KEY, or CALLREEL_TRUST_PROXY when a proxy terminates TLS.`,
    );
  const shownHost = isIP(host) === 6 ? `[${host}]` : host;
  const own = `${tls === null ? 'http' : 'https'}://${shownHost}:${port}`;
  const publicUrl = reader.url('CALLREEL_PUBLIC_URL', ['http:', 'https:'], own) ?? own;
  return { host, port, publicUrl, trustProxy };
};

const noOnesAddress = new BlockList();
noOnesAddress.addAddress('0.0.0.0', 'ipv4');
noOnesAddress.addAddress('::', 'ipv6');
noOnesAddress.addSubnet('224.0.0.0', 4, 'ipv4');
noOnesAddress.addAddress('255.255.255.255', 'ipv4');
noOnesAddress.addSubnet('ff00::', 8, 'ipv6');

/** Whether a peer can send to what stands here in a Contact and a session description; a zone is known on this machine only. */
const isPeerAddress = (text: string): boolean => {
  const version = isIP(text);
  if (version === 0 || text.includes('%')) return false;
  return !noOnesAddress.check(text, version === 6 ? 'ipv6' : 'ipv4');
};

/** To listen everywhere is right for a server, but then nobody can guess which of its addresses carriers and phones reach. */
const readPublicAddress = (reader: Reader, host: string): string => {
  const set = reader.orNull('CALLREEL_PUBLIC_ADDRESS');
  const address = set ?? host;
  if (isPeerAddress(address)) return address;
  reader.errors.push(
    set === null
      ? `CALLREEL_SIP_HOST "${host}" is where to listen and not an address that others reach, so set CALLREEL_PUBLIC_ADDRESS to the IP address that carriers and phones send to.`
      : `CALLREEL_PUBLIC_ADDRESS must be the IP address that carriers and phones send to, not "${set}": it is written into SDP and Contact.`,
  );
  return address;
};

const readSip = (reader: Reader): Config['sip'] => {
  const host = reader.text('CALLREEL_SIP_HOST');
  const publicAddress = readPublicAddress(reader, host);
  return {
    host,
    port: reader.integer('CALLREEL_SIP_PORT', 0, 65_535),
    tlsPort: reader.integer('CALLREEL_SIP_TLS_PORT', 0, 65_535),
    domain:
      reader.orNull('CALLREEL_SIP_DOMAIN') ??
      (isIP(host) !== 0 && !isPeerAddress(host) ? publicAddress : host),
    publicAddress,
  };
};

const readFirstAdmin = (reader: Reader): Config['firstAdmin'] => {
  const email = reader.text('CALLREEL_ADMIN_EMAIL');
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    reader.errors.push(`CALLREEL_ADMIN_EMAIL must be an e-mail address, not "${email}".`);
  const password = reader.orNull('CALLREEL_ADMIN_PASSWORD');
  if (password !== null && password.length < 8)
    reader.errors.push('CALLREEL_ADMIN_PASSWORD must have at least 8 characters.');
  return { email, password };
};

const build = (reader: Reader, cwd: string): Config => {
  const databaseUrl = reader.url('CALLREEL_DATABASE_URL', ['postgres:', 'postgresql:'], null);
  const tls = readTls(reader, cwd);
  const cores = availableParallelism();
  const http = readHttp(reader, tls);
  const sip = readSip(reader);
  const outboundAllow = readAddresses(reader, 'CALLREEL_OUTBOUND_ALLOW');
  return {
    dataDir: resolve(cwd, reader.text('CALLREEL_DATA_DIR')),
    http,
    metricsPort:
      reader.orNull('CALLREEL_METRICS_PORT') === null
        ? null
        : reader.integer('CALLREEL_METRICS_PORT', 1, 65_535),
    sip,
    rtpPorts: readRtpPorts(reader),
    firstAdmin: readFirstAdmin(reader),
    databaseUrl,
    roles: readRoles(reader, databaseUrl),
    mediaWorkers:
      reader.orNull('CALLREEL_MEDIA_WORKERS') === null
        ? Math.max(1, cores - 1)
        : reader.integer('CALLREEL_MEDIA_WORKERS', 1, 256),
    tls,
    iceServers: reader.list('CALLREEL_ICE_SERVERS'),
    smtpUrl: reader.url('CALLREEL_SMTP_URL', ['smtp:', 'smtps:'], null),
    masterKey: reader.orNull('CALLREEL_MASTER_KEY'),
    outboundAllow,
    trunkHosts: { allow: outboundAllow, isLocal: isLoopbackHost(sip.host) },
    logLevel: reader.oneOf('CALLREEL_LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info'),
    logNumbers: reader.boolean('CALLREEL_LOG_NUMBERS'),
    limits: {
      maxCalls: reader.integer('CALLREEL_MAX_CALLS', 1, 100_000),
      rtpSilenceSeconds: reader.integer('CALLREEL_RTP_SILENCE_SECONDS', 5, 86_400),
      trunkPingSeconds: reader.integer('CALLREEL_TRUNK_PING_SECONDS', 0, 3600),
      diskReserveMib: reader.integer('CALLREEL_DISK_RESERVE_MIB', 0, 16_777_216),
      drainSeconds: reader.integer('CALLREEL_DRAIN_SECONDS', 0, 86_400),
    },
  };
};

/** Values of `callreel.json`: strings, numbers and booleans as they are, lists joined by commas. */
const readFile = (file: string, errors: string[]): Record<string, string> => {
  if (!existsSync(file)) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    errors.push(`callreel.json is not valid JSON: ${error instanceof Error ? error.message : ''}`);
    return {};
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    errors.push('callreel.json must hold one object of keys and values.');
    return {};
  }
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(parsed as Record<string, unknown>)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!isKey(key)) errors.push(unknownKey(key, 'callreel.json'));
    else if (items.every((item) => ['string', 'number', 'boolean'].includes(typeof item)))
      values[key] = items.join(',');
    else errors.push(`${key} in callreel.json must be a text, a number, true, false or a list.`);
  }
  return values;
};

const unknownKey = (key: string, where: string): string =>
  `${where} has the unknown key ${key}; did you mean ${nearestKey(key)}?`;

const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
};

/**
 * Reads the configuration: the environment wins over `callreel.json` in `cwd`, which wins over the defaults.
 *
 * @returns the frozen Config, or every broken rule as one sentence that names its key
 */
export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Result<Config, readonly string[]> => {
  const errors: string[] = [];
  const values = readFile(join(cwd, 'callreel.json'), errors);
  for (const [key, value] of Object.entries(env)) {
    // CALLREEL_TEST_* belongs to the test suite, which passes its environment on to servers it starts.
    if (!key.startsWith('CALLREEL_') || key.startsWith('CALLREEL_TEST_')) continue;
    if (!isKey(key)) errors.push(unknownKey(key, 'The environment'));
    else if (value !== undefined && value !== '') values[key] = value;
  }
  const reader = new Reader(values);
  const config = build(reader, cwd);
  const all = [...errors, ...reader.errors];
  return all.length > 0 ? refuse(all) : ok(deepFreeze(config));
};
