import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';
import { agentsQuery, queuesQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { useNames } from '../../lists/filters.tsx';
import { useCountryName } from '../../session.tsx';
import { ThingPage } from './thing-page.tsx';
import { textOf, type Values } from './thing.ts';

type TelephoneNumber = Schemas['Number'];

const query = pagesOf<TelephoneNumber>(['numbers', 'admin'], (query, signal) =>
  answered(client.GET('/numbers', { params: { query }, signal })),
);

/** `queue:ID` or `agent:ID`, since one drop-down offers both. */
const bodyOf = (values: Values) => {
  const [kind, id = ''] = textOf(values, 'target').split(':');
  return {
    number: textOf(values, 'number'),
    target: { kind: kind === 'agent' ? ('agent' as const) : ('queue' as const), id },
  };
};

export const NumbersPage = (): ReactElement => {
  const t = useText();
  const names = useNames();
  const countryName = useCountryName();
  const queues = useQuery(queuesQuery);
  const agents = useQuery(agentsQuery);
  const options = [
    { value: '', label: t('admin.choose') },
    ...(queues.data?.items ?? []).map(({ id, name }) => ({
      value: `queue:${id}`,
      label: t('admin.toQueue', { name }),
    })),
    ...(agents.data?.items ?? []).map(({ id, name }) => ({
      value: `agent:${id}`,
      label: t('admin.toAgent', { name }),
    })),
  ];
  const targetText = ({ target }: TelephoneNumber): string =>
    target.kind === 'queue'
      ? t('admin.toQueue', { name: names.queue(target.id) })
      : t('admin.toAgent', { name: names.agents([target.id]) });
  return (
    <ThingPage<TelephoneNumber>
      thing={{
        title: 'menu.numbers',
        text: 'admin.numbersText',
        add: 'admin.addNumber',
        writeRight: 'numbers:write',
        query,
        columns: [
          { key: 'number', head: t('field.number'), cell: ({ number }) => number },
          { key: 'target', head: t('admin.target'), cell: targetText },
        ],
        nameOf: ({ number }) => number,
        fields: () => [
          {
            name: 'number',
            label: 'field.number',
            hint: 'admin.numberHint',
            hintValues: { country: countryName },
            kind: 'text',
            isRequired: true,
          },
          { name: 'target', label: 'admin.target', kind: 'choice', options, isRequired: true },
        ],
        valuesOf: (item) => ({
          number: item?.number ?? '',
          target: item ? `${item.target.kind}:${item.target.id}` : '',
        }),
        create: (values) => answered(client.POST('/numbers', { body: bodyOf(values) })),
        change: ({ id, version }, values) =>
          answered(
            client.PATCH('/numbers/{id}', {
              params: { path: { id } },
              body: { ...bodyOf(values), version },
            }),
          ),
        remove: ({ id }) => client.DELETE('/numbers/{id}', { params: { path: { id } } }),
        removing: (words, { number }) => words('admin.removeNumber', { name: number }),
      }}
    />
  );
};
