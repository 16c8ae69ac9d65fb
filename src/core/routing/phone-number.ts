import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js';

/** What stands for the number of a caller who withheld it (spec decision 19). */
export const withheldNumber = 'anonymous';

/** Longest number that is taken as it is: service codes and a centre's own short numbers have at most six digits. */
const longestShortNumber = 6;

const isShort = (digits: string): boolean =>
  digits.length <= longestShortNumber && !digits.startsWith('+');

/** The dialled digits without what people and phones put between them, and without user parameters (`;npdi`). */
const plain = (raw: string): string => {
  const user = raw.split(';', 1)[0] ?? '';
  return user.replaceAll(/[\s().\-/]/gu, '');
};

const parse = (digits: string, country: string): string | null => {
  const region: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const parsed = parsePhoneNumberFromString(digits, region);
  if (parsed === undefined) return null;
  // Number plans grow faster than their tables, so the right length is enough. Two zeros in front are somebody's international
  // prefix: a carrier might take them as one, past the list of allowed countries.
  const isNumber = parsed.isPossible() && !parsed.nationalNumber.startsWith('00');
  return isNumber ? parsed.number : null;
};

/** Reading one takes longer than all else that is decided about a call, and the same numbers call again. */
const readings = new Map<string, string | null>();
const mostReadings = 10_000;

const read = (digits: string, country: string): string | null => {
  const key = `${country}${digits}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  const number = parse(digits, country);
  // Nobody dials more than this: a longer one is somebody filling the memory.
  if (digits.length > 20) return number;
  if (readings.size >= mostReadings) readings.clear();
  readings.set(key, number);
  return number;
};

/**
 * E.164 with `+` where the number can be read as one of `country` or an international one; short numbers, user names and what
 * cannot be read stay as they are (spec decision 19).
 *
 * @param country ISO 3166-1 alpha-2
 */
export const normaliseNumber = (raw: string, country: string): string => {
  const digits = plain(raw);
  if (isShort(digits) || !/^\+?[0-9]+$/u.test(digits)) return raw;
  return read(digits, country) ?? digits;
};

/** The number in E.164 if a trunk can be asked to dial it, else null. Short numbers are not dialled outside. */
export const dialableNumber = (raw: string, country: string): string | null => {
  const digits = plain(raw);
  if (isShort(digits) || !/^\+?[0-9]+$/u.test(digits)) return null;
  return read(digits, country);
};

/** Whether `raw` is one of the tenant's emergency numbers, separators aside. */
export const isEmergency = (raw: string, emergencyNumbers: readonly string[]): boolean =>
  emergencyNumbers.includes(plain(raw));
