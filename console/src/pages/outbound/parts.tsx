/** What the pages of this area have in common: their head, the field of a description, and signs that say a state by more than colour. */
import { Textarea } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
} from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useText } from '../../i18n/language.ts';
import { Sign } from '../../lists/sign.tsx';
import { VoiceHead } from '../voice-head.tsx';
import type { Roster, Task } from './outbound.ts';

export const PageHead = (props: {
  readonly title: string;
  readonly text: string;
  readonly badge?: ReactNode;
}): ReactElement => <VoiceHead menu="autoCall.menu" {...props} />;

export const DescriptionField = (props: {
  readonly maxLength: number;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (description: string) => void;
}): ReactElement => {
  const t = useText();
  return (
    <Textarea
      {...props}
      label={t('outbound.description')}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value)}
    />
  );
};

export const TaskBadge = ({ task }: { readonly task: Pick<Task, 'state' | 'paused'> }) => {
  const t = useText();
  if (task.state === 1 && task.paused)
    return (
      <Sign color="orange" icon={<IconPlayerPauseFilled size={12} />} text={t('outbound.paused')} />
    );
  const looks = {
    0: { color: 'blue', icon: <IconClock size={12} /> },
    1: { color: 'cyan', icon: <IconPlayerPlayFilled size={12} /> },
    2: { color: 'teal', icon: <IconCheck size={12} /> },
    3: { color: 'orange', icon: <IconPlayerStopFilled size={12} /> },
    4: { color: 'gray', icon: <IconPlayerStopFilled size={12} /> },
  } as const;
  return <Sign {...looks[task.state]} text={t(`outbound.state.${task.state}`)} />;
};

export const RosterBadge = ({ roster }: { readonly roster: Roster }) => {
  const t = useText();
  const looks = {
    importing: { color: 'blue', icon: <IconClock size={12} /> },
    ready: { color: 'teal', icon: <IconCheck size={12} /> },
    failed: { color: 'red', icon: <IconAlertTriangle size={12} /> },
  } as const;
  return <Sign {...looks[roster.state]} text={t(`rosters.state.${roster.state}`)} />;
};
