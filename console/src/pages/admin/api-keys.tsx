import { Badge, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';
import { useText } from '../../i18n/language.ts';
import { useSession, useTimeTexts } from '../../session.tsx';
import { ThingPage } from './thing-page.tsx';
import { textOf } from './thing.ts';

type ApiKey = Schemas['ApiKey'];

const query = pagesOf<ApiKey>(['api-keys', 'admin'], (query, signal) =>
  answered(client.GET('/api-keys', { params: { query }, signal })),
);

const KeyOnce = ({ made }: { readonly made: Schemas['CreatedApiKey'] }) => {
  const t = useText();
  return (
    <Stack gap="xs">
      <Text size="sm">{t('admin.keyOnce')}</Text>
      <Group wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere' }}>{made.key}</Code>
        <CopyButton value={made.key}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? t('admin.copied') : t('admin.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
};

export const ApiKeysPage = (): ReactElement => {
  const t = useText();
  const time = useTimeTexts();
  const { user } = useSession();
  const roles =
    user.role === 'owner'
      ? (['admin', 'auditor', 'owner'] as const)
      : (['admin', 'auditor'] as const);
  const instant = (iso: string | null): string => (iso === null ? '–' : time.instant(iso));
  return (
    <ThingPage<ApiKey>
      thing={{
        title: 'menu.developer',
        text: 'admin.keysText',
        add: 'admin.addKey',
        writeRight: 'api-keys:write',
        query,
        columns: [
          { key: 'name', head: t('field.name'), cell: ({ name }) => name },
          {
            key: 'prefix',
            head: t('admin.keyPrefix'),
            cell: ({ prefix }) => <Code>{prefix}…</Code>,
          },
          { key: 'role', head: t('admin.role'), cell: ({ role }) => t(`role.${role}`) },
          { key: 'created', head: t('admin.created'), cell: ({ createdAt }) => instant(createdAt) },
          { key: 'used', head: t('admin.lastUsed'), cell: ({ lastUsedAt }) => instant(lastUsedAt) },
          {
            key: 'state',
            head: t('field.state'),
            cell: ({ revokedAt, expiresAt }) =>
              revokedAt !== null ? (
                <Badge color="gray" variant="light" tt="none" miw="max-content">
                  {t('admin.revoked')}
                </Badge>
              ) : (
                t(expiresAt === null ? 'admin.keyUnlimited' : 'admin.keyValid', {
                  until: instant(expiresAt),
                })
              ),
          },
        ],
        nameOf: ({ name }) => name,
        fields: () => [
          {
            name: 'name',
            label: 'field.name',
            hint: 'admin.keyNameHint',
            kind: 'text',
            isRequired: true,
          },
          {
            name: 'role',
            label: 'admin.role',
            kind: 'choice',
            options: roles.map((role) => ({ value: role, label: t(`role.${role}`) })),
          },
        ],
        valuesOf: () => ({ name: '', role: 'admin' }),
        create: (values) => {
          const role = roles.find((each) => each === textOf(values, 'role')) ?? 'auditor';
          return answered(
            client.POST('/api-keys', { body: { name: textOf(values, 'name'), role } }),
          );
        },
        remove: ({ id }) => client.DELETE('/api-keys/{id}', { params: { path: { id } } }),
        removing: (words, { name }) => words('admin.removeKey', { name }),
        once: (made) => <KeyOnce made={made as Schemas['CreatedApiKey']} />,
      }}
    />
  );
};
