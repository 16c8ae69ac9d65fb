/** New messages: requests with what §8.1.1 asks for, responses with what §8.2.6 copies. */
import { toOf } from './headers.ts';
import { Headers, type SipRequest, type SipResponse } from './message.ts';
import { reasonPhrase } from './reason-phrases.ts';
import { formatSipUri, type SipUri } from './uri.ts';

export interface Content {
  /** Content-Type. */
  readonly type: string;
  readonly bytes: Buffer;
}

export interface RequestParts {
  readonly method: string;
  readonly uri: SipUri | string;
  /** Header values as written, by `formatVia` and `formatNameAddr`. */
  readonly via: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  /** Default 70 (§8.1.1.6). */
  readonly maxForwards?: number;
  /** Further headers in order, for example Contact and Route. */
  readonly extra?: Iterable<readonly [name: string, value: string]>;
  readonly content?: Content;
}

const noBody = Buffer.alloc(0);

const addExtra = (
  headers: Headers,
  extra: Iterable<readonly [string, string]> | undefined,
  content: Content | undefined,
): Buffer => {
  if (extra) for (const [name, value] of extra) headers.append(name, value);
  if (content) headers.set('content-type', content.type);
  return content?.bytes ?? noBody;
};

/**
 * A request with the six headers each one needs.
 *
 * @throws {Fault} `sip/line-break` when a value would start a new line
 */
export const makeRequest = (parts: RequestParts): SipRequest => {
  const { method, via, from, to, callId, cseq, maxForwards = 70 } = parts;
  const uri = typeof parts.uri === 'string' ? parts.uri : formatSipUri(parts.uri);
  const headers = new Headers();
  headers.append('via', via);
  headers.append('max-forwards', String(maxForwards));
  headers.append('from', from);
  headers.append('to', to);
  headers.append('call-id', callId);
  headers.append('cseq', `${cseq} ${method}`);
  const body = addExtra(headers, parts.extra, parts.content);
  return { kind: 'request', method, uri, headers, body };
};

export interface ResponseExtra {
  /** Added to To when the request had none and this is not a 100 (§8.2.6.2). */
  readonly toTag?: string;
  readonly headers?: Iterable<readonly [name: string, value: string]>;
  readonly content?: Content;
}

/** Copied from every request (§8.2.6.2). */
const copied = ['via', 'from', 'to', 'call-id', 'cseq'];

const hasToTag = (request: SipRequest): boolean => {
  try {
    return toOf(request).tag !== null;
  } catch {
    // A To that cannot be read is sent back as it came: the peer gets its 400 with its own words.
    return true;
  }
};

/** §12.1.1: a response that makes a dialog carries the Record-Route of the request. */
const copiesRecordRoute = (request: SipRequest, status: number): boolean =>
  status > 100 && status < 300 && request.headers.has('record-route');

/**
 * A response to `request`: its Via, From, To, Call-ID and CSeq as they came, Record-Route on 101 to 299, Timestamp on
 * 100.
 *
 * @param reason default: the usual phrase
 * @throws {Fault} `sip/line-break` when a value of `extra` would start a new line
 */
export const makeResponse = (
  request: SipRequest,
  status: number,
  reason = reasonPhrase(status),
  extra: ResponseExtra = {},
): SipResponse => {
  const headers = new Headers();
  for (const name of copied) for (const row of request.headers.rows(name)) headers.adopt(name, row);
  if (copiesRecordRoute(request, status))
    for (const row of request.headers.rows('record-route')) headers.adopt('record-route', row);
  if (status === 100)
    for (const row of request.headers.rows('timestamp')) headers.adopt('timestamp', row);
  if (status > 100 && extra.toTag !== undefined && !hasToTag(request))
    headers.set('to', `${request.headers.get('to') ?? ''};tag=${extra.toTag}`);
  const body = addExtra(headers, extra.headers, extra.content);
  return { kind: 'response', status, reason, headers, body };
};
