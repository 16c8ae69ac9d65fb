import {
  Anchor,
  Button,
  Group,
  Paper,
  Stack,
  Text,
  TextInput,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react';
import { useState, type SubmitEvent, type ReactNode } from 'react';
import { useText, type TextKey } from '../../i18n/language.ts';
import { Section } from '../../lists/facts.tsx';
import { useMarkedInSight } from '../../lists/in-sight.tsx';
import { fieldErrorOf, ProblemNote } from '../../lists/problem.tsx';

interface Field {
  readonly name: string;
  readonly label: TextKey;
  readonly initial?: string;
  readonly hint?: string;
  readonly inputMode?: 'numeric' | 'email' | 'tel';
}

export interface Change {
  readonly to:
    | '/settings/queues'
    | '/settings/agents'
    | '/settings/trunks'
    | '/settings/numbers'
    | '/settings/call';
  /** What is there already. */
  readonly found: string;
}

/** What is there is one line that leads to it, so that the next step is in sight; what is missing is done here. */
export const Step = (props: {
  readonly title: string;
  readonly text: string;
  readonly isDone: boolean;
  readonly change?: Change;
  /** Shown even when it is done. */
  readonly stays?: boolean;
  readonly children: ReactNode;
}) => {
  const t = useText();
  const { title, text, isDone, change, stays = false, children } = props;
  const sign = isDone ? (
    <IconCircleCheckFilled size={18} aria-hidden color="var(--mantine-color-teal-7)" />
  ) : (
    <IconCircleDashed size={18} aria-hidden />
  );
  const said = (
    <Text size="sm" flex="1 1 160px" style={{ overflowWrap: 'anywhere' }}>
      {isDone && <VisuallyHidden>{t('start.done')}: </VisuallyHidden>}
      {isDone ? (change?.found ?? text) : text}
    </Text>
  );
  if (isDone && !stays)
    return (
      <Paper withBorder radius="md" px="md" py="xs" component="section" aria-label={title}>
        <Group gap="xs">
          {sign}
          <Title order={2} size="h6" miw={190}>
            {title}
          </Title>
          {said}
          {change && (
            <Anchor
              size="sm"
              aria-label={`${t('start.change')}: ${title}`}
              renderRoot={(root) => <Link to={change.to} {...root} />}
            >
              {t('start.change')}
            </Anchor>
          )}
        </Group>
      </Paper>
    );
  return (
    <Section title={title}>
      <Group gap="xs" wrap="nowrap">
        {sign}
        {said}
      </Group>
      {children}
    </Section>
  );
};

/** A small form: keeps what was written when the server refuses, and says which field it meant. */
export const Form = (props: {
  readonly fields: readonly Field[];
  readonly onSubmit: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly refreshes: string;
}) => {
  const t = useText();
  const queries = useQueryClient();
  const { fields, onSubmit, refreshes } = props;
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map(({ name, initial = '' }) => [name, initial])),
  );
  const send = useMutation({
    mutationFn: () => onSubmit(values),
    onSuccess: () => queries.invalidateQueries({ queryKey: [refreshes] }),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!send.isPending) send.mutate();
  };
  const errors = fields.map(({ name }) => fieldErrorOf(t, send.error, name));
  const isMarked = errors.some((error) => error !== null);
  const form = useMarkedInSight(isMarked, send.error);
  return (
    <form ref={form} onSubmit={submit}>
      <Stack gap="sm">
        {send.isError && !isMarked && <ProblemNote error={send.error} />}
        <Group align="start" gap="sm">
          {fields.map(({ name, label, inputMode, hint }, at) => (
            <TextInput
              key={name}
              label={t(label)}
              required
              maxLength={200}
              flex={{ base: '1 1 100%', sm: '1 1 140px' }}
              maw={{ base: '100%', sm: 260 }}
              description={hint}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              error={errors[at]}
              errorProps={{ role: 'alert' }}
              {...(inputMode && { inputMode })}
              value={values[name] ?? ''}
              onChange={({ currentTarget }) =>
                setValues({ ...values, [name]: currentTarget.value })
              }
            />
          ))}
          {/* Beside the fields, below the height of their labels: a refusal makes one of them taller. */}
          <Button type="submit" loading={send.isPending} mt={{ base: 0, sm: 25 }}>
            {t('start.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
