/**
 * The forms a text must have, each under a code of its own, so that a reader can be told in any language what to write. Anything new
 * that a schema asks of a text's form gets its code here.
 */
export const formatRules = {
  'not-one-line': 'must be one line without control characters',
  'not-an-email': 'must be an e-mail address',
  'not-a-telephone-number': 'must be a telephone number',
  'not-a-host': 'must be a host name or an address',
  'unknown-zone': 'must be an IANA time zone such as Asia/Jakarta',
  'not-a-country': 'must be two capital letters (ISO 3166-1)',
  'not-a-prefix': 'must look like +62',
  'not-an-emergency-number': 'must be two to six digits',
  'not-a-source-address': 'must be an address, address:port or CIDR',
  'too-wide-a-range': 'must be no wider than /8 of IPv4 or /32 of IPv6',
  'not-an-agent-id': 'must be letters, digits, dots and dashes',
  'not-a-sip-user': 'must be a SIP user name without escapes',
  'not-a-key': 'must be one key',
} as const satisfies Readonly<Record<string, string>>;

const codes = new Map<string, string>(
  Object.entries(formatRules).map(([code, message]) => [message, code]),
);

/** The code of the rule that a schema's refusal quotes; undefined when it is another kind of refusal. */
export const formatCodeOf = (message: string | undefined): string | undefined =>
  message === undefined ? undefined : codes.get(message);
