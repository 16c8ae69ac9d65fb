/** Sample data: asked for, labelled wherever it is shown, and removed by one act that says what goes. */
import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconFlask, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { sampleDataQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { Section } from '../../lists/facts.tsx';
import { ProblemNote } from '../../lists/problem.tsx';
import { useCan } from '../../session.tsx';

type SampleData = Schemas['SampleData'];

const RemoveQuestion = (props: { readonly data: SampleData; readonly onClose: () => void }) => {
  const t = useText();
  const queries = useQueryClient();
  const { data, onClose } = props;
  const remove = useMutation({
    mutationFn: () => client.DELETE('/sample-data'),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmDialog
      title={t('sample.removeTitle')}
      confirm={t('sample.remove')}
      act={remove}
      onClose={onClose}
    >
      <Text size="sm">
        {t('sample.removeText', {
          queues: data.queueIds.length,
          agents: data.agentIds.length,
          calls: data.calls,
          recordings: data.recordings,
        })}
      </Text>
    </ConfirmDialog>
  );
};

/** Over the lists it is shown in, as long as there is any. */
export const SampleNote = () => {
  const t = useText();
  const can = useCan();
  const { data } = useQuery({ ...sampleDataQuery, enabled: can('queues:read') });
  const [isAsking, setAsking] = useState(false);
  if (!data || data.state === 'none') return null;
  const isMaking = data.state === 'making';
  return (
    <Alert color="blue" role="status" py="xs">
      <Group justify="space-between" gap="sm">
        {isMaking ? <Loader size={16} /> : <IconFlask size={18} aria-hidden />}
        <Text size="sm" flex="1 1 220px">
          {t(isMaking ? 'sample.making' : 'sample.note', {
            calls: data.calls,
            recordings: data.recordings,
          })}
        </Text>
        {!isMaking && can('settings:write') && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconTrash size={14} />}
            onClick={() => setAsking(true)}
          >
            {t('sample.remove')}
          </Button>
        )}
      </Group>
      {isAsking && <RemoveQuestion data={data} onClose={() => setAsking(false)} />}
    </Alert>
  );
};

/** For an administrator of a centre without calls; afterwards the note with its way back. */
export const SampleOffer = () => {
  const t = useText();
  const can = useCan();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(sampleDataQuery);
  const make = useMutation({
    mutationFn: () => answered(client.POST('/sample-data')),
    onSuccess: () => queries.invalidateQueries(),
  });
  if (!data) return error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null;
  if (data.state !== 'none') return <SampleNote />;
  if (!data.canBeMade || !can('settings:write')) return null;
  return (
    <Section title={t('sample.title')}>
      <Text size="sm">{t('sample.text')}</Text>
      {make.isError && <ProblemNote error={make.error} />}
      <Group>
        <Button
          variant="default"
          leftSection={<IconFlask size={16} />}
          loading={make.isPending}
          onClick={() => make.mutate()}
        >
          {t('sample.make')}
        </Button>
      </Group>
    </Section>
  );
};
