/** What may stand in a log line: no secret, and telephone numbers only with their middle starred. */

const secretKey =
  /pass(word|wd)?$|secret|token|authorization|cookie|csrf|ha1|masterkey|apikey|credential/i;
/** Keys under which a person's number stands, so that even three digits of an extension are somebody. */
const callerKey = /^(caller|from|callerNumber|endpointUser)$/i;
const numberKey = /^(number|caller|callee|dialled|to|from|callerNumber|endpointUser|displayName)$/i;
/** A run of digits as long as a telephone number (E.164: at most 15) that is not part of an id, a word or a decimal. */
const bareNumber = /(?<![\w.-])\+?\(?\d(?:[ ()-]{0,2}\d){6,14}(?![\w-]|\.\d)/g;
const beginsAsDate = /^\d{4}-\d\d-\d\d(?!\d)/;
const instantKey = /(Ns|Ms|At|version|bytes)$/;
const bearer = /\b(Bearer|Basic|Digest)\s+\S+/gi;
const urlPassword = /(\b[a-z]{2,20}:\/\/[^\s/:@]{0,100}):[^\s/@]{1,200}@/gi;

/** Longest text inside a fact: the expressions above then cost microseconds whatever a peer sends. */
const MAX_TEXT_CHARACTERS = 2000;

/** `+628123456789` → `+62*******789`: country and ending stay, enough to compare with a carrier's bill. */
export const maskNumber = (text: string): string => {
  const digits = text.replaceAll(/\D/g, '').length;
  return digits < 7 ? text : starMiddle(text, digits, { first: 2, last: 3 });
};

/** The same for a caller: of a short number the last digit stays. */
const maskCaller = (text: string): string => {
  const digits = text.replaceAll(/\D/g, '').length;
  if (digits >= 7) return maskNumber(text);
  return digits < 3 ? text : starMiddle(text, digits, { first: 0, last: 1 });
};

const starMiddle = (
  text: string,
  digits: number,
  kept: { readonly first: number; readonly last: number },
): string => {
  let seen = 0;
  return text.replaceAll(/\d/g, (digit) => {
    seen++;
    return seen <= kept.first || seen > digits - kept.last ? digit : '*';
  });
};

const maskFound = (text: string): string => (beginsAsDate.test(text) ? text : maskNumber(text));

const maskText = (text: string, numbers: boolean): string => {
  const short = text.length > MAX_TEXT_CHARACTERS ? `${text.slice(0, MAX_TEXT_CHARACTERS)}…` : text;
  const cleaned = short.replaceAll(bearer, '$1 [secret]').replaceAll(urlPassword, '$1:[secret]@');
  return numbers ? cleaned.replaceAll(bareNumber, maskFound) : cleaned;
};

/** Depth at which nested facts are cut: a fact is a fact, not a dump. */
const MAX_DEPTH = 6;

const describeError = (error: Error, numbers: boolean, depth: number): Record<string, unknown> => {
  const fields: Record<string, unknown> = { message: maskText(error.message, numbers) };
  if ('code' in error) fields['code'] = error.code;
  // A Fault says what happened by its code; anything else is a surprise, and its stack is the only trace of it.
  if (error.name !== 'Fault') fields['stack'] = maskText(error.stack ?? '', numbers);
  if ('facts' in error) fields['facts'] = maskFacts(error.facts, numbers, depth + 1);
  if (error.cause !== undefined) fields['cause'] = maskFacts(error.cause, numbers, depth + 1);
  if (error instanceof AggregateError)
    fields['errors'] = error.errors.map((inner) => maskFacts(inner, numbers, depth + 1));
  return fields;
};

/** A copy of `value` that JSON can carry and everybody may read. */
export const maskFacts = (value: unknown, numbers: boolean, depth = 0): unknown => {
  if (typeof value === 'string') return maskText(value, numbers);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return describeError(value, numbers, depth);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => maskFacts(item, numbers, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (secretKey.test(key)) copy[key] = '[secret]';
    else if (typeof inner === 'string' && numbers && numberKey.test(key))
      copy[key] = callerKey.test(key) ? maskCaller(inner) : maskNumber(inner);
    else if (typeof inner === 'string' && instantKey.test(key)) copy[key] = inner;
    else copy[key] = maskFacts(inner, numbers, depth + 1);
  }
  return copy;
};
