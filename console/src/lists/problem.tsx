import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconSearchOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { useText, type Text as Words } from '../i18n/language.ts';
import { codeText, fieldText, namedFieldText } from './field-text.ts';

/** Told of every change with a version, where another one is in force. */
export const isOvertaken = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.code === 'api/changed-meanwhile' || error.code === 'settings/version-conflict');

const tooManyText = (t: Words, seconds: number): string =>
  seconds < 120
    ? t('problem.tooMany', { seconds })
    : t('problem.tooManyMinutes', { minutes: Math.ceil(seconds / 60) });

/** What went wrong, in the user's words where we have them, else in the server's. */
export const problemText = (t: Words, error: unknown): string => {
  if (!(error instanceof ApiError)) return t('problem.unexpected');
  if (error.code === 'console/unreachable') return t('problem.unreachable');
  if (error.status === 401) return t('problem.sessionOver');
  if (error.status === 403) return t('problem.forbidden');
  if (error.status === 404) return t('problem.notFound');
  if (isOvertaken(error)) return t('problem.changedMeanwhile');
  if (error.status === 429) return tooManyText(t, error.retryAfterSeconds ?? 60);
  const said = error.code === 'api/invalid-request' && error.fields.length === 0;
  const known = said ? null : codeText(t, error.code);
  // What broke at the server has no words for people; its request id leads to those for the operator.
  if (known === null && error.status >= 500) return t('problem.internal');
  // What a field says already is not said twice.
  const isSaid = error.fields.some(({ code }) => code === error.code);
  const why = isSaid ? [] : [known ?? error.message];
  return [...why, ...error.fields.map((field) => namedFieldText(t, field))].join(' ');
};

/** What the server says of this very field; `callerNumbers.3` belongs to `callerNumbers`. */
export const fieldErrorOf = (t: Words, error: unknown, name: string): string | null => {
  if (!(error instanceof ApiError)) return null;
  const said = error.fields.filter(({ field }) => field.split('.')[0] === name);
  return said.length === 0 ? null : said.map((one) => fieldText(t, one)).join(' ');
};

/** Whether the server says of fields what is wrong with them. */
export const hasFields = (error: unknown): boolean =>
  error instanceof ApiError && error.fields.length > 0;

const iconOf = (error: unknown) => {
  if (error instanceof ApiError && error.status === 403) return <IconLock size={18} />;
  if (error instanceof ApiError && error.status === 404) return <IconSearchOff size={18} />;
  return <IconAlertTriangle size={18} />;
};

export const ProblemNote = ({
  error,
  onRetry,
  isFresh = false,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** What stands beside it was asked for again: there is no form to open anew. */
  readonly isFresh?: boolean;
}) => {
  const t = useText();
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  // Whoever has signed in again is not told to.
  if (error instanceof ApiError && error.status === 401 && session) return null;
  const isRefusal = error instanceof ApiError && (error.status === 403 || error.status === 404);
  // Only what went wrong at the server is in its log; a refusal has said all there is to say.
  const requestId = error instanceof ApiError && error.status >= 500 ? error.requestId : null;
  return (
    <Alert
      role="alert"
      color={isRefusal ? 'gray' : 'red'}
      icon={iconOf(error)}
      title={isFresh && isOvertaken(error) ? t('overtaken.fresh') : problemText(t, error)}
    >
      <Stack gap="xs">
        {requestId !== null && <Text size="xs">{t('problem.request', { id: requestId })}</Text>}
        {onRetry && !isRefusal && (
          <Group>
            <Button size="xs" variant="default" onClick={onRetry}>
              {t('problem.retry')}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
};

/** Of a whole page that the role may not see. */
export const NoRightNote = () => {
  const t = useText();
  return (
    <Alert role="alert" color="gray" icon={<IconLock size={18} />} title={t('problem.forbidden')} />
  );
};
