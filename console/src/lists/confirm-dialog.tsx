import { Button, Group, Stack } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useText } from '../i18n/language.ts';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem.tsx';

/** Asks before something goes for good. Whoever only presses Enter has changed nothing. */
export const ConfirmDialog = (props: {
  readonly title: string;
  readonly confirm: string;
  /** “Cancel” unless told. */
  readonly cancel?: string;
  /** What is done. */
  readonly act: {
    readonly isPending: boolean;
    readonly error: unknown;
    readonly mutate: () => void;
  };
  /** Said in place of the server's own words; what is refused so would be refused again. */
  readonly refusal?: ReactElement | null;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) => {
  const t = useText();
  const {
    title,
    confirm,
    cancel = t('dialog.cancel'),
    act,
    refusal = null,
    onClose,
    children,
  } = props;
  const { isPending, error, mutate } = act;
  return (
    <Dialog title={title} isBusy={isPending} onClose={onClose}>
      <Stack>
        {children}
        {refusal ?? (error !== null && <ProblemNote error={error} />)}
        <Group justify="end">
          <Button variant="default" onClick={onClose} disabled={isPending} data-autofocus>
            {cancel}
          </Button>
          <Button
            color="red"
            loading={isPending}
            disabled={refusal !== null}
            onClick={() => mutate()}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
};
