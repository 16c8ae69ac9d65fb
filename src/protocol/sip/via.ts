/** The Via header: where a request came from and where its response goes (RFC 3261 §20.42, RFC 3581). */
import { isToken, malformed, parseHostPort, skipBlanks, trimBlanks } from './grammar.ts';
import { formatParams, noParams, parseParams, type Params } from './params.ts';

export interface Via {
  /** Upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS` or whatever was written. */
  readonly transport: string;
  /** sent-by, as written. */
  readonly host: string;
  /** Null when none was written: then the default of the transport counts. */
  readonly port: number | null;
  readonly branch: string | null;
  readonly received: string | null;
  /** `wanted` when the parameter stands there without a value, the port once a server filled it in. */
  readonly rport: number | 'wanted' | null;
  /** Every parameter as written, those above among them. */
  readonly params: Params;
}

const prefix = 'SIP/2.0/';

/** Index behind `SIP / 2.0 /`. Blanks may surround each slash; another version is for the start line to refuse. */
const protocolEnd = (text: string): number => {
  if (text.startsWith(prefix)) return prefix.length;
  const match = /^SIP[ \t]*\/[ \t]*[0-9.]{1,9}[ \t]*\/[ \t]*/i.exec(text);
  if (match === null) throw malformed('via', 'SIP/2.0 and a transport');
  return match[0].length;
};

const parseRport = (params: Params): Via['rport'] => {
  const value = params.get('rport');
  if (value === undefined) return null;
  if (value === null) return 'wanted';
  const port = /^[0-9]{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) throw malformed('via', 'rport between 1 and 65535');
  return port;
};

/**
 * Reads one Via value.
 *
 * @throws {Fault} `sip/malformed`
 */
export const parseVia = (text: string): Via => {
  const start = protocolEnd(text);
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== 0x20 && text.charCodeAt(at) !== 0x09) at++;
  const transport = text.slice(start, at);
  if (!isToken(transport)) throw malformed('via', 'transport');
  const sentBy = skipBlanks(text, at);
  const semicolon = text.indexOf(';', sentBy);
  const target = parseHostPort(
    trimBlanks(text.slice(sentBy, semicolon < 0 ? text.length : semicolon)),
  );
  if (target === null) throw malformed('via', 'sent-by host and port');
  const params = semicolon < 0 ? noParams : parseParams(text, semicolon, 'via');
  return {
    transport: transport.toUpperCase(),
    host: target.host,
    port: target.port,
    branch: params.get('branch') ?? null,
    received: params.get('received') ?? null,
    rport: parseRport(params),
    params,
  };
};

/** What one has to give to write a Via; `params` may hold further parameters. */
export type ViaParts = Pick<Via, 'transport' | 'host'> & Partial<Via>;

/** A Via value. The named fields win over what `params` says of them; null or absent leaves it. */
export const formatVia = (parts: ViaParts): string => {
  const params = new Map(parts.params ?? noParams);
  if (parts.rport === 'wanted') params.set('rport', null);
  else if (typeof parts.rport === 'number') params.set('rport', String(parts.rport));
  if (typeof parts.received === 'string') params.set('received', parts.received);
  if (typeof parts.branch === 'string') params.set('branch', parts.branch);
  const port = typeof parts.port === 'number' ? `:${parts.port}` : '';
  return `${prefix}${parts.transport} ${parts.host}${port}${formatParams(params)}`;
};
