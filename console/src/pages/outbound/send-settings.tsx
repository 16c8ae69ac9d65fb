/** The third step: whom, when, how fast, with which numbers. */
import {
  Alert,
  Group,
  MultiSelect,
  NumberInput,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactElement } from 'react';
import { queuesQuery, trunksQuery } from '../../api/queries.ts';
import { useText, type TextKey } from '../../i18n/language.ts';
import { useSession } from '../../session.tsx';
import { rosterChoicesQuery, type TaskOrder } from './outbound.ts';
import { WindowsField } from './windows-field.tsx';

type Ordered = Required<
  Pick<
    TaskOrder,
    | 'timeZone'
    | 'windows'
    | 'callerNumbers'
    | 'tries'
    | 'retryIntervalSeconds'
    | 'ringSeconds'
    | 'concurrency'
    | 'callsPerSecond'
    | 'optOutKey'
    | 'queueId'
    | 'priority'
    | 'callOrder'
    | 'abandonPercent'
  >
>;

export interface Send extends Ordered {
  readonly rosterId: string | null;
  readonly isScheduled: boolean;
  /** As the fields have it: local time of the tenant, or ''. */
  readonly notBefore: string;
  readonly notAfter: string;
}

interface StepProps {
  readonly kind: TaskOrder['kind'];
  readonly value: Send;
  readonly onChange: (part: Partial<Send>) => void;
  readonly missing: (value: string | null) => string | null;
  readonly errorOf: (field: string) => string | null;
}

type NumberField =
  | 'tries'
  | 'retryIntervalSeconds'
  | 'ringSeconds'
  | 'concurrency'
  | 'callsPerSecond'
  | 'priority'
  | 'abandonPercent';

const Numbers = (
  props: StepProps & {
    readonly fields: readonly (readonly [NumberField, TextKey, number, number])[];
  },
) => {
  const t = useText();
  const { value, onChange, errorOf, fields } = props;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="sm" verticalSpacing="sm">
      {fields.map(([field, label, min, max]) => (
        <NumberInput
          key={field}
          label={t(label)}
          min={min}
          max={max}
          value={value[field]}
          error={errorOf(field)}
          onChange={(next) => onChange({ [field]: Number(next) })}
        />
      ))}
    </SimpleGrid>
  );
};

/** Years of five digits can be typed too. */
const latest = '9999-12-31T23:59';

const Times = ({ value, onChange, missing, errorOf }: StepProps): ReactElement => {
  const t = useText();
  const { tenant } = useSession();
  const zones = Intl.supportedValuesOf('timeZone');
  return (
    <>
      <Radio.Group
        label={t('outbound.startTime')}
        description={t('outbound.zoneOfTimes', { zone: tenant.timeZone })}
        value={value.isScheduled ? 'scheduled' : 'now'}
        onChange={(next) => onChange({ isScheduled: next === 'scheduled' })}
      >
        <Group mt={4}>
          <Radio value="now" label={t('outbound.runNow')} />
          <Radio value="scheduled" label={t('outbound.runScheduled')} />
        </Group>
      </Radio.Group>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        {value.isScheduled && (
          <TextInput
            type="datetime-local"
            name="notBefore"
            max={latest}
            label={t('outbound.notBefore')}
            required
            value={value.notBefore}
            error={errorOf('notBefore') ?? missing(value.notBefore)}
            onChange={({ currentTarget }) => onChange({ notBefore: currentTarget.value })}
          />
        )}
        <TextInput
          type="datetime-local"
          name="notAfter"
          max={latest}
          label={t('outbound.notAfter')}
          value={value.notAfter}
          error={errorOf('notAfter')}
          onChange={({ currentTarget }) => onChange({ notAfter: currentTarget.value })}
        />
        <Select
          label={t('outbound.timeZone')}
          searchable
          allowDeselect={false}
          limit={100}
          data={zones.includes(value.timeZone) ? zones : [value.timeZone, ...zones]}
          value={value.timeZone}
          error={errorOf('timeZone')}
          onChange={(timeZone) => onChange({ timeZone: timeZone ?? value.timeZone })}
        />
      </SimpleGrid>
    </>
  );
};

/** Of the common laws, for example 47 CFR 64.1200(a)(7). */
const strictestPercent = 3;

