import { Code, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { pagesOf } from '../../api/pages.ts';
import { useText } from '../../i18n/language.ts';
import { useCan } from '../../session.tsx';
import { ThingPage } from './thing-page.tsx';
import { linesOf, numberOf, textOf, textOrAbsent, type Field, type Values } from './thing.ts';

type Tenant = Schemas['Tenant'];

const query = pagesOf<Tenant>(['tenants', 'admin'], (query, signal) =>
  answered(client.GET('/tenants', { params: { query }, signal })),
);

const sharedOf = (values: Values) => {
  const [timeZone, country] = [textOrAbsent(values, 'timeZone'), textOrAbsent(values, 'country')];
  const [recordingStorageDays, wrapUpSeconds] = [
    numberOf(values, 'recordingStorageDays'),
    numberOf(values, 'wrapUpSeconds'),
  ];
  return {
    name: textOf(values, 'name'),
    allowedPrefixes: linesOf(values, 'allowedPrefixes'),
    emergencyNumbers: linesOf(values, 'emergencyNumbers'),
    agentsSeeListening: values['agentsSeeListening'] !== false,
    ...(timeZone !== undefined && { timeZone }),
    ...(country !== undefined && { country }),
    ...(recordingStorageDays !== undefined && { recordingStorageDays }),
    ...(wrapUpSeconds !== undefined && { wrapUpSeconds }),
  };
};

const newOf = (values: Values) => {
  const [vdnId, sdkAppId] = [numberOf(values, 'vdnId'), numberOf(values, 'sdkAppId')];
  const email = textOrAbsent(values, 'admin');
  return {
    ...sharedOf(values),
    ...(vdnId !== undefined && { vdnId }),
    ...(sdkAppId !== undefined && { sdkAppId }),
    ...(email !== undefined && { admin: { email } }),
  };
};

const onlyNew: readonly Field[] = [
  { name: 'vdnId', label: 'admin.vdnId', hint: 'admin.nextFree', kind: 'number' },
  { name: 'sdkAppId', label: 'admin.sdkAppId', hint: 'admin.nextFree', kind: 'number' },
  { name: 'admin', label: 'admin.firstAdmin', hint: 'admin.firstAdminHint', kind: 'email' },
];

export const TenantsPage = (): ReactElement => {
  const t = useText();
  const can = useCan();
  return (
    <ThingPage<Tenant>
      thing={{
        title: 'menu.tenants',
        text: 'admin.tenantsText',
        add: 'admin.addTenant',
        writeRight: 'tenants:write',
        query,
        columns: [
          { key: 'name', head: t('field.name'), cell: ({ name }) => name },
          { key: 'vdn', head: t('admin.vdnId'), cell: ({ vdnId }) => vdnId },
          { key: 'sdk', head: t('admin.sdkAppId'), cell: ({ sdkAppId }) => sdkAppId },
          { key: 'zone', head: t('admin.timeZone'), cell: ({ timeZone }) => timeZone },
          { key: 'country', head: t('admin.country'), cell: ({ country }) => country },
          {
            key: 'storage',
            head: t('admin.storageDays'),
            cell: ({ recordingStorageDays }) => t('admin.days', { count: recordingStorageDays }),
          },
          {
            key: 'prefixes',
            head: t('admin.allowedPrefixes'),
            cell: ({ allowedPrefixes }) => allowedPrefixes.join(', ') || t('admin.ownCountry'),
          },
        ],
        nameOf: ({ name }) => name,
        fields: (item) => [
          { name: 'name', label: 'field.name', kind: 'text', isRequired: true },
          ...(item === null ? onlyNew : []),
          { name: 'timeZone', label: 'admin.timeZone', hint: 'admin.timeZoneHint', kind: 'text' },
          { name: 'country', label: 'admin.country', hint: 'admin.countryHint', kind: 'text' },
          {
            name: 'recordingStorageDays',
            label: 'admin.storageDays',
            hint: 'admin.storageDaysHint',
            kind: 'number',
          },
          { name: 'wrapUpSeconds', label: 'admin.wrapUpSeconds', kind: 'number' },
          {
            name: 'agentsSeeListening',
            label: 'admin.agentsSeeListening',
            hint: 'admin.agentsSeeListeningHint',
            kind: 'switch',
          },
          {
            name: 'allowedPrefixes',
            label: 'admin.allowedPrefixes',
            hint: 'admin.prefixHint',
            kind: 'lines',
          },
          {
            name: 'emergencyNumbers',
            label: 'admin.emergencyNumbers',
            hint: 'admin.emergencyHint',
            kind: 'lines',
          },
        ],
        valuesOf: (item) => ({
          name: item?.name ?? '',
          vdnId: '',
          sdkAppId: '',
          admin: '',
          timeZone: item?.timeZone ?? 'UTC',
          country: item?.country ?? '',
          recordingStorageDays: String(item?.recordingStorageDays ?? 90),
          wrapUpSeconds: String(item?.wrapUpSeconds ?? 30),
          agentsSeeListening: item?.agentsSeeListening ?? true,
          allowedPrefixes: item?.allowedPrefixes.join('\n') ?? '',
          emergencyNumbers: item?.emergencyNumbers.join('\n') ?? '911\n112\n999\n000\n110\n119',
        }),
        ...(can('tenants:create') && {
          create: (values: Values) => answered(client.POST('/tenants', { body: newOf(values) })),
        }),
        change: ({ id, version }, values) =>
          answered(
            client.PATCH('/tenants/{id}', {
              params: { path: { id } },
              body: { ...sharedOf(values), version },
            }),
          ),
        once: (made) => {
          const { admin } = made as Schemas['CreatedTenant'];
          return admin === null ? null : (
            <Stack gap="xs">
              <Text size="sm">{t('admin.tenantOnce')}</Text>
              <Code
                block
              >{`${t('signIn.email')}: ${admin.email}\n${t('signIn.password')}: ${admin.password ?? '–'}`}</Code>
            </Stack>
          );
        },
      }}
    />
  );
};
