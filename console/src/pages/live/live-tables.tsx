import { Anchor, Button, Stack, Table, Text } from '@mantine/core';
import {
  IconBan,
  IconHeadphones,
  IconPlayerPause,
  IconPlayerRecordFilled,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LiveBoard } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { Sign } from '../../lists/sign.tsx';
import { clockText } from '../../time/length.ts';
import { useCan } from '../../session.tsx';
import { typeText } from '../../words.ts';
import { AgentStateCell } from './agent-state.tsx';
import { listener, useListening } from './listening.ts';

interface BoardProps {
  readonly board: LiveBoard;
  readonly nowMs: number;
}

const figures = { fontVariantNumeric: 'tabular-nums' } as const;
/** On a telephone the table is moved sideways rather than its words broken letter by letter. */
const anywhere = { overflowWrap: 'anywhere', minWidth: 110 } as const;
/** A number is read as a whole; what a stranger calls themselves may be as long as they like. */
const numberLook = (number: string) =>
  number.length <= 16 ? ({ whiteSpace: 'nowrap' } as const) : anywhere;

const sinceText = (iso: string, nowMs: number): string =>
  clockText(Math.max(0, nowMs - Date.parse(iso)));

const BoardTable = (props: {
  readonly label: string;
  readonly heads: readonly string[];
  readonly empty: string;
  readonly rows: readonly ReactNode[];
}) =>
  props.rows.length === 0 ? (
    <Text size="sm" c="dimmed">
      {props.empty}
    </Text>
  ) : (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={props.label}>
        <Table.Thead>
          <Table.Tr>
            {props.heads.map((head) => (
              <Table.Th key={head} style={{ whiteSpace: 'nowrap' }}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{props.rows}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );

export const QueuesTable = ({ board, nowMs }: BoardProps) => {
  const t = useText();
  const percent = (share: number | null): string =>
    share === null ? '–' : `${Math.round(share * 100)} %`;
  return (
    <BoardTable
      label={t('board.queues')}
      empty={t('board.noQueues')}
      heads={[
        t('field.queue'),
        t('board.waiting'),
        t('board.longest'),
        t('board.serviceLevel', { seconds: board.serviceLevelSeconds }),
        t('board.answered'),
        t('board.abandoned'),
        t('board.turnedAway'),
      ]}
      rows={board.queues.map((queue) => (
        <Table.Tr key={queue.id}>
          <Table.Td style={anywhere}>{queue.name}</Table.Td>
          <Table.Td style={figures} fw={queue.waiting > 0 ? 700 : 400}>
            {board.isHere ? queue.waiting : '–'}
          </Table.Td>
          <Table.Td style={figures}>
            {queue.longestWaitSince === null ? '–' : sinceText(queue.longestWaitSince, nowMs)}
          </Table.Td>
          <Table.Td style={figures}>{percent(queue.serviceLevel)}</Table.Td>
          <Table.Td style={figures}>
            {queue.answered} / {queue.offered}
          </Table.Td>
          <Table.Td style={figures}>{queue.abandoned}</Table.Td>
          <Table.Td style={figures}>{queue.turnedAway}</Table.Td>
        </Table.Tr>
      ))}
    />
  );
};

const captureLooks = {
  recording: { color: 'red', icon: <IconPlayerRecordFilled size={12} /> },
  paused: { color: 'orange', icon: <IconPlayerPause size={12} /> },
  stopped: { color: 'gray', icon: <IconBan size={12} /> },
} as const;

export const AgentsTable = ({ board, nowMs }: BoardProps) => {
  const t = useText();
  // Who is seen here is in reach of this right too.
  const maySet = useCan()('agents:state');
  return (
    <BoardTable
      label={t('board.agents')}
      empty={t('board.noAgents')}
      heads={[t('field.agent'), t('field.state'), t('board.since'), t('board.phone')]}
      rows={board.agents.map((agent) => (
        <Table.Tr key={agent.id}>
          <Table.Td style={anywhere}>{agent.name}</Table.Td>
          <Table.Td>
            <AgentStateCell agent={agent} nowMs={nowMs} maySet={maySet} />
          </Table.Td>
          <Table.Td style={figures}>
            {agent.since === null ? '–' : sinceText(agent.since, nowMs)}
          </Table.Td>
          <Table.Td>
            {agent.registeredPhones === null
              ? '–'
              : t(agent.registeredPhones > 0 ? 'board.registered' : 'board.notRegistered')}
          </Table.Td>
        </Table.Tr>
      ))}
    />
  );
};

type BoardCall = LiveBoard['calls'][number];

/** Names who listens already: what is done in silence is done in the open among those who may. */
const ListenCell = ({ call }: { readonly call: BoardCall }) => {
  const t = useText();
  const listening = useListening();
  const title = `${call.caller} → ${call.callee}`;
  const isMine =
    listening?.callId === call.id &&
    (listening.phase === 'connecting' || listening.phase === 'hearing');
  const names = call.listeners.map(({ name }) => name).join(', ');
  const mayBegin = call.state === 'connected' || call.state === 'on_hold';
  return (
    <Stack gap={2} align="start">
      {isMine ? (
        <Button size="compact-xs" color="red" variant="light" onClick={() => listener.close()}>
          {t('listen.stop')}
        </Button>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconHeadphones size={14} />}
          disabled={!mayBegin}
          aria-label={t('listen.to', { call: title })}
          onClick={() => void listener.listen(call.id, title)}
        >
          {t('listen.listen')}
        </Button>
      )}
      {names !== '' && (
        <Text size="xs" c="dimmed" style={anywhere}>
          {t('listen.who', { names })}
        </Text>
      )}
    </Stack>
  );
};

export const CallsTable = ({ board, nowMs }: BoardProps) => {
  const t = useText();
  const queueName = (id: string | null): string =>
    board.queues.find((queue) => queue.id === id)?.name ?? '–';
  const agentNames = (ids: readonly string[]): string => {
    const names = ids.map((id) => board.agents.find((agent) => agent.id === id)?.name ?? id);
    return names.length === 0 ? '–' : names.join(', ');
  };
  const can = useCan();
  const mayListen = can('calls:listen');
  const left = board.callCount - board.calls.length;
  return (
    <>
      <BoardTable
        label={t('board.calls')}
        empty={t('board.noCalls')}
        heads={[
          t('field.caller'),
          t('field.callee'),
          t('field.type'),
          t('field.queue'),
          t('field.agent'),
          t('field.state'),
          t('field.recording'),
          t('field.length'),
          ...(mayListen ? [t('listen.title')] : []),
        ]}
        rows={board.calls.map((call) => (
          <Table.Tr key={call.id}>
            <Table.Td style={numberLook(call.caller)}>
              <Anchor
                inherit
                renderRoot={(props) => <Link to="/calls/$id" params={{ id: call.id }} {...props} />}
              >
                {call.caller}
              </Anchor>
            </Table.Td>
            <Table.Td style={numberLook(call.callee)}>{call.callee}</Table.Td>
            <Table.Td>{typeText(t, call.callType)}</Table.Td>
            <Table.Td style={anywhere}>{queueName(call.queueId)}</Table.Td>
            <Table.Td style={anywhere}>{agentNames(call.agentIds)}</Table.Td>
            <Table.Td>{t(`live.${call.state}`)}</Table.Td>
            <Table.Td>
              {call.capture === null ? (
                '–'
              ) : (
                <Sign {...captureLooks[call.capture]} text={t(`capture.${call.capture}`)} />
              )}
            </Table.Td>
            <Table.Td style={figures}>{sinceText(call.startedAt, nowMs)}</Table.Td>
            {mayListen && (
              <Table.Td>
                <ListenCell call={call} />
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      />
      {left > 0 && <Text size="sm">{t('board.more', { count: left })}</Text>}
    </>
  );
};
