import { ActionIcon, Stack, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconDeviceMobileCog } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';
import { queuesQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { useNames } from '../../lists/filters.tsx';
import { Dialog } from '../../lists/dialog.tsx';
import { PhoneSetUp } from '../first-steps/phone-lines.tsx';
import { AgentStateCell } from '../live/agent-state.tsx';
import { ThingPage } from './thing-page.tsx';
import { listOf, textOf, textOrAbsent, textOrNull, type Values } from './thing.ts';

type Agent = Schemas['Agent'];

const query = pagesOf<Agent>(['agents', 'admin'], (query, signal) =>
  answered(client.GET('/agents', { params: { query }, signal })),
);

const bodyOf = (values: Values) => {
  const sipPassword = textOrAbsent(values, 'sipPassword');
  return {
    name: textOf(values, 'name'),
    email: textOf(values, 'email'),
    agentId: textOf(values, 'agentId'),
    sipUsername: textOf(values, 'sipUsername'),
    queueIds: listOf(values, 'queueIds'),
    callerNumber: textOrNull(values, 'callerNumber'),
    ...(sipPassword !== undefined && { sipPassword }),
  };
};

const MadePhone = ({ id, name, sipPassword }: Schemas['CreatedAgent']) => {
  const t = useText();
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('phone.of', { name })}</Text>
      <PhoneSetUp agentId={id} madePassword={sipPassword} />
    </Stack>
  );
};

export const AgentsPage = (): ReactElement => {
  const t = useText();
  const names = useNames();
  const queues = useQuery(queuesQuery);
  const [settingUp, setSettingUp] = useState<Agent | null>(null);
  const options = (queues.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <>
      <ThingPage<Agent>
        thing={{
          title: 'menu.agents',
          text: 'admin.agentsText',
          add: 'admin.addAgent',
          writeRight: 'agents:write',
          query,
          columns: [
            { key: 'name', head: t('field.name'), isLong: true, cell: ({ name }) => name },
            { key: 'email', head: t('signIn.email'), isLong: true, cell: ({ email }) => email },
            { key: 'agentId', head: t('field.agentId'), cell: ({ agentId }) => agentId },
            {
              key: 'state',
              head: t('admin.stateNow'),
              cell: (agent) => (
                <AgentStateCell
                  agent={{ ...agent, since: agent.stateSince }}
                  maySet={agent.maySetState}
                >
                  <Text size="xs" c="dimmed">
                    {agent.registeredContacts !== null &&
                      t('admin.phones', { count: agent.registeredContacts })}
                  </Text>
                </AgentStateCell>
              ),
            },
            { key: 'sip', head: t('field.sipUsername'), cell: ({ sipUsername }) => sipUsername },
            {
              key: 'queues',
              head: t('menu.queue'),
              isLong: true,
              cell: ({ queueIds }) =>
                queueIds.length === 0 ? (
                  <Text size="xs" c="dimmed">
                    {t('admin.noQueue')}
                  </Text>
                ) : (
                  queueIds.map((id) => names.queue(id)).join(', ')
                ),
            },
            {
              key: 'caller',
              head: t('admin.callerNumber'),
              cell: ({ callerNumber }) => callerNumber ?? '–',
            },
          ],
          nameOf: ({ name }) => name,
          fields: (item) => [
            { name: 'name', label: 'field.name', kind: 'text', isRequired: true },
            { name: 'email', label: 'signIn.email', kind: 'email', isRequired: true },
            { name: 'agentId', label: 'field.agentId', kind: 'text', isRequired: true },
            { name: 'sipUsername', label: 'field.sipUsername', kind: 'text', isRequired: true },
            {
              name: 'sipPassword',
              label: 'admin.sipPassword',
              hint: item === null ? 'admin.passwordMade' : 'admin.passwordKept',
              kind: 'password',
            },
            { name: 'queueIds', label: 'menu.queue', kind: 'choices', options },
            {
              name: 'callerNumber',
              label: 'admin.callerNumber',
              hint: 'admin.callerNumberHint',
              kind: 'text',
            },
          ],
          valuesOf: (item) => ({
            name: item?.name ?? '',
            email: item?.email ?? '',
            agentId: item?.agentId ?? '',
            sipUsername: item?.sipUsername ?? '',
            sipPassword: '',
            queueIds: item?.queueIds ?? [],
            callerNumber: item?.callerNumber ?? '',
          }),
          create: (values) => answered(client.POST('/agents', { body: bodyOf(values) })),
          change: ({ id, version }, values) =>
            answered(
              client.PATCH('/agents/{id}', {
                params: { path: { id } },
                body: { ...bodyOf(values), version },
              }),
            ),
          remove: ({ id }) => client.DELETE('/agents/{id}', { params: { path: { id } } }),
          removing: (words, { name }) => words('admin.removeAgent', { name }),
          acts: (item) => (
            <Tooltip label={t('phone.title')}>
              <ActionIcon
                variant="subtle"
                aria-label={t('phone.of', { name: item.name })}
                onClick={() => setSettingUp(item)}
              >
                <IconDeviceMobileCog size={18} />
              </ActionIcon>
            </Tooltip>
          ),
          once: (made) => <MadePhone {...(made as Schemas['CreatedAgent'])} />,
        }}
      />
      {settingUp !== null && (
        <Dialog
          title={t('phone.of', { name: settingUp.name })}
          size="lg"
          onClose={() => setSettingUp(null)}
        >
          <PhoneSetUp agentId={settingUp.id} />
        </Dialog>
      )}
    </>
  );
};
