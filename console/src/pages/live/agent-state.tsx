/** What an agent's state means for the next call: why none comes, until when, and the way back. */
import { Box, Button, Stack, Text, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconBan, IconCheck, IconPencil, IconPhone } from '@tabler/icons-react';
import { useRef, type ReactNode } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { problemText } from '../../lists/problem.tsx';
import { Sign } from '../../lists/sign.tsx';
import { useTimeTexts } from '../../session.tsx';
import { clockText } from '../../time/length.ts';

type Shown = Pick<
  Schemas['Agent'],
  'id' | 'name' | 'state' | 'unavailableReason' | 'wrapUpUntil'
> & {
  readonly since: string | null;
};

const looks = {
  available: { color: 'teal', icon: <IconCheck size={12} /> },
  onCall: { color: 'blue', icon: <IconPhone size={12} /> },
  wrapUp: { color: 'violet', icon: <IconPencil size={12} /> },
  unavailable: { color: 'gray', icon: <IconBan size={12} /> },
} as const;

/** Nothing is shown as done before the server says so. */
const MakeAvailable = (props: Pick<Shown, 'id' | 'name'> & { readonly onDone: () => void }) => {
  const t = useText();
  const { id, name, onDone } = props;
  const queries = useQueryClient();
  const refresh = (): Promise<unknown> =>
    Promise.all(
      ['agents', 'live'].map((topic) => queries.invalidateQueries({ queryKey: [topic] })),
    );
  const make = useMutation({
    mutationFn: () =>
      answered(
        client.PUT('/agents/{id}/state', {
          params: { path: { id } },
          body: { state: 'available' },
        }),
      ),
    onSuccess: refresh,
    onError: (error) => {
      notifications.show({
        color: 'red',
        message: problemText(t, error),
        closeButtonProps: { 'aria-label': t('admin.close') },
      });
      return refresh();
    },
    onSettled: onDone,
  });
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={make.isPending}
      aria-label={t('agentState.makeOne', { name })}
      onClick={() => make.mutate()}
    >
      {t('agentState.make')}
    </Button>
  );
};

export const AgentStateCell = (props: {
  readonly agent: Shown;
  /** The server's clock where the page follows it; without it an instant is written. */
  readonly nowMs?: number;
  readonly maySet: boolean;
  /** What is said beside it. */
  readonly children?: ReactNode;
}) => {
  const t = useText();
  const time = useTimeTexts();
  const { agent, nowMs, maySet, children } = props;
  const { state, unavailableReason, wrapUpUntil, since } = agent;
  const cell = useRef<HTMLDivElement>(null);
  // The button goes, or could not be pressed meanwhile. Whoever has gone elsewhere since is left there.
  const stayHere = (): void => {
    if (document.activeElement === document.body) cell.current?.focus();
  };
  // A phone that is not registered is told beside it, and nothing but the phone can mend that.
  const isKept = unavailableReason === 'missedCall' || unavailableReason === 'chosen';
  if (state === null)
    return (
      <Text size="xs" c="dimmed">
        {t('agentState.elsewhere')}
      </Text>
    );
  const isWrapUp = state === 'wrapUp' && wrapUpUntil !== null && since !== null;
  const freeText = (until: string): string =>
    nowMs === undefined
      ? t('agentState.freeAt', { time: time.time(until) })
      : t('agentState.freeIn', { length: clockText(Math.max(0, Date.parse(until) - nowMs) + 999) });
  return (
    <Stack gap={4} align="start" ref={cell} tabIndex={-1}>
      <Box>
        <Sign {...looks[state]} text={t(`agentState.${state}`)} />
        {children}
      </Box>
      {isKept && since !== null && (
        <Text size="xs" c="dimmed">
          {t(`agentState.${unavailableReason}`, { time: time.instant(since) })}
        </Text>
      )}
      {isWrapUp && (
        <Tooltip
          multiline
          maw={320}
          label={t('agentState.wrapUpHint', {
            seconds: Math.round((Date.parse(wrapUpUntil) - Date.parse(since)) / 1000),
          })}
        >
          <Text size="xs" c="dimmed" tabIndex={0} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {freeText(wrapUpUntil)}
          </Text>
        </Tooltip>
      )}
      {maySet && (isKept || isWrapUp) && (
        <MakeAvailable id={agent.id} name={agent.name} onDone={stayHere} />
      )}
    </Stack>
  );
};
