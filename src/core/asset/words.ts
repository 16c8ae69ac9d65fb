/** Name and description of an asset: counted in Unicode code points after trimming, as people count characters. */
import { ok, refuse, type Result } from '#base/result.ts';

export const mostNameCharacters = 20;
export const mostDescriptionCharacters = 100;

export type TextRule = 'empty' | 'too-long' | 'not-text';

/** Unpaired surrogates, and control characters but the line break, are nothing that people write. */
const isText = (text: string): boolean =>
  text.isWellFormed() && !/[\p{Cc}\p{Cn}]/u.test(text.replaceAll(/[\n\t]/g, ''));

/** Something to see: neither spaces nor characters without a shape. */
const isVisible = (text: string): boolean => /[^\p{Z}\p{C}]/u.test(text);

export const characterCount = (text: string): number => Array.from(text).length;

/** @returns the trimmed name */
export const readName = (text: string): Result<string, TextRule> => {
  const name = text.trim();
  if (!isText(name) || /[\n\t]/.test(name)) return refuse('not-text');
  if (!isVisible(name)) return refuse('empty');
  return characterCount(name) > mostNameCharacters ? refuse('too-long') : ok(name);
};

/** @returns the trimmed description, perhaps empty */
export const readDescription = (text: string): Result<string, TextRule> => {
  const description = text.replaceAll('\r\n', '\n').trim();
  if (!isText(description)) return refuse('not-text');
  return characterCount(description) > mostDescriptionCharacters
    ? refuse('too-long')
    : ok(description);
};
