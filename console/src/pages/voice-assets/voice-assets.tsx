/** Voice > Voice Assets > Recording File Management. */
import { Anchor, Badge, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconPlus, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type ReactElement } from 'react';
import { useText } from '../../i18n/language.ts';
import { List, type Column } from '../../lists/list.tsx';
import { useCan, useTimeTexts } from '../../session.tsx';
import { VoiceHead } from '../voice-head.tsx';
import { AddDialog } from './add-dialog.tsx';
import { assetsQuery, type AssetOrder, type AssetSort, type VoiceAsset } from './assets.ts';
import { DeleteDialog, EditDialog, PlayDialog } from './other-dialogs.tsx';
import { adviceTexts, useAmounts } from './words.ts';

type Doing = { readonly what: 'play' | 'edit' | 'delete'; readonly asset: VoiceAsset };

const Used = ({ asset }: { readonly asset: VoiceAsset }): ReactElement => {
  const t = useText();
  const others = asset.useCount - asset.usedBy.length;
  if (asset.useCount === 0)
    return (
      <Text span size="sm" c="dimmed">
        {t('voiceAssets.unused')}
      </Text>
    );
  return (
    <Stack gap={2}>
      {asset.usedBy.map(({ id, name }) => (
        <Anchor key={id} size="sm" href={`/outbound-tasks/${id}`}>
          {name}
        </Anchor>
      ))}
      {others > 0 && (
        <Text size="sm" c="dimmed">
          {t('voiceAssets.moreUses', { count: others })}
        </Text>
      )}
    </Stack>
  );
};

const NameCell = ({ asset }: { readonly asset: VoiceAsset }): ReactElement => {
  const t = useText();
  const advice = adviceTexts(t, asset);
  return (
    <Group gap={6} wrap="nowrap">
      <Text span size="sm" fw={500}>
        {asset.name}
      </Text>
      {advice.length > 0 && (
        <Tooltip label={advice.join(' ')} multiline w={280}>
          <IconAlertTriangle
            size={16}
            role="img"
            tabIndex={0}
            aria-label={advice.join(' ')}
            color="var(--mantine-color-yellow-8)"
            style={{ flex: 'none' }}
          />
        </Tooltip>
      )}
    </Group>
  );
};

const Actions = (props: {
  readonly asset: VoiceAsset;
  readonly onDo: (doing: Doing) => void;
}): ReactElement => {
  const t = useText();
  const can = useCan();
  const { asset, onDo } = props;
  const mayWrite = can('voice-assets:write');
  const whats = mayWrite ? (['play', 'edit', 'delete'] as const) : (['play'] as const);
  return (
    <Group gap={4} wrap="nowrap">
      {whats.map((what) => (
        <Button
          key={what}
          size="compact-sm"
          variant="subtle"
          color={what === 'delete' ? 'red' : 'cyan'}
          aria-label={t(`voiceAssets.${what}Of`, { name: asset.name })}
          onClick={() => onDo({ what, asset })}
        >
          {t(`voiceAssets.${what}`)}
        </Button>
      ))}
    </Group>
  );
};

const useColumns = (
  order: AssetOrder,
  onSort: (sort: AssetSort) => void,
  onDo: (doing: Doing) => void,
): readonly Column<VoiceAsset>[] => {
  const t = useText();
  const time = useTimeTexts();
  const amounts = useAmounts();
  const { sort = 'created', direction = 'desc' } = order;
  const by = (each: AssetSort) => ({
    sort: { direction: each === sort ? direction : null, onSort: () => onSort(each) },
  });
  return [
    {
      key: 'name',
      head: t('voiceAssets.name.label'),
      ...by('name'),
      cell: (asset) => <NameCell asset={asset} />,
    },
    {
      key: 'description',
      head: t('voiceAssets.description.label'),
      cell: ({ description }) => (
        <Text size="sm" lineClamp={2} title={description}>
          {description}
        </Text>
      ),
    },
    {
      key: 'duration',
      head: t('voiceAssets.duration'),
      ...by('duration'),
      cell: ({ durationMs }) => amounts.seconds(durationMs),
    },
    {
      key: 'size',
      head: t('voiceAssets.size'),
      ...by('size'),
      cell: ({ sizeBytes }) => amounts.bytes(sizeBytes),
    },
    {
      key: 'format',
      head: t('voiceAssets.format'),
      cell: ({ format }) => (
        <Badge variant="default" radius="sm" miw="max-content">
          {format.toUpperCase()}
        </Badge>
      ),
    },
    { key: 'usedBy', head: t('voiceAssets.usedBy'), cell: (asset) => <Used asset={asset} /> },
    {
      key: 'created',
      head: t('voiceAssets.created'),
      ...by('created'),
      cell: ({ createdAt }) => time.instant(createdAt),
    },
    {
      key: 'actions',
      head: t('voiceAssets.actions'),
      cell: (asset) => <Actions asset={asset} onDo={onDo} />,
    },
  ];
};

/** Asks when nobody has typed for a moment: a list for each letter is a list for nobody. */
const SearchField = (props: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactElement => {
  const t = useText();
  const { value, onChange } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), 300);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <TextInput
      type="search"
      w={280}
      aria-label={t('voiceAssets.search')}
      placeholder={t('voiceAssets.search')}
      leftSection={<IconSearch size={16} />}
      maxLength={100}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
    />
  );
};

export const VoiceAssetsPage = (): ReactElement => {
  const t = useText();
  const can = useCan();
  const order = useSearch({ from: '/voice-assets' });
  const navigate = useNavigate({ from: '/voice-assets' });
  const [isAdding, setIsAdding] = useState(false);
  const [doing, setDoing] = useState<Doing | null>(null);
  const query = useInfiniteQuery(assetsQuery(order));
  const close = (): void => setDoing(null);
  const onSort = (sort: AssetSort): void => {
    const { sort: now = 'created', direction = 'desc' } = order;
    const first = sort === 'created' ? 'desc' : 'asc';
    const next = sort === now ? (direction === 'asc' ? 'desc' : 'asc') : first;
    void navigate({ search: { ...order, sort, direction: next } });
  };
  const columns = useColumns(order, onSort, setDoing);
  const [onSearch] = useState(() => (text: string): void => {
    void navigate({
      search: ({ search: _search, ...rest }) => (text === '' ? rest : { ...rest, search: text }),
      replace: true,
    });
  });
  return (
    <Stack gap="lg">
      <VoiceHead
        menu="voiceAssets.menu"
        title={t('voiceAssets.title')}
        text={t('voiceAssets.text')}
      />
      <Group justify="space-between">
        <SearchField value={order.search ?? ''} onChange={onSearch} />
        {can('voice-assets:write') && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
            {t('voiceAssets.add')}
          </Button>
        )}
      </Group>
      <List
        label={t('voiceAssets.title')}
        columns={columns}
        keyOf={({ id }) => id}
        query={query}
        empty={
          order.search === undefined
            ? { title: t('empty.voiceAssets'), text: t('empty.voiceAssetsText') }
            : { title: t('empty.filtered'), text: t('empty.searchedText') }
        }
      />
      {isAdding && <AddDialog onClose={() => setIsAdding(false)} />}
      {doing?.what === 'play' && <PlayDialog asset={doing.asset} onClose={close} />}
      {doing?.what === 'edit' && <EditDialog asset={doing.asset} onClose={close} />}
      {doing?.what === 'delete' && <DeleteDialog asset={doing.asset} onClose={close} />}
    </Stack>
  );
};
