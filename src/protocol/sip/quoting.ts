/** Quoted strings and lists that must not be cut inside quotes or angle brackets (RFC 3261 §25.1, §7.3.1). */

const quoteCode = 0x22;
const backslashCode = 0x5c;

/**
 * Index of the closing quote of the quoted string that opens at `from`, or -1 when it never closes.
 *
 * @param from index of the opening quote
 */
export const closingQuote = (text: string, from: number): number => {
  for (let i = from + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === backslashCode) i++;
    else if (code === quoteCode) return i;
  }
  return -1;
};

/** `text` in quotes, with quotes and backslashes escaped. */
export const quote = (text: string): string =>
  text.includes('"') || text.includes('\\')
    ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    : `"${text}"`;

/** What stands between the quotes at `from` and `to`, escapes undone. */
export const unquoteBetween = (text: string, from: number, to: number): string => {
  const inner = text.slice(from + 1, to);
  if (!inner.includes('\\')) return inner;
  let plain = '';
  for (let i = 0; i < inner.length; i++) {
    if (inner.charCodeAt(i) === backslashCode) i++;
    plain += inner.charAt(i);
  }
  return plain;
};

/** The text without its quotes when it is one quoted string, else as it is. */
export const unquote = (text: string): string =>
  text.charCodeAt(0) === quoteCode && closingQuote(text, 0) === text.length - 1
    ? unquoteBetween(text, 0, text.length - 1)
    : text;

/**
 * Index of the next `separator` (a character code) at or after `from` that is outside quotes and angle brackets, or the
 * length of the text. An open quote or bracket hides everything behind it.
 */
export const nextTopLevel = (text: string, separator: number, from: number): number => {
  let isBracketed = false;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quoteCode && !isBracketed) {
      const close = closingQuote(text, i);
      if (close < 0) return text.length;
      i = close;
    } else if (code === 0x3c) isBracketed = true;
    else if (code === 0x3e) isBracketed = false;
    else if (code === separator && !isBracketed) return i;
  }
  return text.length;
};
