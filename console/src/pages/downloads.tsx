import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import { base, fetchRaw } from '../api/client.ts';
import type { RecordingDetail } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { problemText } from '../lists/problem.tsx';
import { useCan } from '../session.tsx';
import type { Lane } from '../player/lanes.tsx';

interface Wanted {
  readonly rendition: string;
  readonly format: 'mp3' | 'wav';
}

const pathOf = (id: string, { rendition, format }: Wanted): string =>
  `/recordings/${id}/renditions/${rendition}/audio?format=${format}&download=1`;

const save = (href: string): void => {
  const link = document.createElement('a');
  link.href = href;
  // The name comes from the server.
  link.download = '';
  link.click();
};

/** Every rendition in both formats; one that is not stored is made first. Each download is written to the audit log by the server. */
export const Downloads = (props: {
  readonly recording: RecordingDetail;
  readonly lanes: readonly Lane[];
}) => {
  const t = useText();
  const can = useCan();
  const { recording, lanes } = props;
  const download = useMutation({
    // Asked for its head first: a refusal is then a sentence here, not a page of its own.
    mutationFn: async (wanted: Wanted) => {
      const path = pathOf(recording.id, wanted);
      await fetchRaw(path, { method: 'HEAD' });
      save(`${base}${path}`);
    },
    onError: (error) => notifications.show({ color: 'red', message: problemText(t, error) }),
  });
  if (!can('recordings:download')) return null;
  const renditions = [
    { rendition: 'mixed', name: t('rendition.mixed') },
    { rendition: 'dual-channel', name: t('rendition.dualWho', { side: recording.endUserChannel }) },
    ...lanes.map(({ participant, name }) => ({
      rendition: `participant-${participant}`,
      name: t('rendition.participant', { name }),
    })),
  ];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          loading={download.isPending}
          leftSection={<IconDownload size={16} />}
          rightSection={<IconChevronDown size={14} />}
        >
          {t('recording.download')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {renditions.map(({ rendition, name }) =>
          (['mp3', 'wav'] as const).map((format) => (
            <Menu.Item
              key={`${rendition} ${format}`}
              onClick={() => download.mutate({ rendition, format })}
            >
              {name} · {format.toUpperCase()}
            </Menu.Item>
          )),
        )}
        <Menu.Divider />
        <Menu.Label c="dimmed">{t('recording.audited')}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
};
