/** A task in three steps: what it is, what it says, to whom and when. The same steps change it until it starts. */
import { Button, Group, Radio, Select, Stack, Stepper, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { ApiError, answered, client } from '../../api/client.ts';
import { useText } from '../../i18n/language.ts';
import { FirstLine } from '../../lists/first-field.tsx';
import { InSight } from '../../lists/in-sight.tsx';
import { fieldErrorOf, hasFields, ProblemNote } from '../../lists/problem.tsx';
import { useSession } from '../../session.tsx';
import { taskNameFault } from '#core/outbound/task-draft.ts';
import { instantOf, localOf } from '../../time/zone.ts';
import { assetChoicesQuery } from '../voice-assets/assets.ts';
import { Dialog } from '../../lists/dialog.tsx';
import type { Task, TaskOrder } from './outbound.ts';
import classes from '../voice-assets/voice-assets.module.css';
import { DescriptionField } from './parts.tsx';
import { SendSettings, type Send } from './send-settings.tsx';

/** Which step a field of a refused order belongs to. */
const stepOf: Readonly<Record<string, number>> = {
  kind: 0,
  name: 0,
  description: 0,
  voiceAssetId: 1,
};

const AssetStep = (props: {
  readonly value: string | null;
  readonly error: string | null;
  readonly onChange: (id: string | null) => void;
}): ReactElement => {
  const t = useText();
  const { data } = useQuery(assetChoicesQuery);
  return (
    <Select
      label={t('outbound.asset')}
      description={t('outbound.assetText')}
      placeholder={t('outbound.choose')}
      nothingFoundMessage={t('outbound.noAssets')}
      searchable
      required
      limit={100}
      data={(data?.items ?? []).map(({ id, name, durationMs }) => ({
        value: id,
        label: `${name} · ${Math.round(durationMs / 1000)} s`,
      }))}
      value={props.value}
      error={props.error}
      onChange={props.onChange}
    />
  );
};

const newSend = (timeZone: string): Send => ({
  rosterId: null,
  isScheduled: false,
  notBefore: '',
  notAfter: '',
  timeZone,
  windows: [],
  callerNumbers: [],
  tries: 1,
  retryIntervalSeconds: 300,
  ringSeconds: 45,
  concurrency: 5,
  callsPerSecond: 1,
  optOutKey: null,
  queueId: null,
  priority: 3,
  callOrder: 'in-order',
  abandonPercent: 3,
});

/** @param zone of the tenant, in which the fields show times */
const sendOf = (task: Task, zone: string): Send => ({
  rosterId: task.rosterId,
  isScheduled: true,
  notBefore: localOf(Date.parse(task.notBefore), zone),
  notAfter: task.notAfter === null ? '' : localOf(Date.parse(task.notAfter), zone),
  timeZone: task.timeZone,
  windows: task.windows.map((window) => ({ ...window, days: [...window.days] })),
  callerNumbers: [...task.callerNumbers],
  tries: task.tries,
  retryIntervalSeconds: task.retryIntervalSeconds,
  ringSeconds: task.ringSeconds,
  concurrency: task.concurrency,
  callsPerSecond: task.callsPerSecond,
  optOutKey: task.optOutKey,
  queueId: task.queueId,
  priority: task.priority,
  callOrder: task.callOrder,
  abandonPercent: task.abandonPercent,
});

const timeFields = ['notBefore', 'notAfter'] as const;
type TimeField = (typeof timeFields)[number];

/** A time that is written by half, or lies in the year 20266, is none to the browser: without this the task would start at once. */
const wrongTimesOf = (form: HTMLFormElement): readonly TimeField[] =>
  timeFields.filter((name) => {
    const field = form.elements.namedItem(name);
    return (
      field instanceof HTMLInputElement && !field.validity.valid && !field.validity.valueMissing
    );
  });

export const Wizard = (props: {
  /** The task to change; absent for a new one. */
  readonly task?: Task;
  readonly onClose: () => void;
}): ReactElement => {
  const { onClose } = props;
  // As it was when the steps were opened: what others change meanwhile is not what was edited.
  const [task] = useState(props.task);
  const t = useText();
  const { tenant } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [step, setStep] = useState(0);
  const [wasTried, setWasTried] = useState(false);
  const [wrongTimes, setWrongTimes] = useState<readonly TimeField[]>([]);
  const [kind, setKind] = useState<TaskOrder['kind']>(task?.kind ?? 'automatic');
  const [name, setName] = useState(task?.name ?? '');
  const [description, setDescription] = useState(task?.description ?? '');
  const [assetId, setAssetId] = useState<string | null>(task?.voiceAssetId ?? null);
  const [send, setSend] = useState<Send>(
    task ? sendOf(task, tenant.timeZone) : newSend(tenant.timeZone),
  );
  const instant = (local: string): string | null => {
    const at = instantOf(local, tenant.timeZone);
    return at === null ? null : new Date(at).toISOString();
  };
  const make = useMutation({
    mutationFn: () => {
      const { isScheduled, notBefore, notAfter, rosterId, ...rest } = send;
      const order = {
        ...rest,
        name,
        description,
        voiceAssetId: assetId ?? '',
        rosterId: rosterId ?? '',
        notBefore: isScheduled ? instant(notBefore) : null,
        notAfter: instant(notAfter),
      };
      if (task === undefined)
        return answered(client.POST('/outbound-tasks', { body: { ...order, kind } }));
      const params = { path: { id: task.id } };
      const { version } = task;
      return answered(
        client.PATCH('/outbound-tasks/{id}', { params, body: { ...order, version } }),
      );
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['tasks'] });
      onClose();
      await navigate({ to: '/outbound-tasks/$id', params: { id } });
    },
    onError: (error) => {
      const fields = error instanceof ApiError ? error.fields : [];
      setStep(Math.min(2, ...fields.map(({ field }) => stepOf[field.split('.')[0] ?? ''] ?? 2)));
    },
  });
  const wrongTime = (field: TimeField): string | null =>
    wrongTimes.includes(field) ? t('outbound.timeWrong') : null;
  const missing = (value: string | null): string | null =>
    wasTried && (value ?? '').trim() === '' ? t('outbound.missing') : null;
  const errorOf = (field: string): string | null =>
    (timeFields.some((each) => each === field) ? wrongTime(field as TimeField) : null) ??
    fieldErrorOf(t, make.error, field);
  const isComplete = [
    taskNameFault(name) === null,
    assetId !== null,
    send.rosterId !== null &&
      send.callerNumbers.length > 0 &&
      (kind === 'automatic' || send.queueId !== null) &&
      (!send.isScheduled || send.notBefore !== ''),
  ][step];
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const wrong = wrongTimesOf(event.currentTarget);
    setWrongTimes(wrong);
    if (wrong.length > 0) return;
    if (isComplete !== true) {
      setWasTried(true);
      return;
    }
    setWasTried(false);
    if (step < 2) setStep(step + 1);
    else make.mutate();
  };
  return (
    <Dialog
      title={t(task ? 'outbound.editTitle' : 'outbound.addTitle')}
      size="xl"
      isBusy={make.isPending}
      onClose={onClose}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Stepper active={step} size="sm" onStepClick={setStep} allowNextStepsSelect={false}>
            <Stepper.Step label={t('outbound.step.task')}>
              <Stack gap="sm">
                <Radio.Group
                  label={t('outbound.kind')}
                  value={kind}
                  onChange={(value) => setKind(value === 'predictive' ? value : 'automatic')}
                >
                  <Stack gap={6} mt={4}>
                    {(['automatic', 'predictive'] as const).map((each) => (
                      <Radio
                        key={each}
                        value={each}
                        disabled={task !== undefined && each !== kind}
                        label={t(`outbound.kind.${each}`)}
                        description={t(`outbound.kindText.${each}`)}
                      />
                    ))}
                  </Stack>
                </Radio.Group>
                <FirstLine
                  label={t('outbound.taskName')}
                  description={t('outbound.nameText')}
                  maxLength={100}
                  value={name}
                  error={
                    missing(name) ??
                    (wasTried && taskNameFault(name) !== null ? t('outbound.nameWrong') : null) ??
                    errorOf('name')
                  }
                  onChange={setName}
                />
                <DescriptionField
                  maxLength={100}
                  value={description}
                  error={errorOf('description')}
                  onChange={setDescription}
                />
              </Stack>
            </Stepper.Step>
            <Stepper.Step label={t('outbound.step.asset')}>
              <AssetStep
                value={assetId}
                error={missing(assetId) ?? errorOf('voiceAssetId')}
                onChange={setAssetId}
              />
            </Stepper.Step>
            <Stepper.Step label={t('outbound.step.send')}>
              <SendSettings
                kind={kind}
                value={send}
                onChange={(part) => setSend((now) => ({ ...now, ...part }))}
                missing={missing}
                errorOf={errorOf}
              />
            </Stepper.Step>
          </Stepper>
          {make.isError && (
            <InSight>
              {hasFields(make.error) ? (
                <Text size="sm" c="red" role="alert">
                  {t(task ? 'outbound.changeRefused' : 'outbound.refused')}
                </Text>
              ) : (
                <ProblemNote error={make.error} />
              )}
            </InSight>
          )}
          <Group justify="space-between" className={classes['foot'] ?? ''}>
            <Button variant="default" onClick={onClose} disabled={make.isPending}>
              {t('dialog.cancel')}
            </Button>
            <Group gap="xs">
              {step > 0 && (
                <Button variant="default" onClick={() => setStep(step - 1)}>
                  {t('outbound.back')}
                </Button>
              )}
              <Button type="submit" loading={make.isPending}>
                {step < 2 ? t('outbound.next') : t('voiceAssets.confirm')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
};
