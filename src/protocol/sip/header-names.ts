/** Header names: compact forms, the spelling we write, and which headers are lists (RFC 3261 §7.3, §20; IANA registry). */

const compactForms: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** Headers whose rows hold values separated by commas, so that two rows and one row with a comma mean the same. */
const listHeaders = [
  ...['Via', 'Route', 'Record-Route', 'Path', 'Service-Route', 'Contact', 'Allow', 'Supported'],
  ...['Require', 'Proxy-Require', 'Unsupported', 'Accept', 'Accept-Encoding', 'Accept-Language'],
  ...['Accept-Contact', 'Reject-Contact', 'Allow-Events', 'Alert-Info', 'Call-Info', 'Error-Info'],
  ...['Content-Encoding', 'Content-Language', 'In-Reply-To', 'P-Asserted-Identity'],
  ...['P-Preferred-Identity', 'P-Associated-URI', 'Diversion', 'History-Info', 'Reason', 'Warning'],
  ...['Security-Client', 'Security-Server', 'Security-Verify', 'Request-Disposition'],
];

const singleHeaders = [
  ...['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards', 'Content-Type', 'Content-Length', 'Expires'],
  ...['Min-Expires', 'User-Agent', 'Server', 'Subject', 'Date', 'Timestamp', 'Retry-After'],
  ...['Authorization', 'Proxy-Authorization', 'WWW-Authenticate', 'Proxy-Authenticate', 'Event'],
  ...['Authentication-Info', 'Session-Expires', 'Min-SE', 'Refer-To', 'Referred-By', 'Replaces'],
  ...['Subscription-State', 'RSeq', 'RAck', 'Privacy', 'MIME-Version', 'Content-Disposition'],
  ...['Organization', 'Priority', 'Identity', 'Identity-Info', 'SIP-ETag', 'SIP-If-Match', 'Join'],
  ...['P-Charging-Vector', 'P-Early-Media', 'P-Access-Network-Info', 'P-Called-Party-ID'],
  ...['P-Visited-Network-ID', 'P-Charging-Function-Addresses'],
  ...['Target-Dialog', 'Session-ID', 'User-to-User', 'Allow-Max-Forwards', 'Reply-To'],
];

const spellings = new Map<string, string>();
const keys = new Map<string, string>();
for (const name of [...listHeaders, ...singleHeaders]) {
  const key = name.toLowerCase();
  spellings.set(key, name);
  for (const variant of [key, name, name.toUpperCase()]) keys.set(variant, key);
}
for (const [short, key] of Object.entries(compactForms)) {
  keys.set(short, key);
  keys.set(short.toUpperCase(), key);
}
const lists = new Set(listHeaders.map((name) => name.toLowerCase()));

/** Lower-case long name: `v`, `VIA` and `Via` are all `via`. */
export const headerKey = (name: string): string => {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  return keys.get(lower) ?? lower;
};

/** Known names by the hash of their letters, so that the scanner needs no string to find them. */
const byHash = new Map<number, string>();
const hashStep = (hash: number, code: number): number =>
  ((hash * 31) ^ (code | 0x20)) & 0x3fff_ffff;
for (const name of [...keys.keys()].filter((spelled) => spelled === spelled.toLowerCase())) {
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = hashStep(hash, name.charCodeAt(i));
  byHash.set(hash, name);
}

/** The key of the known header whose name stands between two indexes, or undefined: then `headerKey` knows. */
export const headerKeyAt = (text: string, from: number, to: number): string | undefined => {
  let hash = 0;
  for (let i = from; i < to; i++) hash = hashStep(hash, text.charCodeAt(i));
  const name = byHash.get(hash);
  if (name?.length !== to - from) return undefined;
  for (let i = 0; i < name.length; i++) {
    const code = text.charCodeAt(from + i);
    const lower = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
    if (lower !== name.charCodeAt(i)) return undefined;
  }
  return name.length === 1 ? keys.get(name) : name;
};

/** How the standards spell the header with this key, or undefined for one we do not know. */
export const knownSpelling = (key: string): string | undefined => spellings.get(key);

/** Whether a row of the header with this key holds values separated by commas. */
export const isListHeader = (key: string): boolean => lists.has(key);
