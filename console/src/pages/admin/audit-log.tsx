import { Button, Code, Group, Select, Stack, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';
import { useText } from '../../i18n/language.ts';
import { FileLink } from '../../lists/file-link.tsx';
import { withoutAbsent } from '../../lists/shared-filter.ts';
import { List } from '../../lists/list.tsx';
import { useSession, useTimeTexts } from '../../session.tsx';
import { instantOf, localOf } from '../../time/zone.ts';
import type { AuditFilter } from './audit-filter.ts';
import { actionText, knownActions, subjectText } from './audit-words.ts';
import { SettingsHead } from './settings-head.tsx';

type Entry = Schemas['AuditEntry'];

const queryOf = (filter: AuditFilter) =>
  pagesOf<Entry>(['audit-log', JSON.stringify(filter)], (order, signal) =>
    answered(client.GET('/audit-log', { params: { query: { ...order, ...filter } }, signal })),
  );

/** Filters are in the address, so that a finding can be sent to a colleague; the export is what they show. */
export const AuditLogPage = (): ReactElement => {
  const t = useText();
  const time = useTimeTexts();
  const { tenant } = useSession();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/settings/audit-log' });
  const list = useInfiniteQuery(queryOf(filter));
  const [draft, setDraft] = useState(filter);
  const local = (iso: string | undefined): string =>
    iso === undefined ? '' : localOf(Date.parse(iso), tenant.timeZone);
  const instant = (text: string): string | undefined => {
    const at = instantOf(text, tenant.timeZone);
    return at === null ? undefined : new Date(at).toISOString();
  };
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    void navigate({ to: '/settings/audit-log', search: withoutAbsent(draft) });
  };
  const set = (part: { readonly [K in keyof AuditFilter]: string | undefined }): void =>
    setDraft(withoutAbsent({ ...draft, ...part }));
  const seen = list.data?.pages.flatMap(({ items }) => items.map(({ action }) => action)) ?? [];
  const asked = draft.action === undefined ? [] : [draft.action];
  const actions = [...new Set([...knownActions, ...seen, ...asked])]
    .map((action) => ({ value: action, label: actionText(t, action) }))
    .sort((one, other) => one.label.localeCompare(other.label));
  const download = `/api/v1/audit-log.csv?${new URLSearchParams({ ...filter }).toString()}`;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="start">
        <SettingsHead title={t('menu.audit')} text={t('admin.auditText')} />
        <FileLink href={download} text={t('admin.export')} />
      </Group>
      <form onSubmit={search} role="search" aria-label={t('filter.title')}>
        <Group gap="sm" align="end">
          <TextInput
            type="datetime-local"
            size="xs"
            label={t('filter.from')}
            value={local(draft.from)}
            onChange={({ currentTarget }) => set({ from: instant(currentTarget.value) })}
          />
          <TextInput
            type="datetime-local"
            size="xs"
            label={t('filter.to')}
            value={local(draft.to)}
            onChange={({ currentTarget }) => set({ to: instant(currentTarget.value) })}
          />
          <Select
            size="xs"
            w={260}
            label={t('admin.action')}
            data={actions}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('filter.clear') }}
            value={draft.action ?? null}
            onChange={(action) => set({ action: action ?? undefined })}
          />
          <TextInput
            size="xs"
            label={t('admin.subjectId')}
            maxLength={100}
            value={draft.subjectId ?? ''}
            onChange={({ currentTarget }) => set({ subjectId: currentTarget.value || undefined })}
          />
          <Button type="submit" size="xs">
            {t('admin.search')}
          </Button>
        </Group>
      </form>
      <List
        label={t('menu.audit')}
        keyOf={({ id }) => id}
        query={list}
        empty={{ title: t('empty.filtered'), text: t('admin.auditText') }}
        columns={[
          { key: 'at', head: t('admin.at'), cell: ({ at }) => time.instant(at) },
          {
            key: 'who',
            head: t('admin.who'),
            cell: ({ actorName, actorKind }) => actorName ?? actorKind,
          },
          {
            key: 'action',
            head: t('admin.action'),
            cell: ({ action }) => <span title={action}>{actionText(t, action)}</span>,
          },
          {
            key: 'subject',
            head: t('admin.subject'),
            cell: ({ subjectKind, subjectId }) =>
              subjectKind === null ? '–' : `${subjectText(t, subjectKind)} ${subjectId ?? ''}`,
          },
          {
            key: 'detail',
            head: t('admin.detail'),
            cell: ({ detail }) =>
              Object.keys(detail).length === 0 ? (
                '–'
              ) : (
                <details>
                  <summary>{t('admin.show')}</summary>
                  <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                    {JSON.stringify(detail, null, 1)}
                  </Code>
                </details>
              ),
          },
          { key: 'address', head: t('admin.address'), cell: ({ address }) => address ?? '–' },
        ]}
      />
    </Stack>
  );
};
