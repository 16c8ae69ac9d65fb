/** Judges what somebody wants to add or change, and names everything that is wrong with it at once. */
import { createHash } from 'node:crypto';
import { probeAudio } from '#audio/container/probe.ts';
import type { AudioFacts } from '#audio/container/audio-facts.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import { brokenFileRules, isConvertible, sentenceOf } from '#core/asset/file-rules.ts';
import {
  mostDescriptionCharacters,
  mostNameCharacters,
  readDescription,
  readName,
  type TextRule,
} from '#core/asset/words.ts';
import type { FieldError, Refusal } from '#ports/administration.ts';
import type { AssetFormat, UploadedFile, VoiceAssetDraft } from '#ports/voice-assets.ts';

export interface JudgedFile {
  readonly format: AssetFormat;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly durationMs: number;
  readonly frames: number;
}

const textSentences: Readonly<Record<'name' | 'description', Record<TextRule, string>>> = {
  name: {
    empty: 'Enter a voice name.',
    'too-long': `The voice name must not be longer than ${mostNameCharacters} characters.`,
    'not-text': 'The voice name must be plain text in one line.',
  },
  description: {
    empty: '',
    'too-long': `The description must not be longer than ${mostDescriptionCharacters} characters.`,
    'not-text': 'The description must be plain text.',
  },
};

const textError = (field: 'name' | 'description', rule: TextRule): FieldError => ({
  field,
  code: `${field}-${rule}`,
  message: textSentences[field][rule],
});

/** A refusal that says each thing once, in one sentence each, and whether conversion would mend the file. */
const refusalOf = (errors: readonly FieldError[], isTooLarge = false): Refusal => ({
  code: isTooLarge ? 'asset/too-large' : 'asset/invalid',
  detail: errors.map(({ message }) => message).join(' '),
  errors,
});

const judgeFile = (
  file: UploadedFile | null,
): { readonly errors: readonly FieldError[]; readonly facts: AudioFacts | null } => {
  if (!file) {
    const message = 'Select an audio file.';
    return { errors: [{ field: 'file', code: 'file-missing', message }], facts: null };
  }
  const { name, bytes, isWhole } = file;
  const facts = probeAudio(bytes, isWhole);
  const sizeBytes = isWhole ? bytes.length : null;
  const broken = brokenFileRules({ name, sizeBytes, probed: facts });
  const errors = broken.map((rule) => ({
    field: 'file',
    code: rule.rule,
    message: sentenceOf(rule),
    ...(rule.found !== null && { facts: { found: rule.found } }),
  }));
  return { errors, facts };
};

/** Counted, in milliseconds. */
export const durationOf = (bytes: Uint8Array): number => probeAudio(bytes).durationMs;

/** Whether what is wrong with the file is only its format. */
export const mayBeConverted = (file: UploadedFile): boolean => {
  const sizeBytes = file.isWhole ? file.bytes.length : null;
  const probed = probeAudio(file.bytes, file.isWhole);
  const broken = brokenFileRules({ name: file.name, sizeBytes, probed });
  return broken.length > 0 && isConvertible(broken);
};

export const judgeDraft = (
  draft: VoiceAssetDraft,
): Result<
  { readonly name: string; readonly description: string; readonly file: JudgedFile },
  Refusal
> => {
  const name = readName(draft.name);
  const description = readDescription(draft.description);
  const { file } = draft;
  const { errors: fileErrors, facts } = judgeFile(file);
  const errors = [
    ...(name.ok ? [] : [textError('name', name.error)]),
    ...(description.ok ? [] : [textError('description', description.error)]),
    ...fileErrors,
  ];
  if (!name.ok || !description.ok || !file || !facts || errors.length > 0)
    return refuse(refusalOf(errors, file?.isWhole === false));
  const { bytes } = file;
  return ok({
    name: name.value,
    description: description.value,
    file: {
      format: facts.kind === 'mp3' ? 'mp3' : 'wav',
      bytes,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      durationMs: Math.round(facts.durationMs),
      frames: facts.samples,
    },
  });
};

/** What is given, trimmed and judged; what is absent stays absent. */
export const judgeWords = (change: {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}): Result<{ readonly name?: string; readonly description?: string }, Refusal> => {
  const name = change.name === undefined ? null : readName(change.name);
  const description = change.description === undefined ? null : readDescription(change.description);
  const errors = [
    ...(name?.ok === false ? [textError('name', name.error)] : []),
    ...(description?.ok === false ? [textError('description', description.error)] : []),
  ];
  if (errors.length > 0) return refuse(refusalOf(errors));
  return ok({
    ...(name?.ok && { name: name.value }),
    ...(description?.ok && { description: description.value }),
  });
};
