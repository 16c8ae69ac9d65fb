import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconClock,
  IconPlayerRecordFilled,
  IconTrash,
} from '@tabler/icons-react';
import type { Call, Recording } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { outcomeText, progressText } from '../words.ts';
import { Sign } from './sign.tsx';

const looks = {
  live: { color: 'red', icon: <IconPlayerRecordFilled size={12} /> },
  waiting: { color: 'blue', icon: <IconClock size={12} /> },
  good: { color: 'teal', icon: <IconCheck size={12} /> },
  bad: { color: 'red', icon: <IconAlertTriangle size={12} /> },
  off: { color: 'gray', icon: <IconBan size={12} /> },
  gone: { color: 'gray', icon: <IconTrash size={12} /> },
} as const;
type Look = keyof typeof looks;

const lookOfState: Readonly<Record<Recording['state'], Look>> = {
  planned: 'waiting',
  capturing: 'live',
  sealed: 'waiting',
  ready: 'good',
  delivered: 'good',
  purged: 'gone',
  failed: 'bad',
  expired: 'gone',
};
const lookOfOutcome: Readonly<Record<Call['outcome'], Look>> = {
  inProgress: 'waiting',
  ready: 'good',
  declined: 'off',
  excluded: 'off',
  failed: 'bad',
};

export const StateBadge = ({
  recording,
}: {
  readonly recording: Pick<Recording, 'state' | 'saving'>;
}) => (
  <Sign
    {...looks[recording.saving ? 'waiting' : lookOfState[recording.state]]}
    text={progressText(useText(), recording)}
  />
);

export const OutcomeBadge = ({ call }: { readonly call: Call }) => {
  const t = useText();
  if (call.live)
    return call.live.capture === 'recording' ? (
      <Sign {...looks.live} text={t('capture.recording')} />
    ) : (
      <Sign {...looks.waiting} text={t(`live.${call.live.state}`)} />
    );
  // A call that nobody answered has nothing to account for (spec decision 12).
  if (call.endedAt !== null && call.answeredAt === null)
    return <Sign {...looks.off} text={t('outcome.unanswered')} />;
  return <Sign {...looks[lookOfOutcome[call.outcome]]} text={outcomeText(t, call.outcome)} />;
};
