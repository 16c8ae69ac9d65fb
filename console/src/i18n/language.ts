/** The console's words: keys in the code, sentences in `locales/`. */
import { i18n, type Messages } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { remember } from '../remembered.ts';
import type english from '../locales/en.json';

export type TextKey = Extract<keyof typeof english, string>;
export type Text = (key: TextKey, values?: Readonly<Record<string, unknown>>) => string;

export const languages = [
  { code: 'en', name: 'English' },
  { code: 'zh', name: '中文' },
  { code: 'pt', name: 'Português' },
] as const;
export type Language = (typeof languages)[number]['code'];

const catalogues: Readonly<Record<Language, () => Promise<{ default: unknown }>>> = {
  en: () => import('../locales/en.json'),
  zh: () => import('../locales/zh.json'),
  pt: () => import('../locales/pt.json'),
};

const isLanguage = (text: string): text is Language =>
  languages.some((language) => language.code === text);

/** What `begin.ts` found: what was chosen here, else the browser's first language that we have. */
export const preferredLanguage = (): Language => {
  const { lang } = document.documentElement;
  return isLanguage(lang) ? lang : 'en';
};

export const speak = async (language: Language): Promise<void> => {
  const catalogue = await catalogues[language]();
  // The build has turned the sentences into parsed messages; see vite.config.ts.
  i18n.load(language, catalogue.default as Messages);
  i18n.activate(language);
  document.documentElement.lang = language;
};

export const chooseLanguage = async (language: Language): Promise<void> => {
  remember('language', language);
  await speak(language);
};

export const useText = (): Text => {
  const { i18n: spoken } = useLingui();
  return (key, values) => spoken._(key, values);
};

export const useLanguage = (): Language => {
  const { i18n: spoken } = useLingui();
  return isLanguage(spoken.locale) ? spoken.locale : 'en';
};

export { i18n };