const Predictive = (props: StepProps): ReactElement => {
  const t = useText();
  const { value, onChange, missing, errorOf } = props;
  const queues = useQuery(queuesQuery);
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Select
          label={t('outbound.queue')}
          required
          data={(queues.data?.items ?? []).map((queue) => ({ value: queue.id, label: queue.name }))}
          value={value.queueId}
          error={missing(value.queueId) ?? errorOf('queueId')}
          onChange={(queueId) => onChange({ queueId })}
        />
        <Select
          label={t('outbound.callOrder')}
          allowDeselect={false}
          data={[
            { value: 'in-order', label: t('outbound.order.inOrder') },
            { value: 'random', label: t('outbound.order.random') },
          ]}
          value={value.callOrder}
          error={errorOf('callOrder')}
          onChange={(next) => onChange({ callOrder: next === 'random' ? next : 'in-order' })}
        />
      </SimpleGrid>
      <Numbers
        {...props}
        fields={[
          ['priority', 'outbound.priority', 1, 5],
          ['abandonPercent', 'outbound.abandonPercent', 0, 50],
        ]}
      />
      {value.abandonPercent > strictestPercent && (
        <Alert color="yellow" py="xs">
          {t('outbound.abandonWarning', { percent: value.abandonPercent })}
        </Alert>
      )}
    </>
  );
};

const keys = ['9', '0', '1', '2', '3', '4', '5', '6', '7', '8', '*', '#'];

export const SendSettings = (props: StepProps): ReactElement => {
  const t = useText();
  const { kind, value, onChange, missing, errorOf } = props;
  const rosters = useQuery(rosterChoicesQuery);
  const trunks = useQuery(trunksQuery);
  const numbers = [...new Set((trunks.data?.items ?? []).flatMap((trunk) => trunk.callerNumbers))];
  const only = numbers.length === 1 ? numbers[0] : undefined;
  const isChosen = value.callerNumbers.length > 0;
  useEffect(() => {
    if (only !== undefined && !isChosen) onChange({ callerNumbers: [only] });
    // Once it is known that there is no choice; whoever takes it out again means it.
  }, [only]);
  const ready = (rosters.data?.items ?? []).filter((roster) => roster.state === 'ready');
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Select
          label={t('outbound.selectRoster')}
          placeholder={t('outbound.choose')}
          nothingFoundMessage={t('outbound.noRosters')}
          required
          searchable
          limit={100}
          data={ready.map((roster) => ({
            value: roster.id,
            label: `${roster.name} (${roster.people})`,
          }))}
          value={value.rosterId}
          error={missing(value.rosterId) ?? errorOf('rosterId')}
          onChange={(rosterId) => onChange({ rosterId })}
        />
        <MultiSelect
          label={t('outbound.callerNumbers')}
          placeholder={value.callerNumbers.length === 0 ? t('outbound.choose') : ''}
          nothingFoundMessage={t('outbound.noNumbers')}
          required
          data={numbers}
          value={[...value.callerNumbers]}
          error={missing(value.callerNumbers[0] ?? null) ?? errorOf('callerNumbers')}
          onChange={(callerNumbers) => onChange({ callerNumbers })}
        />
      </SimpleGrid>
      <Times {...props} />
      <WindowsField
        value={value.windows}
        error={errorOf('windows')}
        onChange={(windows) => onChange({ windows })}
      />
      {kind === 'predictive' && <Predictive {...props} />}
      <Numbers
        {...props}
        fields={[
          ['tries', 'outbound.tries', 1, 3],
          ['retryIntervalSeconds', 'outbound.retryInterval', 60, 86_400],
          ['ringSeconds', 'outbound.ringSeconds', kind === 'predictive' ? 15 : 5, 120],
          ['concurrency', 'outbound.concurrency', 1, 1000],
          ['callsPerSecond', 'outbound.callsPerSecond', 0.01, 200],
        ]}
      />
      <Select
        label={t('outbound.optOutKey')}
        description={t('outbound.optOutText')}
        clearable
        w={260}
        placeholder={t('outbound.noKey')}
        data={keys}
        value={value.optOutKey}
        error={errorOf('optOutKey')}
        onChange={(optOutKey) => onChange({ optOutKey })}
      />
    </Stack>
  );
};
