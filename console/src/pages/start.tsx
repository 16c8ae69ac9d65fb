import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react';
import { useState, type SubmitEvent, type ReactNode, type ReactElement } from 'react';
import { answered, client, type Schemas } from '../api/client.ts';
import {
  agentsQuery,
  callRecordingQuery,
  numbersQuery,
  queuesQuery,
  trunksQuery,
} from '../api/queries.ts';
import { useText, type TextKey } from '../i18n/language.ts';
import { Section } from '../lists/facts.tsx';
import { ProblemNote } from '../lists/problem.tsx';
import { PhoneSetup, TryOut } from './try-out.tsx';

interface Field {
  readonly name: string;
  readonly label: TextKey;
  readonly initial?: string;
  readonly inputMode?: 'numeric' | 'email' | 'tel';
}

const Step = (props: {
  readonly title: string;
  readonly text: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}) => {
  const t = useText();
  const { title, text, isDone, children } = props;
  return (
    <Section title={title}>
      <Group gap="xs">
        {isDone ? (
          <IconCircleCheckFilled size={18} aria-hidden color="var(--mantine-color-teal-7)" />
        ) : (
          <IconCircleDashed size={18} aria-hidden />
        )}
        <Text size="sm">{isDone ? t('start.done') : text}</Text>
      </Group>
      {!isDone && children}
    </Section>
  );
};

/** A small form: keeps what was written when the server refuses, and says which field it meant. */
const Form = (props: {
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
    onError: () => undefined,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!send.isPending) send.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {send.isError && <ProblemNote error={send.error} />}
        <Group align="end" gap="sm">
          {fields.map(({ name, label, inputMode }) => (
            <TextInput
              key={name}
              label={t(label)}
              required
              withAsterisk={false}
              maxLength={200}
              {...(inputMode && { inputMode })}
              value={values[name] ?? ''}
              onChange={({ currentTarget }) =>
                setValues({ ...values, [name]: currentTarget.value })
              }
            />
          ))}
          <Button type="submit" loading={send.isPending}>
            {t('start.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

export const StartPage = (): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const queues = useQuery(queuesQuery);
  const agents = useQuery(agentsQuery);
  const trunks = useQuery(trunksQuery);
  const numbers = useQuery(numbersQuery);
  const settings = useQuery(callRecordingQuery);
  const [made, setMade] = useState<Schemas['CreatedAgent'] | null>(null);
  const queue = queues.data?.items[0];
  const isRecording = settings.data?.useCallRecording === true && settings.data.inbound.record;
  const switchOn = useMutation({
    mutationFn: () =>
      answered(
        client.PUT('/settings/call-recording', {
          body: { useCallRecording: true, inbound: { record: true }, dualChannel: true },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['settings'] }),
    onError: () => undefined,
  });
  const failed = [queues, agents, trunks, numbers, settings].find(({ error }) => error !== null);
  if (failed) return <ProblemNote error={failed.error} onRetry={() => void failed.refetch()} />;
  return (
    <Stack gap="md" maw={900}>
      <Title order={1} size="h2">
        {t('start.title')}
      </Title>
      <TryOut />
      <Text c="dimmed">{t('start.text')}</Text>
      <Step title={t('start.queue')} text={t('start.queueText')} isDone={queue !== undefined}>
        <Form
          fields={[{ name: 'name', label: 'field.name' }]}
          refreshes="queues"
          onSubmit={({ name = '' }) => answered(client.POST('/queues', { body: { name } }))}
        />
      </Step>
      <Step
        title={t('start.agent')}
        text={t('start.agentText')}
        isDone={(agents.data?.items.length ?? 0) > 0}
      >
        <Form
          fields={[
            { name: 'name', label: 'field.name' },
            { name: 'email', label: 'signIn.email', inputMode: 'email' },
            { name: 'agentId', label: 'field.agentId', initial: '1001' },
            { name: 'sipUsername', label: 'field.sipUsername', initial: 'agent1' },
          ]}
          refreshes="agents"
          onSubmit={async ({ name = '', email = '', agentId = '', sipUsername = '' }) => {
            const queueIds = queue ? [queue.id] : [];
            const body = { name, email, agentId, sipUsername, queueIds };
            setMade(await answered(client.POST('/agents', { body })));
          }}
        />
      </Step>
      {made && <PhoneSetup {...made} />}
      <Step
        title={t('start.trunk')}
        text={t('start.trunkText')}
        isDone={(trunks.data?.items.length ?? 0) > 0}
      >
        <Form
          fields={[
            { name: 'name', label: 'field.name' },
            { name: 'host', label: 'field.host' },
            { name: 'port', label: 'field.port', initial: '5060', inputMode: 'numeric' },
          ]}
          refreshes="trunks"
          onSubmit={({ name = '', host = '', port = '' }) => {
            const isAddress = /^[\d.]+$|:/.test(host);
            const body = { name, host, port: Number(port) };
            const allowed = isAddress ? { allowedAddresses: [host] } : {};
            return answered(client.POST('/trunks', { body: { ...body, ...allowed } }));
          }}
        />
      </Step>
      <Step
        title={t('start.number')}
        text={queue ? t('start.numberText', { queue: queue.name }) : t('start.queueFirst')}
        isDone={(numbers.data?.items.length ?? 0) > 0}
      >
        {queue && (
          <Form
            fields={[{ name: 'number', label: 'field.number', inputMode: 'tel' }]}
            refreshes="numbers"
            onSubmit={({ number = '' }) =>
              answered(
                client.POST('/numbers', {
                  body: { number, target: { kind: 'queue', id: queue.id } },
                }),
              )
            }
          />
        )}
      </Step>
      <Step title={t('start.record')} text={t('start.recordText')} isDone={isRecording}>
        {switchOn.isError && <ProblemNote error={switchOn.error} />}
        <Group>
          <Button loading={switchOn.isPending} onClick={() => switchOn.mutate()}>
            {t('start.recordDo')}
          </Button>
        </Group>
      </Step>
    </Stack>
  );
};
