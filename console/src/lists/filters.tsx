/** Filters that live in the address of the page, so that a list can be sent to a colleague. */
import { Button, Group, NativeSelect, TextInput, type TextInputProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFilterOff } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { agentsQuery, queuesQuery } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { useCan, useSession } from '../session.tsx';
import { instantOf, localOf } from '../time/zone.ts';
import type { SharedFilter } from './shared-filter.ts';

/** Names of queues and agents by id, as far as this user may know them. */
export const useNames = (): {
  readonly queue: (id: string | null) => string;
  readonly agents: (ids: readonly string[]) => string;
} => {
  const can = useCan();
  const queues = useQuery({ ...queuesQuery, enabled: can('queues:read') });
  const agents = useQuery({ ...agentsQuery, enabled: can('agents:read') });
  const agentName = (id: string): string =>
    agents.data?.items.find((agent) => agent.id === id)?.name ?? id.slice(0, 8);
  return {
    queue: (id) =>
      id === null ? '' : (queues.data?.items.find((queue) => queue.id === id)?.name ?? id),
    agents: (ids) => ids.map(agentName).join(', '),
  };
};

const TimeField = (props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (iso: string | undefined) => void;
}) => {
  const { tenant } = useSession();
  const { label, value, onChange } = props;
  return (
    <TextInput
      type="datetime-local"
      size="xs"
      label={label}
      value={value === undefined ? '' : localOf(Date.parse(value), tenant.timeZone)}
      onChange={(event) => {
        const instant = instantOf(event.currentTarget.value, tenant.timeZone);
        onChange(instant === null ? undefined : new Date(instant).toISOString());
      }}
    />
  );
};

/** Words to look for: taken with Enter, and when the field is left. */
export const WordField = (
  props: {
    readonly value: string | undefined;
    readonly onChange: (word: string | undefined) => void;
  } & Pick<TextInputProps, 'label' | 'w' | 'maxLength' | 'type' | 'list'>,
) => {
  const { value = '', onChange, ...rest } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const take = (): void => {
    const next = text.trim();
    if (next !== value) onChange(next === '' ? undefined : next);
  };
  return (
    <TextInput
      size="xs"
      {...rest}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
      }}
    />
  );
};

interface Choice {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string | undefined) => void;
}

const ChoiceField = ({ label, value, options, onChange }: Choice) => {
  const t = useText();
  return (
    <NativeSelect
      size="xs"
      w={118}
      label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value === '' ? undefined : currentTarget.value)
      }
      data={[{ value: '', label: t('filter.any') }, ...options]}
    />
  );
};

export const Filters = <T extends SharedFilter>(props: {
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly choice: Choice;
  /** Further fields. */
  readonly children?: ReactNode;
}) => {
  const t = useText();
  const can = useCan();
  const { value, onChange, choice, children } = props;
  const queues = useQuery({ ...queuesQuery, enabled: can('queues:read') });
  const agents = useQuery({ ...agentsQuery, enabled: can('agents:read') });
  const change = (part: SharedFilter): void => onChange({ ...value, ...part });
  const options = (items: readonly { id: string; name: string }[] | undefined) =>
    (items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Group component="search" gap="sm" align="end" aria-label={t('filter.title')}>
      <TimeField
        label={t('filter.from')}
        value={value.from}
        onChange={(from) => change({ from })}
      />
      <TimeField label={t('filter.to')} value={value.to} onChange={(to) => change({ to })} />
      <WordField
        type="search"
        w={140}
        label={t('filter.number')}
        maxLength={64}
        value={value.number}
        onChange={(number) => change({ number })}
      />
      {can('queues:read') && (
        <ChoiceField
          label={t('field.queue')}
          value={value.queueId}
          options={options(queues.data?.items)}
          onChange={(queueId) => change({ queueId })}
        />
      )}
      {can('agents:read') && (
        <ChoiceField
          label={t('field.agent')}
          value={value.agentId}
          options={options(agents.data?.items)}
          onChange={(agentId) => change({ agentId })}
        />
      )}
      <ChoiceField {...choice} />
      {children}
      {Object.values(value).some((part) => part !== undefined) && (
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconFilterOff size={16} />}
          onClick={() => onChange({} as T)}
        >
          {t('filter.clear')}
        </Button>
      )}
    </Group>
  );
};
