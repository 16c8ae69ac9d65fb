/** The last step: the agent's phone rings, and the recording opens by itself. */
import {
  Alert,
  Badge,
  Box,
  Button,
  Group,
  List,
  Loader,
  NativeSelect,
  Radio,
  Stack,
  Text,
  VisuallyHidden,
} from '@mantine/core';
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconCircleCheckFilled, IconCircleDashed, IconPhoneCall } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { callQuery, type CallDetail } from '../../api/queries.ts';
import { useText, type TextKey } from '../../i18n/language.ts';
import { ProblemNote } from '../../lists/problem.tsx';
import { whyText } from '../../words.ts';
import { PhoneSetUp } from './phone-lines.tsx';

type Agent = Schemas['Agent'];
type Numbered = Schemas['Number'];
type Rung = Schemas['TestCall'];

/** While somebody waits in front of it; the notices of the server come in between. */
const LOOK_EVERY_MS = 1000;

const isAnsweredBy = ({ target }: Numbered, agent: Agent): boolean =>
  target.kind === 'agent' ? target.id === agent.id : agent.queueIds.includes(target.id);

const firstCallQuery = ({ callerNumber, askedAt }: Rung) =>
  queryOptions({
    queryKey: ['calls', 'test', callerNumber, askedAt],
    queryFn: ({ signal }) => {
      const query = { number: callerNumber, from: askedAt, limit: 1 };
      return answered(client.GET('/calls', { params: { query }, signal }));
    },
  });

/** The call that was just asked for: the first of this caller since then. */
const useCallOf = (rung: Rung): CallDetail | null => {
  const list = useQuery({ ...firstCallQuery(rung), refetchInterval: LOOK_EVERY_MS });
  const id = list.data?.items[0]?.id;
  const call = useQuery({
    ...callQuery(id ?? ''),
    enabled: id !== undefined,
    refetchInterval: LOOK_EVERY_MS,
  });
  return call.data ?? null;
};

const stages = ['rings', 'talks', 'over', 'made'] as const;

/** How many of the stages are behind us. */
const passed = (call: CallDetail | null): number => {
  if (call === null) return 0;
  if (call.recordings.some(({ state }) => state === 'ready' || state === 'delivered')) return 4;
  if (call.endedAt !== null) return 3;
  return call.answeredAt !== null ? 1 : 0;
};

/** Read aloud before each stage, which the icon says to others. */
const stateOf = (place: number, behind: number): TextKey =>
  place < behind ? 'start.done' : place === behind ? 'callMe.now' : 'callMe.toCome';

const Progress = (props: {
  readonly rung: Rung;
  readonly onBuiltInPhone: boolean;
  readonly onAgain: () => void;
}) => {
  const t = useText();
  const navigate = useNavigate();
  const { rung, onBuiltInPhone, onAgain } = props;
  const call = useCallOf(rung);
  const ready = call?.recordings.find(({ state }) => state === 'ready' || state === 'delivered');
  const recordingId = ready?.id;
  useEffect(() => {
    if (recordingId !== undefined)
      void navigate({ to: '/recordings/$id', params: { id: recordingId } });
  }, [recordingId, navigate]);
  const isUnanswered = call !== null && call.endedAt !== null && call.answeredAt === null;
  const isUnrecorded = call !== null && call.endedAt !== null && call.record === false;
  const failed = call?.recordings.find(({ state }) => state === 'failed');
  if (call !== null && (isUnanswered || isUnrecorded || failed !== undefined))
    return (
      <Alert
        color="orange"
        role="alert"
        title={t(isUnanswered ? 'callMe.unanswered' : 'callMe.unrecorded')}
      >
        <Stack gap="xs" align="start">
          <Text size="sm">
            {isUnanswered
              ? t('callMe.unansweredText')
              : (failed?.failureReason ?? whyText(t, call))}
          </Text>
          <Button size="xs" variant="default" onClick={onAgain}>
            {t('callMe.again')}
          </Button>
        </Stack>
      </Alert>
    );
  const behind = passed(call);
  return (
    <List
      center
      listStyleType="none"
      spacing="xs"
      aria-label={t('callMe.progress')}
      aria-live="polite"
    >
      {stages.map((stage, place) => (
        <List.Item
          key={stage}
          {...(place === behind && { 'aria-current': 'step' as const })}
          icon={
            place < behind ? (
              <IconCircleCheckFilled size={18} color="var(--mantine-color-teal-7)" aria-hidden />
            ) : place === behind ? (
              <Loader size={18} aria-hidden />
            ) : (
              <IconCircleDashed size={18} aria-hidden />
            )
          }
        >
          <Text size="sm" {...(place > behind && { c: 'dimmed' })}>
            <VisuallyHidden>{t(stateOf(place, behind))}: </VisuallyHidden>
            {t(stage === 'rings' && onBuiltInPhone ? 'callMe.ringsBuiltIn' : `callMe.${stage}`)}
          </Text>
        </List.Item>
      ))}
    </List>
  );
};

