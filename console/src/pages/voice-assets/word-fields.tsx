/** Name and description, counted as the server counts them. */
import { Text, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import {
  characterCount,
  mostDescriptionCharacters,
  mostNameCharacters,
  readDescription,
  readName,
} from '#core/asset/words.ts';
import { useText } from '../../i18n/language.ts';
import { FirstLine } from '../../lists/first-field.tsx';
import { wordText } from './words.ts';

export interface Words {
  readonly name: string;
  readonly description: string;
}

/** What is wrong with either, by the rules of the server; null where it is right. */
export const useWordErrors = (): ((words: Words) => {
  readonly name: string | null;
  readonly description: string | null;
}) => {
  const t = useText();
  return ({ name, description }) => {
    const readNames = readName(name);
    const readDescriptions = readDescription(description);
    return {
      name: readNames.ok ? null : wordText(t, `name-${readNames.error}`),
      description: readDescriptions.ok
        ? null
        : wordText(t, `description-${readDescriptions.error}`),
    };
  };
};

const Count = ({ text, most }: { readonly text: string; readonly most: number }): ReactElement => {
  const count = characterCount(text.trim());
  return (
    <Text span size="xs" c={count > most ? 'var(--mantine-color-error)' : 'dimmed'} fw={400}>
      {count} / {most}
    </Text>
  );
};

export const WordFields = (props: {
  readonly words: Words;
  readonly errors: { readonly name: string | null; readonly description: string | null };
  readonly isBusy: boolean;
  readonly onChange: (words: Words) => void;
}): ReactElement => {
  const t = useText();
  const { words, errors, isBusy, onChange } = props;
  return (
    <>
      <FirstLine
        label={t('voiceAssets.name.label')}
        description={t('voiceAssets.name.hint')}
        disabled={isBusy}
        value={words.name}
        error={errors.name}
        errorProps={{ role: 'alert' }}
        onChange={(name) => onChange({ ...words, name })}
        rightSection={<Count text={words.name} most={mostNameCharacters} />}
        rightSectionWidth={64}
        inputWrapperOrder={['label', 'description', 'input', 'error']}
      />
      <Textarea
        label={t('voiceAssets.description.label')}
        description={t('voiceAssets.description.hint')}
        autosize
        minRows={1}
        maxRows={4}
        disabled={isBusy}
        value={words.description}
        error={errors.description}
        errorProps={{ role: 'alert' }}
        onChange={({ currentTarget }) => onChange({ ...words, description: currentTarget.value })}
        rightSection={<Count text={words.description} most={mostDescriptionCharacters} />}
        rightSectionWidth={72}
        inputWrapperOrder={['label', 'description', 'input', 'error']}
      />
    </>
  );
};
