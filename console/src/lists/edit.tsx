/** Edits of what others edit too: the second is shown what the first one saved, and decides. */
import { Alert, Box, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconUsers } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useText } from '../i18n/language.ts';
import { Facts } from './facts.tsx';
import { InSight } from './in-sight.tsx';
import { isOvertaken } from './problem.tsx';

type Words<Word extends string> = Readonly<Record<Word, string>>;

interface Edit<Word extends string, Item> {
  readonly item: Item;
  /** What may be written of it, each with the label of its field. */
  readonly labels: readonly (readonly [Word, string])[];
  readonly save: (words: Words<Word>, version: number) => Promise<unknown>;
  /** As it stands now; undefined when it is gone. */
  readonly read: () => Promise<Item | undefined>;
  readonly onSaved: () => unknown;
}

/** Whoever was overtaken saves over what is shown as `theirs`, and over nothing later. */
export const useEdit = <
  Word extends string,
  Item extends Words<Word> & { readonly version: number },
>(
  edit: Edit<Word, Item>,
) => {
  // As it was when the form was opened: what others save meanwhile is not what was edited.
  const [opened] = useState(edit.item);
  const [seen, setSeen] = useState(opened);
  const [words, setWords] = useState<Words<Word>>(opened);
  const send = useMutation({
    mutationFn: async (written: Words<Word>) => {
      try {
        return await edit.save(written, seen.version);
      } catch (error) {
        if (isOvertaken(error)) setSeen((await edit.read()) ?? seen);
        throw error;
      }
    },
    onSuccess: edit.onSaved,
    onError: () => undefined,
  });
  const take = (): void => {
    setWords(seen);
    send.reset();
  };
  const theirs = edit.labels.map(([word, label]) => ({ label, value: seen[word] }));
  return {
    words,
    write: (part: Partial<Words<Word>>) => setWords((now) => ({ ...now, ...part })),
    send,
    submit: () => send.mutate(words),
    overtaken: isOvertaken(send.error) && seen !== opened ? { theirs, onTake: take } : null,
  };
};

interface Written {
  readonly label: string;
  readonly value: string;
}

/** Its lines as they were written; a long text is moved in its box, so that the buttons under it stay near. */
const AsWritten = ({ label, value }: Written): ReactElement => (
  <Box
    role="group"
    aria-label={label}
    tabIndex={0}
    mah="6lh"
    style={{ overflowY: 'auto', whiteSpace: 'pre-wrap' }}
  >
    {value}
  </Box>
);

export const OvertakenNote = (props: {
  readonly theirs: readonly Written[];
  readonly onTake: () => void;
}): ReactElement => {
  const t = useText();
  const { theirs, onTake } = props;
  return (
    <InSight>
      <Alert
        role="alert"
        color="orange"
        icon={<IconUsers size={18} />}
        title={t('overtaken.title')}
      >
        <Stack gap="xs">
          <Facts
            facts={theirs.map(({ label, value }) => ({
              label,
              value: value === '' ? '' : <AsWritten label={label} value={value} />,
            }))}
            columns={1}
          />
          <Text size="sm">{t('overtaken.text')}</Text>
          <Group>
            <Button
              size="xs"
              variant="default"
              onClick={({ currentTarget: { form } }) => {
                onTake();
                // The button goes with the note: whoever pressed it goes on in the first field.
                form?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
              }}
            >
              {t('overtaken.take')}
            </Button>
          </Group>
        </Stack>
      </Alert>
    </InSight>
  );
};
