import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { Dialog } from '../../lists/dialog.tsx';
import { Facts } from '../../lists/facts.tsx';
import { FirstLine } from '../../lists/first-field.tsx';
import { ProblemNote } from '../../lists/problem.tsx';
import { isGood, outcomeText, secondsText } from './test-call-words.ts';

const Outcome = ({ outcome }: { readonly outcome: Schemas['TestCallOutcome'] }) => {
  const t = useText();
  const { number, callerNumber, status, ringingAfterMs, answeredAfterMs } = outcome;
  const good = isGood(outcome);
  return (
    <Stack gap="sm" role="status">
      <Alert
        color={good ? 'teal' : 'orange'}
        icon={good ? <IconCheck size={18} /> : <IconAlertTriangle size={18} />}
        title={outcomeText(t, outcome)}
      />
      <Facts
        facts={[
          { label: t('trunk.dialled'), value: number },
          { label: t('trunk.presented'), value: callerNumber },
          { label: t('trunk.rangAfter'), value: secondsText(t, ringingAfterMs) },
          { label: t('trunk.answeredAfter'), value: secondsText(t, answeredAfterMs) },
          { label: t('trunk.status'), value: status === null ? '–' : String(status) },
        ]}
      />
    </Stack>
  );
};

/** Dials a number of somebody's choice by one trunk and says what came of it. */
export const TestCallDialog = (props: {
  readonly trunk: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}) => {
  const t = useText();
  const { trunk, onClose } = props;
  const [to, setTo] = useState('');
  const test = useMutation({
    mutationFn: () =>
      answered(
        client.POST('/trunks/{id}/test-call', {
          params: { path: { id: trunk.id } },
          body: { to: to.trim() },
        }),
      ),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    test.mutate();
  };
  return (
    <Dialog size="lg" title={t('trunk.testOne', { name: trunk.name })} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{t('trunk.testText')}</Text>
          <FirstLine
            name="to"
            type="tel"
            label={t('trunk.number')}
            description={t('trunk.numberHint')}
            value={to}
            onChange={setTo}
          />
          {test.isPending && (
            <Text size="sm" role="status">
              {t('trunk.calling')}
            </Text>
          )}
          {test.isError && <ProblemNote error={test.error} />}
          {test.isSuccess && <Outcome outcome={test.data} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('admin.close')}
            </Button>
            <Button type="submit" loading={test.isPending} disabled={to.trim() === ''}>
              {t('trunk.call')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
};
