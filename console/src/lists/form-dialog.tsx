import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode, RefObject } from 'react';
import { useText } from '../i18n/language.ts';
import { Dialog } from './dialog.tsx';
import { InSight } from './in-sight.tsx';
import { ProblemNote } from './problem.tsx';

/** A dialog of one form: its fields, what the server said against them, the way back and the button that sends it. While it is on its way there is no way back. */
export const FormDialog = (props: {
  readonly title: string;
  readonly submit: string;
  /** What the form sends. */
  readonly sending: { readonly isPending: boolean; readonly error: unknown };
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  /** For whoever has to find its fields. */
  readonly form?: RefObject<HTMLFormElement | null>;
  /** Until then it cannot be sent. */
  readonly isReady?: boolean;
  /** The refusal is told beside the fields already. */
  readonly isMarked?: boolean;
  readonly color?: string;
  readonly size?: string | number;
  readonly children: ReactNode;
}) => {
  const t = useText();
  const { title, submit, sending, onSubmit, onClose, size = 'md', children } = props;
  const { form, isReady = true, isMarked = false, color = 'cyan' } = props;
  const { isPending, error } = sending;
  return (
    <Dialog title={title} size={size} isBusy={isPending} onClose={onClose}>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isPending) onSubmit();
        }}
      >
        <Stack gap="sm">
          {children}
          {error !== null && !isMarked && (
            <InSight>
              <ProblemNote error={error} />
            </InSight>
          )}
          <Group justify="end">
            <Button variant="default" onClick={onClose} disabled={isPending}>
              {t('dialog.cancel')}
            </Button>
            <Button type="submit" color={color} loading={isPending} disabled={!isReady}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
};
