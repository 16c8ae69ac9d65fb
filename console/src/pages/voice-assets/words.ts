import type { BrokenRule, FileRule } from '#core/asset/file-rules.ts';
import { useLanguage, type Text, type TextKey } from '../../i18n/language.ts';
import { fieldText as saidText, type FieldProblem } from '../../lists/field-text.ts';
import type { VoiceAsset } from './assets.ts';

export interface AmountTexts {
  readonly seconds: (ms: number) => string;
  readonly bytes: (bytes: number) => string;
  readonly count: (count: number) => string;
}

/** Lengths and sizes as the user's language writes them. */
export const useAmounts = (): AmountTexts => {
  const language = useLanguage();
  const unit = (name: string, digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    });
  const seconds = unit('second', 1);
  const kilobytes = unit('kilobyte', 0);
  const megabytes = unit('megabyte', 2);
  const plain = new Intl.NumberFormat(language);
  return {
    // Never rounded down to what is allowed: 60.04 s is longer than 60 s.
    seconds: (ms) => seconds.format(ms > 60_000 ? Math.ceil(ms / 100) / 10 : ms / 1000),
    bytes: (bytes) =>
      bytes < 1024 * 1024
        ? kilobytes.format(Math.max(1, Math.ceil(bytes / 1024)))
        : megabytes.format(Math.ceil((bytes * 100) / (1024 * 1024)) / 100),
    count: (count) => plain.format(count),
  };
};

const simple = {
  'file-empty': 'voiceAssets.broken.empty',
  'file-ending': 'voiceAssets.broken.ending',
} as const satisfies Partial<Record<FileRule, TextKey>>;

/** What is wrong with the file, in one sentence. */
export const brokenText = (t: Text, amounts: AmountTexts, { rule, found }: BrokenRule): string => {
  switch (rule) {
    case 'file-empty':
    case 'file-ending':
      return t(simple[rule]);
    case 'file-format':
      return found === null
        ? t('voiceAssets.broken.unknownFormat')
        : t('voiceAssets.broken.format', { found });
    case 'file-damaged':
      return found === 'no-audio'
        ? t('voiceAssets.broken.noAudio')
        : t('voiceAssets.broken.damaged');
    case 'sample-rate':
      return t('voiceAssets.broken.rate', { found: amounts.count(Number(found)) });
    case 'channels':
      return t('voiceAssets.broken.channels', { count: Number(found) });
    case 'duration':
      return t('voiceAssets.broken.duration', { found: amounts.seconds(Number(found)) });
    case 'file-size':
      return t('voiceAssets.broken.size', { found: amounts.bytes(Number(found)) });
  }
};

const adviceKeys = {
  silent: 'voiceAssets.advice.silent',
  quiet: 'voiceAssets.advice.quiet',
  loud: 'voiceAssets.advice.loud',
  clipped: 'voiceAssets.advice.clipped',
  'starts-late': 'voiceAssets.advice.startsLate',
  'ends-late': 'voiceAssets.advice.endsLate',
  'long-pause': 'voiceAssets.advice.longPause',
} as const satisfies Record<VoiceAsset['advice'][number], TextKey>;

export const adviceTexts = (t: Text, { advice, prepared }: VoiceAsset): readonly string[] => [
  ...(prepared === 'failed' ? [t('voiceAssets.advice.unplayable')] : []),
  ...advice.map((one) => t(adviceKeys[one])),
];

const wordKeys = {
  'name-empty': 'voiceAssets.name.empty',
  'name-too-long': 'voiceAssets.name.tooLong',
  'name-not-text': 'voiceAssets.name.notText',
  'description-too-long': 'voiceAssets.description.tooLong',
  'description-not-text': 'voiceAssets.description.notText',
} as const satisfies Record<string, TextKey>;

type WordRule = keyof typeof wordKeys | 'description-empty';

/** What is wrong with name or description; a description may be empty. */
export const wordText = (t: Text, rule: WordRule): string =>
  rule === 'description-empty' ? '' : t(wordKeys[rule]);

const fieldKeys: Readonly<Record<string, TextKey>> = {
  ...wordKeys,
  'file-missing': 'voiceAssets.file.missing',
};

const fileRules: Readonly<Record<FileRule, true>> = {
  'file-empty': true,
  'file-ending': true,
  'file-format': true,
  'file-damaged': true,
  'sample-rate': true,
  channels: true,
  duration: true,
  'file-size': true,
};

const isFileRule = (code: string): code is FileRule => Object.hasOwn(fileRules, code);

/** What the server says of a field, in the user's words where we have them. */
export const fieldText = (t: Text, amounts: AmountTexts, problem: FieldProblem): string => {
  const { code, facts } = problem;
  const key = fieldKeys[code];
  if (key) return t(key);
  const found = facts?.['found'] ?? null;
  // Of a file that was broken off nobody knows the size.
  if (code === 'file-size' && found === null) return t('voiceAssets.broken.tooLarge');
  return isFileRule(code) ? brokenText(t, amounts, { rule: code, found }) : saidText(t, problem);
};
