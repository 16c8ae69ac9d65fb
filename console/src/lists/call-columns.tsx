import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Call } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { useTimeTexts } from '../session.tsx';
import { typeText } from '../words.ts';
import { useNames } from './filters.tsx';
import classes from './list.module.css';
import type { Column } from './list.tsx';

/** The instant of something, which leads to its page. */
export const InstantLink = (props: {
  readonly to: '/calls/$id' | '/recordings/$id';
  readonly id: string;
  readonly at: string;
}): ReactElement => {
  const time = useTimeTexts();
  const { to, id, at } = props;
  return (
    <Link to={to} params={{ id }} className={classes['link']}>
      {time.instant(at)}
    </Link>
  );
};

type CallFacts = Pick<
  Call,
  'id' | 'startedAt' | 'callType' | 'caller' | 'callee' | 'queueId' | 'agentIds'
>;

/** What a list says of a call first, be it of calls or of recordings. */
export const useCallColumns = (
  to: '/calls/$id' | '/recordings/$id',
): readonly Column<CallFacts>[] => {
  const t = useText();
  const names = useNames();
  return [
    {
      key: 'started',
      head: t('field.started'),
      cell: ({ id, startedAt }) => <InstantLink to={to} id={id} at={startedAt} />,
    },
    { key: 'type', head: t('field.type'), cell: (row) => typeText(t, row.callType) },
    { key: 'caller', head: t('field.caller'), cell: (row) => row.caller },
    { key: 'callee', head: t('field.callee'), cell: (row) => row.callee },
    {
      key: 'queue',
      head: t('field.queue'),
      isLong: true,
      cell: (row) => names.queue(row.queueId),
    },
    {
      key: 'agents',
      head: t('field.agent'),
      isLong: true,
      cell: (row) => names.agents(row.agentIds),
    },
  ];
};
