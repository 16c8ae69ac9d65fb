import { createContext, use } from 'react';
import type { Session } from './api/queries.ts';
import { useLanguage } from './i18n/language.ts';

/** Who is signed in. There is one wherever a page is drawn. */
export const SessionContext = createContext<Session | null>(null);

export const useSession = (): Session => {
  const session = use(SessionContext);
  if (!session) throw new Error('a page is drawn while nobody is signed in');
  return session;
};

export const useCan = (): ((right: string) => boolean) => {
  const { rights } = useSession();
  return (right) => rights.includes(right);
};

/** Of the tenant, in the user's language: what a number written without + belongs to. */
export const useCountryName = (): string => {
  const { tenant } = useSession();
  const language = useLanguage();
  return new Intl.DisplayNames(language, { type: 'region' }).of(tenant.country) ?? tenant.country;
};

/** Made once: a format takes longer to make than a list's rows take to write with it. */
const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (
  language: string,
  timeZone: string,
  style: 'instant' | 'time',
): Intl.DateTimeFormat => {
  const key = `${language} ${timeZone} ${style}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat(language, {
    timeZone,
    ...(style === 'instant' && { dateStyle: 'medium' }),
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  formats.set(key, format);
  return format;
};

export interface TimeTexts {
  readonly zone: string;
  /** Day and time to the second. */
  readonly instant: (iso: string) => string;
  readonly time: (iso: string | number) => string;
}

/** Times in the tenant's zone, written as the user's language does (spec decision 20). */
export const useTimeTexts = (): TimeTexts => {
  const { tenant } = useSession();
  const language = useLanguage();
  const zone = tenant.timeZone;
  return {
    zone,
    instant: (iso) => formatOf(language, zone, 'instant').format(new Date(iso)),
    time: (iso) => formatOf(language, zone, 'time').format(new Date(iso)),
  };
};
