import { Group, Radio, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { callRecordingQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { Section } from '../../lists/facts.tsx';
import { NotYet } from '../../lists/not-yet.tsx';
import { ProblemNote } from '../../lists/problem.tsx';
import { useCan } from '../../session.tsx';
import { AllowedPrefixes, CallerIdentities } from './caller-identity.tsx';
import { SettingsHead } from './settings-head.tsx';

type Settings = Schemas['CallRecordingSettings'];
type Change = Partial<Omit<Settings, 'version'>>;

const blocks = ['inbound', 'callback', 'agentOut'] as const;

/** Settings > Call > Call Details > Call Recording. Each switch is saved by itself and shows what the server says. */
export const CallRecordingPage = (): ReactElement => {
  const t = useText();
  const can = useCan();
  const queries = useQueryClient();
  const settings = useQuery(callRecordingQuery);
  const change = useMutation({
    mutationFn: (wish: Change) => {
      const version = settings.data?.version;
      const body = { ...wish, ...(version !== undefined && { version }) };
      return answered(client.PUT('/settings/call-recording', { body }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['settings'] }),
  });
  const { data } = settings;
  const mayWrite = can('settings:write') && !change.isPending;
  return (
    <Stack gap="md" maw={760}>
      <SettingsHead title={t('admin.callRecording')} text={t('admin.callRecordingText')} />
      {change.isError && <ProblemNote error={change.error} isFresh />}
      {!data && (
        <NotYet error={settings.error} onRetry={() => void settings.refetch()} height={360} />
      )}
      {data && (
        <>
          <Section title={t('admin.what')}>
            <Switch
              label={t('admin.useCallRecording')}
              description={t('admin.useCallRecordingHint')}
              checked={data.useCallRecording}
              disabled={!mayWrite}
              onChange={({ currentTarget }) =>
                change.mutate({ useCallRecording: currentTarget.checked })
              }
            />
            {blocks.map((block) => (
              <Switch
                key={block}
                ml="lg"
                label={t(`admin.record.${block}`)}
                checked={data[block].record}
                disabled={!mayWrite || !data.useCallRecording}
                onChange={({ currentTarget }) =>
                  change.mutate({ [block]: { record: currentTarget.checked } })
                }
              />
            ))}
            <Text size="sm" c="dimmed">
              {t('admin.notInternal')}
            </Text>
          </Section>
          <Section title={t('admin.how')}>
            <Switch
              label={t('admin.dualChannel')}
              description={t('admin.dualChannelHint')}
              checked={data.dualChannel}
              disabled={!mayWrite}
              onChange={({ currentTarget }) =>
                change.mutate({ dualChannel: currentTarget.checked })
              }
            />
            <Radio.Group
              label={t('admin.endUserChannel')}
              value={data.endUserChannel}
              onChange={(side) =>
                change.mutate({ endUserChannel: side === 'right' ? 'right' : 'left' })
              }
            >
              <Group mt={6}>
                <Radio
                  value="left"
                  label={t('admin.left')}
                  disabled={!mayWrite || !data.dualChannel}
                />
                <Radio
                  value="right"
                  label={t('admin.right')}
                  disabled={!mayWrite || !data.dualChannel}
                />
              </Group>
            </Radio.Group>
          </Section>
        </>
      )}
      <CallerIdentities />
      <AllowedPrefixes />
    </Stack>
  );
};
