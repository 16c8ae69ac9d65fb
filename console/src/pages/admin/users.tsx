import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';
import { agentsQuery, queuesQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { useNames } from '../../lists/filters.tsx';
import { useSession } from '../../session.tsx';
import { ThingPage } from './thing-page.tsx';
import { isOn, listOf, textOf, textOrAbsent, textOrNull, type Values } from './thing.ts';

type User = Schemas['User'];
type Role = User['role'];

const query = pagesOf<User>(['users', 'admin'], (query, signal) =>
  answered(client.GET('/users', { params: { query }, signal })),
);

const roles = ['admin', 'supervisor', 'agent', 'auditor'] as const satisfies readonly Role[];

const bodyOf = (values: Values) => {
  const name = textOrAbsent(values, 'name');
  return {
    email: textOf(values, 'email'),
    role: textOf(values, 'role') as Role,
    agentId: textOrNull(values, 'agentId'),
    queueIds: listOf(values, 'queueIds'),
    ...(name !== undefined && { name }),
  };
};

export const UsersPage = (): ReactElement => {
  const t = useText();
  const names = useNames();
  const { user: me } = useSession();
  const agents = useQuery(agentsQuery);
  const queues = useQuery(queuesQuery);
  const offered: readonly Role[] = me.role === 'owner' ? ['owner', ...roles] : roles;
  const agentOptions = [
    { value: '', label: t('admin.noAgent') },
    ...(agents.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  const queueOptions = (queues.data?.items ?? []).map(({ id, name }) => ({
    value: id,
    label: name,
  }));
  return (
    <ThingPage<User>
      thing={{
        title: 'menu.users',
        text: 'admin.usersText',
        add: 'admin.addUser',
        writeRight: 'users:write',
        query,
        columns: [
          { key: 'name', head: t('field.name'), cell: ({ name }) => name },
          { key: 'email', head: t('signIn.email'), cell: ({ email }) => email },
          {
            key: 'role',
            head: t('admin.role'),
            cell: ({ role, disabled }) =>
              disabled ? (
                <Badge color="gray" variant="light">
                  {t('admin.disabled')}
                </Badge>
              ) : (
                t(`role.${role}`)
              ),
          },
          {
            key: 'agent',
            head: t('field.agent'),
            cell: ({ agentId }) => (agentId ? names.agents([agentId]) : '–'),
          },
          {
            key: 'queues',
            head: t('menu.queue'),
            cell: ({ queueIds }) => queueIds.map((id) => names.queue(id)).join(', ') || '–',
          },
        ],
        nameOf: ({ email }) => email,
        fields: (item) => [
          { name: 'email', label: 'signIn.email', kind: 'email', isRequired: true },
          { name: 'name', label: 'field.name', kind: 'text' },
          {
            name: 'password',
            label: 'signIn.password',
            hint: item === null ? 'admin.passwordRule' : 'admin.passwordKept',
            kind: 'password',
            isRequired: item === null,
          },
          {
            name: 'role',
            label: 'admin.role',
            hint: 'admin.roleHint',
            kind: 'choice',
            options: offered.map((role) => ({ value: role, label: t(`role.${role}`) })),
          },
          {
            name: 'agentId',
            label: 'field.agent',
            hint: 'admin.userAgentHint',
            kind: 'choice',
            options: agentOptions,
          },
          {
            name: 'queueIds',
            label: 'menu.queue',
            hint: 'admin.userQueuesHint',
            kind: 'choices',
            options: queueOptions,
          },
          ...(item === null
            ? []
            : [
                {
                  name: 'disabled',
                  label: 'admin.disabled',
                  hint: 'admin.disabledHint',
                  kind: 'switch',
                } as const,
              ]),
        ],
        valuesOf: (item) => ({
          email: item?.email ?? '',
          name: item?.name ?? '',
          password: '',
          role: item?.role ?? 'supervisor',
          agentId: item?.agentId ?? '',
          queueIds: item?.queueIds ?? [],
          disabled: item?.disabled ?? false,
        }),
        create: (values) =>
          answered(
            client.POST('/users', {
              body: { ...bodyOf(values), password: textOf(values, 'password') },
            }),
          ),
        change: ({ id, version }, values) => {
          const password = textOrAbsent(values, 'password');
          const body = {
            ...bodyOf(values),
            disabled: isOn(values, 'disabled'),
            version,
            ...(password !== undefined && { password }),
          };
          return answered(client.PATCH('/users/{id}', { params: { path: { id } }, body }));
        },
        remove: ({ id }) => client.DELETE('/users/{id}', { params: { path: { id } } }),
        removing: (words, { email }) => words('admin.removeUser', { name: email }),
      }}
    />
  );
};