/** Where to pick it up. The built-in phone is for whoever has none at hand. */
const PhoneChoice = (props: {
  readonly agent: Agent;
  readonly isBuiltIn: boolean;
  /** The page shows the lines already, with the password that was just made. */
  readonly isSetUpAbove: boolean;
  readonly onChange: (isBuiltIn: boolean) => void;
}) => {
  const t = useText();
  const { agent, isBuiltIn, isSetUpAbove, onChange } = props;
  const count = agent.registeredContacts;
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t('callMe.where')}
        value={isBuiltIn ? 'built-in' : 'own'}
        onChange={(value) => onChange(value === 'built-in')}
      >
        <Stack gap={6} mt={6}>
          <Radio
            value="own"
            label={t('callMe.own')}
            description={t(count > 0 ? 'callMe.ownReady' : 'callMe.ownText')}
          />
          <Radio
            value="built-in"
            label={t('callMe.builtIn')}
            description={t('callMe.builtInText')}
          />
        </Stack>
      </Radio.Group>
      {!isBuiltIn && (
        <>
          <Group gap="xs">
            <Badge variant="outline" tt="none" color={count > 0 ? 'teal' : 'gray'}>
              {t('admin.phones', { count })}
            </Badge>
          </Group>
          {count === 0 && !isSetUpAbove && <PhoneSetUp key={agent.id} agentId={agent.id} />}
        </>
      )}
    </Stack>
  );
};

interface Order {
  readonly numberId: string;
  readonly agentId: string;
  readonly onBuiltInPhone: boolean;
}

export const CallMe = (props: {
  readonly agents: readonly Agent[];
  readonly numbers: readonly Numbered[];
  /** Whose phone set-up stands further up. */
  readonly setUpAbove: string | undefined;
}) => {
  const t = useText();
  const { agents, numbers, setUpAbove } = props;
  const pairs = numbers.flatMap((number) =>
    agents.filter((agent) => isAnsweredBy(number, agent)).map((agent) => ({ number, agent })),
  );
  const [choice, setChoice] = useState('');
  const [isBuiltIn, setBuiltIn] = useState<boolean | null>(null);
  const keyOf = ({ number, agent }: (typeof pairs)[number]): string => `${number.id} ${agent.id}`;
  const pair = pairs.find((each) => keyOf(each) === choice) ?? pairs[0];
  const ring = useMutation({
    mutationFn: ({ numberId, ...body }: Order) => {
      return answered(
        client.POST('/numbers/{id}/test-call', { params: { path: { id: numberId } }, body }),
      );
    },
  });
  const place = useRef<HTMLDivElement>(null);
  /** The button that was pressed goes: what comes in its stead is read from here. */
  const call = (order: Order): void => {
    place.current?.focus();
    ring.mutate(order);
  };
  const inPlace = (content: ReactElement): ReactElement => (
    <Box ref={place} tabIndex={-1}>
      {content}
    </Box>
  );
  if (!pair) return <Text size="sm">{t('callMe.nobody')}</Text>;
  const onBuiltInPhone = isBuiltIn ?? false;
  const isReady = onBuiltInPhone || pair.agent.registeredContacts > 0;
  if (ring.data)
    return inPlace(
      <Progress
        rung={ring.data}
        onBuiltInPhone={ring.variables.onBuiltInPhone}
        onAgain={() => call(ring.variables)}
      />,
    );
  return inPlace(
    <Stack gap="md">
      {ring.isError && <ProblemNote error={ring.error} />}
      {pairs.length > 1 && (
        <NativeSelect
          label={t('callMe.which')}
          maw={420}
          data={pairs.map((each) => ({
            value: keyOf(each),
            label: `${each.number.number} → ${each.agent.name}`,
          }))}
          value={keyOf(pair)}
          onChange={({ currentTarget }) => setChoice(currentTarget.value)}
        />
      )}
      <PhoneChoice
        agent={pair.agent}
        isBuiltIn={onBuiltInPhone}
        isSetUpAbove={pair.agent.id === setUpAbove}
        onChange={setBuiltIn}
      />
      <Group gap="sm">
        <Button
          leftSection={<IconPhoneCall size={16} />}
          disabled={!isReady}
          loading={ring.isPending}
          onClick={() => call({ numberId: pair.number.id, agentId: pair.agent.id, onBuiltInPhone })}
        >
          {t('start.callMe')}
        </Button>
        <Text size="xs" c="dimmed" flex={1} miw={200}>
          {t(isReady ? 'callMe.free' : 'callMe.waiting')} {t('callMe.wrapUp')}
        </Text>
      </Group>
    </Stack>,
  );
};
