/** Chosen recordings as one file: ordered here, made by the server, fetched when it is ready. */
import { Button, Checkbox, Group, Menu, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { IconChevronDown, IconDownload, IconFileZip, IconTable } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answered, base, client, type Schemas } from '../api/client.ts';
import { exportsQuery, type RecordingFilter } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { ConfirmDialog } from '../lists/confirm-dialog.tsx';
import { ProblemNote } from '../lists/problem.tsx';

type Export = Schemas['RecordingExport'];

export interface Chosen {
  readonly ids: readonly string[];
  /** All that the filter shows, loaded or not. */
  readonly isAll: boolean;
}

interface Wanted {
  readonly kind: 'csv' | 'zip';
  readonly rendition?: string;
  readonly format?: 'mp3' | 'wav';
}

const sizeText = (bytes: number): string =>
  bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** What is chosen, and what can be done with it. */
export const ExportBar = (props: {
  readonly chosen: Chosen;
  readonly filter: RecordingFilter;
  readonly onAll: (isAll: boolean) => void;
}) => {
  const t = useText();
  const queries = useQueryClient();
  const { chosen, filter, onAll } = props;
  const order = useMutation({
    mutationFn: (wanted: Wanted) =>
      answered(
        client.POST('/recording-exports', {
          body: {
            rendition: 'mixed',
            format: 'mp3',
            ...wanted,
            ...(chosen.isAll ? { filter } : { filter: {}, ids: [...chosen.ids] }),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['exports'] }),
  });
  const isNone = !chosen.isAll && chosen.ids.length === 0;
  const archives = (['mixed', 'dual-channel'] as const).flatMap((rendition) =>
    (['mp3', 'wav'] as const).map((format) => ({ rendition, format })),
  );
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Checkbox
          size="sm"
          label={t('exports.all')}
          checked={chosen.isAll}
          onChange={(event) => onAll(event.currentTarget.checked)}
        />
        <Text size="sm" c="dimmed" role="status">
          {chosen.isAll ? '' : t('exports.chosen', { count: chosen.ids.length })}
        </Text>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconTable size={16} />}
          disabled={isNone}
          loading={order.isPending}
          onClick={() => order.mutate({ kind: 'csv' })}
        >
          {t('exports.csv')}
        </Button>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconFileZip size={16} />}
              rightSection={<IconChevronDown size={14} />}
              disabled={isNone}
              loading={order.isPending}
            >
              {t('exports.zip')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {archives.map(({ rendition, format }) => (
              <Menu.Item
                key={`${rendition} ${format}`}
                onClick={() => order.mutate({ kind: 'zip', rendition, format })}
              >
                {t(rendition === 'mixed' ? 'rendition.mixed' : 'rendition.dual')} ·{' '}
                {format.toUpperCase()}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Label c="dimmed">{t('recording.audited')}</Menu.Label>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {order.error && <ProblemNote error={order.error} />}
    </Stack>
  );
};

const stateText = (t: ReturnType<typeof useText>, row: Export): string => {
  if (row.state === 'failed') return t('exports.failed');
  if (row.state === 'expired') return t('exports.expired');
  if (row.state !== 'ready') return t('exports.doing', { done: row.done, total: row.total });
  const size = sizeText(row.sizeBytes ?? 0);
  return row.missing === 0
    ? t('exports.ready', { total: row.total, size })
    : t('exports.readyWithout', { total: row.total, size, missing: row.missing });
};

const OneExport = ({ row }: { readonly row: Export }) => {
  const t = useText();
  const queries = useQueryClient();
  const path = { id: row.id };
  const [isAsking, setIsAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => client.DELETE('/recording-exports/{id}', { params: { path } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['exports'] }),
  });
  const isMaking = row.state === 'queued' || row.state === 'running';
  const name = row.kind === 'csv' ? 'CSV' : `ZIP · ${row.rendition ?? ''} · ${row.format ?? ''}`;
  return (
    <Group component="li" justify="space-between" wrap="nowrap">
      <Stack gap={2} flex={1} miw={0}>
        <Text size="sm">
          <b>{name}</b> {stateText(t, row)}
        </Text>
        {isMaking && (
          <Progress
            value={(100 * row.done) / Math.max(1, row.total)}
            aria-label={t('exports.progress', { name })}
          />
        )}
      </Stack>
      {isAsking && (
        <ConfirmDialog
          title={t(isMaking ? 'exports.cancelAsk' : 'exports.removeAsk', { name })}
          cancel={t('exports.keep')}
          confirm={t(isMaking ? 'exports.cancelIt' : 'exports.removeIt')}
          act={remove}
          onClose={() => setIsAsking(false)}
        >
          <Text size="sm">{t(isMaking ? 'exports.cancelText' : 'exports.removeText')}</Text>
        </ConfirmDialog>
      )}
      <Group gap="xs" wrap="nowrap">
        {row.state === 'ready' && (
          <Button
            component="a"
            size="xs"
            href={`${base}/recording-exports/${row.id}/file`}
            download
            leftSection={<IconDownload size={16} />}
          >
            {t('recording.download')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => setIsAsking(true)}>
          {isMaking ? t('exports.cancel') : t('exports.remove')}
        </Button>
      </Group>
    </Group>
  );
};

/** Absent until there is one. */
export const Exports = () => {
  const t = useText();
  const { data } = useQuery(exportsQuery);
  if (!data || data.items.length === 0) return null;
  return (
    <Paper withBorder radius="md" p="md" component="section" aria-label={t('exports.title')}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t('exports.title')}
        </Title>
        <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
          {data.items.map((row) => (
            <OneExport key={row.id} row={row} />
          ))}
        </Stack>
        <Text size="xs" c="dimmed">
          {t('exports.hint')}
        </Text>
      </Stack>
    </Paper>
  );
};
