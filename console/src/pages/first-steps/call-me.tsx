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
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconCircleCheckFilled, IconCircleDashed, IconPhoneCall } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import type { CallDetail } from '../../api/queries.ts';
import { useText, type TextKey } from '../../i18n/language.ts';
import { ProblemNote } from '../../lists/problem.tsx';
import { whyText } from '../../words.ts';
import { PhoneSetUp } from './phone-lines.tsx';
import { forgetRung, keepRung, type Order, type Rung } from './rung-call.ts';
import { useCallOf, useEarlier } from './use-rung-call.ts';

type Agent = Schemas['Agent'];
type Numbered = Schemas['Number'];

const isAnsweredBy = ({ target }: Numbered, agent: Agent): boolean =>
  target.kind === 'agent' ? target.id === agent.id : agent.queueIds.includes(target.id);

const stages = ['rings', 'talks', 'over', 'made'] as const;

/** Nobody has to pick up or talk then. */
const builtInText: Readonly<Record<(typeof stages)[number], TextKey>> = {
  rings: 'callMe.ringsBuiltIn',
  talks: 'callMe.talksBuiltIn',
  over: 'callMe.over',
  made: 'callMe.made',
};

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
  readonly rung: Rung['call'];
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
  const isInVain = isUnanswered || isUnrecorded || failed !== undefined;
  // Told, or opened: whoever comes back from there may choose anew.
  useEffect(() => {
    if (isInVain || recordingId !== undefined) forgetRung();
  }, [isInVain, recordingId]);
  if (call !== null && isInVain)
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
            {t(onBuiltInPhone ? builtInText[stage] : `callMe.${stage}`)}
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
            description={t(count !== null && count > 0 ? 'callMe.ownReady' : 'callMe.ownText')}
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
          {count !== null && (
            <Group gap="xs">
              <Badge variant="outline" tt="none" color={count > 0 ? 'teal' : 'gray'}>
                {t('admin.phones', { count })}
              </Badge>
            </Group>
          )}
          {count === 0 && !isSetUpAbove && <PhoneSetUp key={agent.id} agentId={agent.id} />}
        </>
      )}
    </Stack>
  );
};

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
    // Also when the page was left meanwhile.
    onSuccess: (call, order) => keepRung({ call, order }),
  });
  const [earlier, setEarlier] = useEarlier();
  const place = useRef<HTMLDivElement>(null);
  /** The button that was pressed goes: what comes in its stead is read from here. */
  const call = (order: Order): void => {
    place.current?.focus();
    setEarlier(null);
    forgetRung();
    ring.mutate(order);
  };
  const inPlace = (content: ReactElement): ReactElement => (
    <Box ref={place} tabIndex={-1}>
      {content}
    </Box>
  );
  if (!pair) return <Text size="sm">{t('callMe.nobody')}</Text>;
  const onBuiltInPhone = isBuiltIn ?? false;
  // Where calls are in another process nobody knows here: the call tells.
  const isReady = onBuiltInPhone || pair.agent.registeredContacts !== 0;
  const rung = ring.data ? { call: ring.data, order: ring.variables } : earlier;
  if (rung)
    return inPlace(
      <Progress
        rung={rung.call}
        onBuiltInPhone={rung.order.onBuiltInPhone}
        onAgain={() => call(rung.order)}
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
          {isReady ? `${t('callMe.free')} ${t('callMe.wrapUp')}` : t('callMe.waiting')}
        </Text>
      </Group>
    </Stack>,
  );
};
