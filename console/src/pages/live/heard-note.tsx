import { Alert, Text } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { IconHeadphones } from '@tabler/icons-react';
import { answered, client } from '../../api/client.ts';
import type { Call } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { useCan, useSession } from '../../session.tsx';

/** Own calls that are up; a phone has a handful at most. */
const ownCallsQuery = queryOptions({
  queryKey: ['calls', 'own-up'],
  queryFn: ({ signal }) => {
    const query = { outcome: 'inProgress' as const, limit: 5 };
    return answered(client.GET('/calls', { params: { query }, signal }));
  },
});

export const HeardAlert = ({
  listeners,
}: {
  readonly listeners: readonly { readonly name: string }[];
}) => {
  const t = useText();
  if (listeners.length === 0) return null;
  const names = listeners.map(({ name }) => name).join(', ');
  return (
    <Alert color="violet" role="status" icon={<IconHeadphones size={18} />} py="xs" mb="md">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t('listen.heard', { names })}
      </Text>
    </Alert>
  );
};

const listenersOf = ({ live }: Call) => live?.listeners ?? [];

/** On every page of an agent while somebody listens to their call, unless the tenant hides it. */
export const HeardNote = () => {
  const can = useCan();
  const { user } = useSession();
  const { data } = useQuery({
    ...ownCallsQuery,
    enabled: user.role === 'agent' && can('calls:read'),
  });
  return <HeardAlert listeners={(data?.items ?? []).flatMap(listenersOf)} />;
};
