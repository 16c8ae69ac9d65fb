/** Edits of what others edit too: the second is shown what the first one saved, and decides. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconUsers } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useText } from '../i18n/language.ts';
import { Facts, type Fact } from './facts.tsx';
import { InSight } from './in-sight.tsx';
import { isOvertaken } from './problem.tsx';

interface Edit<Item, Draft> {
  /** As it was when the form was opened: what others save meanwhile is not what was edited. */
  readonly item: Item;
  readonly save: (draft: Draft, version: number) => Promise<unknown>;
  /** As it stands now; undefined when it is gone. */
  readonly read: () => Promise<Item | undefined>;
  readonly onSaved: () => unknown;
}

/** Whoever was overtaken saves over what is shown as `theirs`, and over nothing later. */
export const useEdit = <Item extends { readonly version: number }, Draft>(
  edit: Edit<Item, Draft>,
) => {
  const [seen, setSeen] = useState(edit.item);
  const send = useMutation({
    mutationFn: async (draft: Draft) => {
      try {
        return await edit.save(draft, seen.version);
      } catch (error) {
        if (isOvertaken(error)) setSeen((await edit.read()) ?? seen);
        throw error;
      }
    },
    onSuccess: edit.onSaved,
    onError: () => undefined,
  });
  return { send, theirs: isOvertaken(send.error) && seen !== edit.item ? seen : null };
};

export const OvertakenNote = (props: {
  readonly theirs: readonly Fact[];
  readonly onTake: () => void;
}): ReactElement => {
  const t = useText();
  return (
    <InSight>
      <Alert
        role="alert"
        color="orange"
        icon={<IconUsers size={18} />}
        title={t('overtaken.title')}
      >
        <Stack gap="xs">
          <Facts facts={props.theirs} columns={1} />
          <Text size="sm">{t('overtaken.text')}</Text>
          <Group>
            <Button size="xs" variant="default" onClick={props.onTake}>
              {t('overtaken.take')}
            </Button>
          </Group>
        </Stack>
      </Alert>
    </InSight>
  );
};
