import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';
import { queuesQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { useNames } from '../../lists/filters.tsx';
import { ThingPage } from './thing-page.tsx';
import { numberOf, textOf, textOrNull, type Values } from './thing.ts';

type Queue = Schemas['Queue'];
type Channel = Queue['channel'];

const channels = ['ivr', 'mobile', 'web'] as const satisfies readonly Channel[];

/** The server gives all of them; a pane shows those of its channel. */
const queryOf = (channel: Channel) =>
  pagesOf<Queue>(['queues', 'admin', channel], async (query, signal) => {
    const page = await answered(client.GET('/queues', { params: { query }, signal }));
    return { ...page, items: page.items.filter((queue) => queue.channel === channel) };
  });

const bodyOf = (values: Values, channel: Channel) => {
  const [ringSeconds, maxWaitSeconds] = [
    numberOf(values, 'ringSeconds'),
    numberOf(values, 'maxWaitSeconds'),
  ];
  return {
    name: textOf(values, 'name'),
    channel,
    parentId: textOrNull(values, 'parentId'),
    waitingTone:
      textOf(values, 'waitingTone') === 'music' ? ('music' as const) : ('ringback' as const),
    ...(ringSeconds !== undefined && { ringSeconds }),
    ...(maxWaitSeconds !== undefined && { maxWaitSeconds }),
  };
};

const Pane = ({ channel }: { readonly channel: Channel }) => {
  const t = useText();
  const names = useNames();
  const queues = useQuery(queuesQuery);
  const parents = (id: string | undefined) => [
    { value: '', label: t('admin.noParent') },
    ...(queues.data?.items ?? [])
      .filter((queue) => queue.channel === channel && queue.id !== id)
      .map((queue) => ({ value: queue.id, label: queue.name })),
  ];
  return (
    <ThingPage<Queue>
      thing={{
        title: 'admin.queueTitle',
        text: 'admin.queueText',
        add: 'admin.addQueue',
        writeRight: 'queues:write',
        query: queryOf(channel),
        columns: [
          { key: 'name', head: t('field.name'), cell: ({ name }) => name },
          {
            key: 'parent',
            head: t('admin.parent'),
            cell: ({ parentId }) => names.queue(parentId) || '–',
          },
          {
            key: 'ring',
            head: t('admin.ringSeconds'),
            cell: ({ ringSeconds }) => t('admin.seconds', { count: ringSeconds }),
          },
          {
            key: 'wait',
            head: t('admin.maxWaitSeconds'),
            cell: ({ maxWaitSeconds }) =>
              maxWaitSeconds === 0
                ? t('admin.noLimit')
                : t('admin.seconds', { count: maxWaitSeconds }),
          },
          {
            key: 'tone',
            head: t('admin.waitingTone'),
            cell: ({ waitingTone }) => t(`tone.${waitingTone}`),
          },
        ],
        nameOf: ({ name }) => name,
        fields: (item) => [
          { name: 'name', label: 'field.name', kind: 'text', isRequired: true },
          { name: 'parentId', label: 'admin.parent', kind: 'choice', options: parents(item?.id) },
          {
            name: 'ringSeconds',
            label: 'admin.ringSeconds',
            hint: 'admin.ringHint',
            kind: 'number',
          },
          {
            name: 'maxWaitSeconds',
            label: 'admin.maxWaitSeconds',
            hint: 'admin.maxWaitHint',
            kind: 'number',
          },
          {
            name: 'waitingTone',
            label: 'admin.waitingTone',
            kind: 'choice',
            options: [
              { value: 'ringback', label: t('tone.ringback') },
              { value: 'music', label: t('tone.music') },
            ],
          },
        ],
        valuesOf: (item) => ({
          name: item?.name ?? '',
          parentId: item?.parentId ?? '',
          ringSeconds: String(item?.ringSeconds ?? 20),
          maxWaitSeconds: String(item?.maxWaitSeconds ?? 0),
          waitingTone: item?.waitingTone ?? 'ringback',
        }),
        create: (values) => answered(client.POST('/queues', { body: bodyOf(values, channel) })),
        change: ({ id, version }, values) =>
          answered(
            client.PATCH('/queues/{id}', {
              params: { path: { id } },
              body: { ...bodyOf(values, channel), version },
            }),
          ),
        remove: ({ id }) => client.DELETE('/queues/{id}', { params: { path: { id } } }),
        removing: (words, { name }) => words('admin.removeQueue', { name }),
      }}
    />
  );
};

/** Queue Menu Settings, a pane a channel. */
export const QueuesPage = (): ReactElement => {
  const t = useText();
  const [channel, setChannel] = useState<string | null>('ivr');
  return (
    <Tabs value={channel} onChange={setChannel} keepMounted={false}>
      <Tabs.List mb="md" aria-label={t('admin.queueTitle')}>
        {channels.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {t(`channel.${each}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {channels.map((each) => (
        <Tabs.Panel key={each} value={each}>
          <Pane channel={each} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
};
