/** Which number a call shows, and to which countries calls may go: one place for what trunks, agents and the tenant say together. */
import { Badge, Button, Group, NativeSelect, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { agentsQuery, tenantQuery, trunksQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { Section } from '../../lists/facts.tsx';
import { ProblemNote } from '../../lists/problem.tsx';
import { useCan, useSession } from '../../session.tsx';
import { ThingForm } from './thing-form.tsx';
import { linesOf, type Values } from './thing.ts';

type Agent = Schemas['Agent'];
type Trunk = Schemas['Trunk'];

interface Identity {
  readonly number: string;
  readonly trunk: string;
}

/** Numbers by trunk, the default trunk first. */
const identitiesOf = (trunks: readonly Trunk[]): readonly Identity[] =>
  [...trunks]
    .sort((one, other) => one.order - other.order)
    .flatMap(({ name, callerNumbers }) => callerNumbers.map((number) => ({ number, trunk: name })));

const AgentRow = (props: {
  readonly agent: Agent;
  readonly identities: readonly Identity[];
  readonly mayWrite: boolean;
}) => {
  const t = useText();
  const queries = useQueryClient();
  const { agent, identities, mayWrite } = props;
  const change = useMutation({
    mutationFn: (callerNumber: string | null) =>
      answered(
        client.PATCH('/agents/{id}', {
          params: { path: { id: agent.id } },
          body: { callerNumber, version: agent.version },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['agents'] }),
  });
  const present = agent.callerNumber ?? '';
  const isStrange = present !== '' && !identities.some(({ number }) => number === present);
  const options = [
    { value: '', label: t('identity.default', { number: identities[0]?.number ?? '–' }) },
    ...identities.map(({ number, trunk }) => ({ value: number, label: `${number} (${trunk})` })),
    ...(isStrange ? [{ value: present, label: present }] : []),
  ];
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{agent.name}</Table.Td>
      <Table.Td>
        <NativeSelect
          size="xs"
          aria-label={t('identity.of', { name: agent.name })}
          data={options}
          value={present}
          disabled={!mayWrite || change.isPending}
          onChange={({ currentTarget }) => change.mutate(currentTarget.value || null)}
        />
        {isStrange && (
          <Text size="xs" c="orange.8">
            {t('identity.strange')}
          </Text>
        )}
        {change.isError && <ProblemNote error={change.error} isFresh />}
      </Table.Td>
    </Table.Tr>
  );
};

export const CallerIdentities = () => {
  const t = useText();
  const can = useCan();
  const trunks = useQuery({ ...trunksQuery, enabled: can('trunks:read') });
  const agents = useQuery({ ...agentsQuery, enabled: can('agents:read') });
  if (!can('trunks:read') || !can('agents:read')) return null;
  const failed = [trunks, agents].find(({ error }) => error !== null);
  const identities = identitiesOf(trunks.data?.items ?? []);
  const people = agents.data?.items ?? [];
  return (
    <Section title={t('identity.title')}>
      <Text size="sm" c="dimmed">
        {t('identity.text')}
      </Text>
      {failed && <ProblemNote error={failed.error} onRetry={() => void failed.refetch()} />}
      {trunks.data && identities.length === 0 && <Text size="sm">{t('identity.none')}</Text>}
      {identities.length > 0 && (
        <Group gap="xs">
          {identities.map(({ number, trunk }) => (
            <Badge key={`${trunk} ${number}`} variant="light" tt="none">
              {`${number} · ${trunk}`}
            </Badge>
          ))}
        </Group>
      )}
      {people.length > 0 && (
        <Table verticalSpacing="xs" aria-label={t('identity.title')} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('field.agent')}</Table.Th>
              <Table.Th>{t('identity.shows')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((agent) => (
              <AgentRow
                key={agent.id}
                agent={agent}
                identities={identities}
                mayWrite={can('agents:write')}
              />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
};

export const AllowedPrefixes = () => {
  const t = useText();
  const can = useCan();
  const queries = useQueryClient();
  const { tenant } = useSession();
  /** As it was when the form was opened: what others change meanwhile is not what was edited. */
  const [editing, setEditing] = useState<Schemas['Tenant'] | null>(null);
  const { data, error, refetch } = useQuery({
    ...tenantQuery(tenant.id),
    enabled: can('tenants:read'),
  });
  if (!can('tenants:read')) return null;
  const stop = (): void => {
    setEditing(null);
    void queries.invalidateQueries({ queryKey: ['tenants'] });
  };
  const save = async (values: Values): Promise<void> => {
    await answered(
      client.PATCH('/tenants/{id}', {
        params: { path: { id: tenant.id } },
        body: {
          allowedPrefixes: linesOf(values, 'allowedPrefixes'),
          ...(editing && { version: editing.version }),
        },
      }),
    );
    stop();
  };
  const prefixes = data?.allowedPrefixes ?? [];
  return (
    <Section title={t('admin.allowedPrefixes')}>
      <Text size="sm" c="dimmed">
        {t('identity.prefixText')}
      </Text>
      {!data && error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {data && (
        <Group gap="xs">
          {prefixes.length === 0 ? (
            <Badge variant="light" tt="none">{`${t('admin.ownCountry')}: ${data.country}`}</Badge>
          ) : (
            prefixes.map((prefix) => (
              <Badge key={prefix} variant="light">
                {prefix}
              </Badge>
            ))
          )}
        </Group>
      )}
      {data && can('tenants:write') && (
        <Group>
          <Button
            variant="default"
            size="xs"
            aria-label={t('admin.editOne', { name: t('admin.allowedPrefixes') })}
            onClick={() => setEditing(data)}
          >
            {t('admin.edit')}
          </Button>
        </Group>
      )}
      {editing && (
        <ThingForm
          title={t('admin.allowedPrefixes')}
          size="md"
          fields={[
            {
              name: 'allowedPrefixes',
              label: 'admin.allowedPrefixes',
              hint: 'admin.prefixHint',
              kind: 'lines',
            },
          ]}
          initial={{ allowedPrefixes: editing.allowedPrefixes.join('\n') }}
          submitText={t('admin.save')}
          onSubmit={save}
          onClose={stop}
        />
      )}
    </Section>
  );
};
