/** Everything random: ids, tokens, passwords. */
import { createHash, randomBytes, randomInt, randomUUIDv7 } from 'node:crypto';

/** UUIDv7: sorts by age, so lists page by it. */
export const newId = (): string => randomUUIDv7();

/** 256 bits, safe in a cookie and a header. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** Tokens are 256 random bits, so a plain hash of them cannot be guessed backwards (unlike one of a password). */
export const hashToken = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

/** Letters and digits that nobody confuses on paper or on the display of a phone. */
const alphabet = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** 20 characters of 55: 115 bits. */
export const newPassword = (): string =>
  Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]).join('');
