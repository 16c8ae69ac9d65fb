import { Anchor, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { answered, client, type Schemas } from '../api/client.ts';
import {
  agentsQuery,
  callRecordingQuery,
  numbersQuery,
  queuesQuery,
  recordingsQuery,
  sampleDataQuery,
  trunksQuery,
} from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { Section } from '../lists/facts.tsx';
import { NotYet } from '../lists/not-yet.tsx';
import { ProblemNote } from '../lists/problem.tsx';
import { useCountryName } from '../session.tsx';
import { CallMe } from './first-steps/call-me.tsx';
import { PhoneSetUp } from './first-steps/phone-lines.tsx';
import { SampleOffer } from './first-steps/sample-data.tsx';
import { addressesOf, nextAgentId, nextSipUser } from './first-steps/suggestions.ts';
import { Form, Step } from './first-steps/step.tsx';
import { TryOut } from './first-steps/try-out.tsx';

/** Sample data ticks nothing off. */
const own = <Item extends { readonly id: string }>(
  items: readonly Item[] = [],
  samples: readonly string[] = [],
): readonly Item[] => items.filter(({ id }) => !samples.includes(id));

/** Still being made, or never: nobody's first recorded call yet. */
const unheard: readonly Schemas['Recording']['state'][] = [
  'planned',
  'capturing',
  'sealed',
  'failed',
];

/** Whose phone can be set up now, because the password is known. */
type MadeAgent = Pick<Schemas['CreatedAgent'], 'id' | 'name' | 'sipPassword'>;

/** A handful of names; the page that holds them all is a click away. */
const namesOf = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');

export const StartPage = (): ReactElement => {
  const t = useText();
  const queries = useQueryClient();
  const queues = useQuery(queuesQuery);
  const agents = useQuery(agentsQuery);
  const trunks = useQuery(trunksQuery);
  const numbers = useQuery(numbersQuery);
  const settings = useQuery(callRecordingQuery);
  const recordings = useInfiniteQuery(recordingsQuery({}));
  const { data: samples } = useQuery(sampleDataQuery);
  const countryName = useCountryName();
  const [made, setMade] = useState<MadeAgent | null>(null);
  const all = {
    queues: own(queues.data?.items, samples?.queueIds),
    agents: own(agents.data?.items, samples?.agentIds),
    trunks: own(trunks.data?.items, samples?.trunkIds),
    numbers: own(numbers.data?.items, samples?.numberIds),
  };
  const queue = all.queues[0];
  const sampleQueues = samples?.queueIds ?? [];
  const hasRecording =
    recordings.data?.pages[0]?.items.some(
      ({ queueId, state }) =>
        !unheard.includes(state) && (queueId === null || !sampleQueues.includes(queueId)),
    ) ?? false;
  const isRecording = settings.data?.useCallRecording === true && settings.data.inbound.record;
  const switchOn = useMutation({
    mutationFn: () =>
      answered(
        client.PUT('/settings/call-recording', {
          body: { useCallRecording: true, inbound: { record: true }, dualChannel: true },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['settings'] }),
  });
  const steps = [
    all.queues.length > 0,
    all.agents.length > 0,
    all.trunks.length > 0,
    all.numbers.length > 0,
    isRecording,
    hasRecording,
  ];
  const done = steps.filter((isDone) => isDone).length;
  const asked = [queues, agents, trunks, numbers, settings, recordings];
  // What was known once stays on screen with what is being written, even while the server is away.
  const missing = asked.filter(({ data }) => data === undefined);
  const error = missing.find((each) => each.error !== null)?.error;
  const retry = (): void => missing.forEach((each) => void each.refetch());
  // Nothing is ticked off, or not, before it is known.
  if (missing.length > 0)
    return (
      <Stack gap="md" maw={900}>
        <Title order={1} size="h2">
          {t('start.title')}
        </Title>
        <NotYet error={error} onRetry={retry} height={480} />
      </Stack>
    );
  return (
    <Stack gap="md" maw={900}>
      <Title order={1} size="h2">
        {t('start.title')}
      </Title>
      <Text c="dimmed">{t('start.text')}</Text>
      <Stack gap={4} maw={420}>
        <Progress value={(done / steps.length) * 100} aria-label={t('start.title')} />
        <Text size="sm" c="dimmed" role="status">
          {t('start.progress', { done, all: steps.length })}
        </Text>
      </Stack>
      {done < 5 && (
        <TryOut
          onMade={({ agent: { id, sipUsername, sipPassword } }) => {
            // One who was there before keeps theirs, and the lines of that phone stand at Call me.
            if (sipPassword !== null) setMade({ id, name: sipUsername, sipPassword });
          }}
        />
      )}
      <Step
        title={t('start.queue')}
        text={t('start.queueText')}
        isDone={queue !== undefined}
        change={{ to: '/settings/queues', found: namesOf(all.queues.map(({ name }) => name)) }}
      >
        <Form
          fields={[{ name: 'name', label: 'field.name' }]}
          refreshes="queues"
          onSubmit={({ name = '' }) => answered(client.POST('/queues', { body: { name } }))}
        />
      </Step>
      <Step
        title={t('start.agent')}
        text={t('start.agentText')}
        isDone={all.agents.length > 0}
        change={{ to: '/settings/agents', found: namesOf(all.agents.map(({ name }) => name)) }}
      >
        <Form
          fields={[
            { name: 'name', label: 'field.name' },
            { name: 'email', label: 'signIn.email', inputMode: 'email' },
            {
              name: 'agentId',
              label: 'field.agentId',
              initial: nextAgentId(agents.data?.items ?? []),
            },
            {
              name: 'sipUsername',
              label: 'field.sipUsername',
              initial: nextSipUser(agents.data?.items ?? []),
            },
          ]}
          refreshes="agents"
          onSubmit={async ({ name = '', email = '', agentId = '', sipUsername = '' }) => {
            const queueIds = queue ? [queue.id] : [];
            const body = { name, email, agentId, sipUsername, queueIds };
            setMade(await answered(client.POST('/agents', { body })));
          }}
        />
      </Step>
      {made && (
        <Section title={t('phone.of', { name: made.name })}>
          <PhoneSetUp agentId={made.id} madePassword={made.sipPassword} />
        </Section>
      )}
      <Step
        title={t('start.trunk')}
        text={t('start.trunkText')}
        isDone={all.trunks.length > 0}
        change={{ to: '/settings/trunks', found: namesOf(all.trunks.map(({ name }) => name)) }}
      >
        <Form
          fields={[
            { name: 'name', label: 'field.name' },
            { name: 'host', label: 'field.host' },
            { name: 'port', label: 'field.port', initial: '5060', inputMode: 'numeric' },
          ]}
          refreshes="trunks"
          onSubmit={({ name = '', host = '', port = '' }) => {
            const body = { name, host, port: Number(port) };
            const allowedAddresses = addressesOf(host, port);
            return answered(client.POST('/trunks', { body: { ...body, allowedAddresses } }));
          }}
        />
      </Step>
      <Step
        title={t('start.number')}
        text={queue ? t('start.numberText', { queue: queue.name }) : t('start.queueFirst')}
        isDone={all.numbers.length > 0}
        change={{
          to: '/settings/numbers',
          found: namesOf(all.numbers.map(({ number }) => number)),
        }}
      >
        {queue && (
          <Form
            fields={[
              {
                name: 'number',
                label: 'field.number',
                inputMode: 'tel',
                hint: t('number.readAs', { country: countryName }),
              },
            ]}
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
      <Step
        title={t('start.record')}
        text={t('start.recordText')}
        isDone={isRecording}
        change={{ to: '/settings/call', found: t('start.recordText') }}
      >
        {switchOn.isError && <ProblemNote error={switchOn.error} />}
        <Group>
          <Button loading={switchOn.isPending} onClick={() => switchOn.mutate()}>
            {t('start.recordDo')}
          </Button>
        </Group>
      </Step>
      <Step
        title={t('start.call')}
        text={t(hasRecording ? 'start.callDone' : 'start.callText')}
        isDone={hasRecording}
        stays
      >
        {all.agents.length > 0 && all.numbers.length > 0 ? (
          <>
            {hasRecording && (
              <Anchor size="sm" renderRoot={(root) => <Link to="/recordings" {...root} />}>
                {t('recordings.title')}
              </Anchor>
            )}
            <CallMe agents={all.agents} numbers={all.numbers} setUpAbove={made?.id} />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {t('start.callFirst')}
          </Text>
        )}
      </Step>
      <SampleOffer />
    </Stack>
  );
};
