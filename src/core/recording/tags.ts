/** Tags: a word or two by which people find recordings again. */

export const longestTag = 40;
export const mostTags = 20;

/** One spelling each: small letters, single spaces, no ends of space. */
export const tagOf = (text: string): string =>
  text.normalize('NFC').trim().replace(/\s+/gu, ' ').toLowerCase();

/** Each once, in order of the alphabet. */
export const tagsOf = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts.map(tagOf))].filter((tag) => tag !== '').sort();
