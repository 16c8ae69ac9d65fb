import { Badge, Stack, Text, Tooltip } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { IconCheck, IconHelp, IconPlugConnectedX } from '@tabler/icons-react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { useTimeTexts } from '../../session.tsx';

type TrunkState = Schemas['TrunkState'];

/** A change is told at once; the interval is for the round trip, which nobody tells. */
const statesQuery = queryOptions({
  queryKey: ['trunks', 'states'],
  refetchInterval: 30_000,
  queryFn: async ({ signal }) => {
    const states = new Map<string, TrunkState>();
    let cursor: string | null = null;
    do {
      const query: { limit: number; cursor?: string } = {
        limit: 200,
        ...(cursor !== null && { cursor }),
      };
      const page: { items: TrunkState[]; nextCursor: string | null } = await answered(
        client.GET('/trunk-states', { params: { query }, signal }),
      );
      for (const state of page.items) states.set(state.trunkId, state);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return states;
  },
});

/** Never by colour alone. */
const looks = {
  reachable: { color: 'teal', icon: <IconCheck size={12} /> },
  unreachable: { color: 'red', icon: <IconPlugConnectedX size={12} /> },
  unknown: { color: 'gray', icon: <IconHelp size={12} /> },
} as const;

export const TrunkStateCell = ({ trunkId }: { readonly trunkId: string }) => {
  const t = useText();
  const time = useTimeTexts();
  const { data } = useQuery(statesQuery);
  const state = data?.get(trunkId);
  if (state === undefined) return '–';
  const { color, icon } = looks[state.state];
  const lastAnswer =
    state.lastAnswerAt === null
      ? t('trunk.neverAnswered')
      : t('trunk.lastAnswer', { time: time.instant(state.lastAnswerAt) });
  const facts = [
    ...(state.since === null ? [] : [t('trunk.since', { time: time.instant(state.since) })]),
    lastAnswer,
    ...(state.status === null ? [] : [t('trunk.said', { status: state.status })]),
  ];
  return (
    <Stack gap={2} align="start">
      <Tooltip label={facts.join(' · ')} multiline maw={360}>
        <Badge
          variant="outline"
          color={color}
          leftSection={icon}
          tt="none"
          fw={600}
          miw="max-content"
          tabIndex={0}
        >
          {t(`trunk.${state.state}`)}
        </Badge>
      </Tooltip>
      {state.state === 'reachable' && state.roundTripMs !== null && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {t('trunk.roundTrip', { ms: Math.max(1, state.roundTripMs) })}
        </Text>
      )}
      {state.state === 'unreachable' && state.since !== null && (
        <Text size="xs" c="dimmed">
          {t('trunk.since', { time: time.instant(state.since) })}
        </Text>
      )}
    </Stack>
  );
};
