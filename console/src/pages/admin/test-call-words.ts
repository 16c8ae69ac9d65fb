/** What a test call found, in words for somebody who can do something about it. */
import type { Schemas } from '../../api/client.ts';
import type { Text, TextKey } from '../../i18n/language.ts';

type Outcome = Schemas['TestCallOutcome'];

const heardKeys: Readonly<Record<'nothing' | 'silence' | 'sound', TextKey>> = {
  sound: 'trunk.heardSound',
  silence: 'trunk.heardSilence',
  nothing: 'trunk.heardNothing',
};

/** Refusals that mean the same at every carrier; any other is told by number and words. */
const refusedKeys: Readonly<Partial<Record<number, TextKey>>> = {
  401: 'trunk.refusedSignIn',
  407: 'trunk.refusedSignIn',
  403: 'trunk.refusedForbidden',
  404: 'trunk.refusedNumber',
  484: 'trunk.refusedNumber',
  604: 'trunk.refusedNumber',
  486: 'trunk.refusedBusy',
  600: 'trunk.refusedBusy',
  480: 'trunk.refusedAway',
  488: 'trunk.refusedSound',
  606: 'trunk.refusedSound',
  503: 'trunk.refusedFull',
  603: 'trunk.refusedDeclined',
};

export const secondsText = (t: Text, ms: number | null): string =>
  ms === null ? '–' : t('trunk.seconds', { seconds: (ms / 1000).toFixed(1) });

export const isGood = ({ result, heard }: Outcome): boolean =>
  result === 'answered' && heard === 'sound';

export const outcomeText = (t: Text, outcome: Outcome): string => {
  const { result, status, reason, heard, ringingAfterMs } = outcome;
  switch (result) {
    case 'answered':
      return t(heardKeys[heard ?? 'nothing']);
    case 'refused': {
      const key = status === null ? undefined : refusedKeys[status];
      return key === undefined
        ? t('trunk.refused', { status: status ?? '–', reason })
        : t(key, { status });
    }
    case 'no-answer':
      return t(ringingAfterMs === null ? 'trunk.noRing' : 'trunk.noAnswer');
    case 'unreachable':
      return t('trunk.noPeer');
    case 'no-media':
      return t('trunk.noMedia', { reason });
  }
};
