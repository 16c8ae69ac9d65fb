import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { IconPhoneOutgoing } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';
import { trunksQuery } from '../../api/queries.ts';
import { lastOrder } from '#core/built-in-phone.ts';
import { useText } from '../../i18n/language.ts';
import { TestCallDialog } from './test-call.tsx';
import { ThingPage } from './thing-page.tsx';
import { TrunkStateCell } from './trunk-state.tsx';
import { linesOf, numberOf, textOf, textOrAbsent, textOrNull, type Values } from './thing.ts';

type Trunk = Schemas['Trunk'];

const query = pagesOf<Trunk>(['trunks', 'admin'], (query, signal) =>
  answered(client.GET('/trunks', { params: { query }, signal })),
);

const bodyOf = (values: Values) => {
  const password = textOrAbsent(values, 'password');
  const port = numberOf(values, 'port');
  const order = numberOf(values, 'order');
  return {
    name: textOf(values, 'name'),
    host: textOf(values, 'host'),
    transport: textOf(values, 'transport') === 'tcp' ? ('tcp' as const) : ('udp' as const),
    username: textOrNull(values, 'username'),
    allowedAddresses: linesOf(values, 'allowedAddresses'),
    callerNumbers: linesOf(values, 'callerNumbers'),
    ...(port !== undefined && { port }),
    ...(order !== undefined && { order }),
    ...(password !== undefined && { password }),
  };
};

export const TrunksPage = (): ReactElement => {
  const t = useText();
  const others = useQuery(trunksQuery).data?.items ?? [];
  const orders = others.map(({ order }) => order).filter((order) => order < lastOrder);
  const nextOrder = Math.min(lastOrder, 1 + Math.max(-1, ...orders));
  const [testing, setTesting] = useState<Trunk | null>(null);
  return (
    <>
      <ThingPage<Trunk>
        thing={{
          title: 'menu.trunks',
          text: 'admin.trunksText',
          add: 'admin.addTrunk',
          writeRight: 'trunks:write',
          query,
          columns: [
            { key: 'name', head: t('field.name'), cell: ({ name }) => name },
            {
              key: 'host',
              head: t('field.host'),
              cell: ({ host, port, transport }) => `${host}:${port} ${transport.toUpperCase()}`,
            },
            {
              key: 'state',
              head: t('field.state'),
              cell: ({ id }) => <TrunkStateCell trunkId={id} />,
            },
            { key: 'user', head: t('admin.username'), cell: ({ username }) => username ?? '–' },
            {
              key: 'allowed',
              head: t('admin.allowedAddresses'),
              cell: ({ allowedAddresses, username, hasPassword }) =>
                allowedAddresses.length === 0 && (username === null || !hasPassword) ? (
                  <Text size="xs" c="dimmed">
                    {t('trunk.takesNone')}
                  </Text>
                ) : (
                  allowedAddresses.join(', ') || '–'
                ),
            },
            {
              key: 'callers',
              head: t('admin.callerNumbers'),
              cell: ({ callerNumbers }) =>
                callerNumbers.length > 3
                  ? `${callerNumbers.slice(0, 3).join(', ')} … (${callerNumbers.length})`
                  : callerNumbers.join(', ') || '–',
            },
            { key: 'order', head: t('admin.order'), cell: ({ order }) => order },
          ],
          nameOf: ({ name }) => name,
          fields: (item) => [
            { name: 'name', label: 'field.name', kind: 'text', isRequired: true },
            { name: 'host', label: 'field.host', kind: 'text', isRequired: true },
            { name: 'port', label: 'field.port', kind: 'number' },
            {
              name: 'transport',
              label: 'admin.transport',
              kind: 'choice',
              options: [
                { value: 'udp', label: 'UDP' },
                { value: 'tcp', label: 'TCP' },
              ],
            },
            { name: 'username', label: 'admin.username', hint: 'admin.usernameHint', kind: 'text' },
            {
              name: 'password',
              label: 'signIn.password',
              ...(item?.hasPassword === true && { hint: 'admin.passwordKept' as const }),
              kind: 'password',
            },
            {
              name: 'allowedAddresses',
              label: 'admin.allowedAddresses',
              hint: 'admin.allowedHint',
              kind: 'lines',
            },
            {
              name: 'callerNumbers',
              label: 'admin.callerNumbers',
              hint: 'admin.callersHint',
              kind: 'lines',
            },
            { name: 'order', label: 'admin.order', hint: 'admin.orderHint', kind: 'number' },
          ],
          valuesOf: (item) => ({
            name: item?.name ?? '',
            host: item?.host ?? '',
            port: String(item?.port ?? 5060),
            transport: item?.transport ?? 'udp',
            username: item?.username ?? '',
            password: '',
            allowedAddresses: item?.allowedAddresses.join('\n') ?? '',
            callerNumbers: item?.callerNumbers.join('\n') ?? '',
            order: String(item?.order ?? nextOrder),
          }),
          create: (values) => answered(client.POST('/trunks', { body: bodyOf(values) })),
          change: ({ id, version }, values) =>
            answered(
              client.PATCH('/trunks/{id}', {
                params: { path: { id } },
                body: { ...bodyOf(values), version },
              }),
            ),
          remove: ({ id }) => client.DELETE('/trunks/{id}', { params: { path: { id } } }),
          removing: (words, { name }) => words('admin.removeTrunk', { name }),
          acts: (trunk) => (
            <Tooltip label={t('trunk.test')}>
              <ActionIcon
                variant="subtle"
                aria-label={t('trunk.testOne', { name: trunk.name })}
                onClick={() => setTesting(trunk)}
              >
                <IconPhoneOutgoing size={18} />
              </ActionIcon>
            </Tooltip>
          ),
        }}
      />
      {testing !== null && <TestCallDialog trunk={testing} onClose={() => setTesting(null)} />}
    </>
  );
};
