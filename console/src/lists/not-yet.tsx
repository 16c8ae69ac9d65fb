import { Skeleton } from '@mantine/core';
import type { ReactElement } from 'react';
import { useText } from '../i18n/language.ts';
import { ProblemNote } from './problem.tsx';

/** In place of what the server has not told yet: that it is on its way, or why it did not come. */
export const NotYet = (props: {
  readonly error: unknown;
  readonly onRetry: () => void;
  /** Of what will stand here, in px: the page does not jump when it comes. */
  readonly height: number;
}): ReactElement => {
  const t = useText();
  const { error, onRetry, height } = props;
  return error ? (
    <ProblemNote error={error} onRetry={onRetry} />
  ) : (
    <Skeleton height={height} role="status" aria-label={t('list.loading')} />
  );
};
