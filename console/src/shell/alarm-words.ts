/** What each kind of alarm asks of the person who reads it, and the page where that is done. */
import type { Schemas } from '../api/client.ts';
import type { Text, TextKey } from '../i18n/language.ts';

type Alarm = Schemas['Alarm'];

interface Kind {
  readonly text: TextKey;
  /** The server's own words hold figures and causes that are of use to whoever mends it. */
  readonly hasDetail?: true;
  readonly place?: 'task' | 'calls';
}

const kinds: Readonly<Record<string, Kind>> = {
  'capture/failed': { text: 'alarms.text.captureFailed', hasDetail: true },
  'finalise/other-folder': { text: 'alarms.text.otherFolder', hasDetail: true },
  'disk/full': { text: 'alarms.text.filesWait', hasDetail: true },
  'disk/read-only': { text: 'alarms.text.filesWait', hasDetail: true },
  'disk/not-allowed': { text: 'alarms.text.filesWait', hasDetail: true },
  'secrets/wrong-master-key': { text: 'alarms.text.filesWait', hasDetail: true },
  'disk/low': { text: 'alarms.text.diskLow' },
  'journal/unreadable': { text: 'alarms.text.journalUnreadable', hasDetail: true },
  'recovery/waits': { text: 'alarms.text.recoveryWaits', hasDetail: true },
  'node/silent': { text: 'alarms.text.nodeSilent', hasDetail: true },
  'balance/calls': { text: 'alarms.text.balance', hasDetail: true, place: 'calls' },
  'ledger/lost': { text: 'alarms.text.ledgerLost' },
  'ledger/damaged': { text: 'alarms.text.ledgerDamaged' },
  'ledger/refused': { text: 'alarms.text.ledgerRefused' },
  'ledger/unknown-tenant': { text: 'alarms.text.ledgerUnknownTenant' },
  'task/prompt-missing': { text: 'alarms.text.promptMissing', place: 'task' },
  'task/cannot-dial': { text: 'alarms.text.cannotDial', place: 'task' },
  'task/turn-failed': { text: 'alarms.text.turnFailed', place: 'task' },
};

/** A kind without words here is told in the server's. */
export const alarmText = (t: Text, { kind, message }: Alarm): string => {
  const known = kinds[kind];
  return known === undefined ? message : t(known.text);
};

export const alarmDetail = ({ kind, message }: Alarm): string | null =>
  kinds[kind]?.hasDetail === true ? message : null;

export const alarmPlace = ({ kind, subjectId }: Alarm): Kind['place'] | null => {
  const place = kinds[kind]?.place ?? null;
  return place === 'task' && subjectId === null ? null : place;
};
