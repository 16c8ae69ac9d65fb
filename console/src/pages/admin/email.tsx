import { Alert, Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconMailCheck, IconMailX, IconSend } from '@tabler/icons-react';
import { useState, type ReactElement, type SubmitEvent } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { emailQuery } from '../../api/queries.ts';
import { useText } from '../../i18n/language.ts';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { Facts, Section } from '../../lists/facts.tsx';
import { NotYet } from '../../lists/not-yet.tsx';
import { ProblemNote } from '../../lists/problem.tsx';
import { useCan } from '../../session.tsx';
import { SettingsHead } from './settings-head.tsx';
import { ThingForm } from './thing-form.tsx';
import { numberOf, textOf, textOrAbsent, textOrNull, type Field, type Values } from './thing.ts';

type Email = Schemas['EmailSettings'];
type Server = NonNullable<Email['settings']>;

const securities = ['starttls', 'tls', 'none'] as const;

const bodyOf = (values: Values) => {
  const password = textOrAbsent(values, 'password');
  return {
    host: textOf(values, 'host'),
    port: numberOf(values, 'port') ?? 587,
    security: securities.find((each) => each === values['security']) ?? 'starttls',
    username: textOrNull(values, 'username'),
    fromAddress: textOf(values, 'fromAddress'),
    fromName: textOf(values, 'fromName'),
    ...(password !== undefined && { password }),
  };
};

const valuesOf = (server: Server | null): Values => ({
  host: server?.host ?? '',
  port: String(server?.port ?? 587),
  security: server?.security ?? 'starttls',
  username: server?.username ?? '',
  password: '',
  fromAddress: server?.fromAddress ?? '',
  fromName: server?.fromName ?? '',
});

/** Sent through what is saved, so that what is shown to work is what will be used. */
const TestMessage = () => {
  const t = useText();
  const [to, setTo] = useState('');
  const send = useMutation({
    mutationFn: () => answered(client.POST('/settings/email/test', { body: { to } })),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!send.isPending) send.mutate();
  };
  const { data } = send;
  return (
    <Section title={t('email.test')}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {send.isError && <ProblemNote error={send.error} />}
          {data?.sent === true && (
            <Alert role="status" color="teal" icon={<IconMailCheck size={18} />}>
              {t('email.sent')}
            </Alert>
          )}
          {data?.why && (
            <Alert
              role="alert"
              color="red"
              icon={<IconMailX size={18} />}
              title={t(`email.why.${data.why}`)}
            >
              {data.why !== 'address-not-allowed' && (
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {t('email.said', { text: data.detail ?? '' })}
                </Text>
              )}
            </Alert>
          )}
          <Group align="end" gap="sm">
            <TextInput
              name="to"
              label={t('email.to')}
              inputMode="email"
              required
              withAsterisk={false}
              maxLength={254}
              miw={280}
              value={to}
              onChange={({ currentTarget }) => setTo(currentTarget.value)}
            />
            <Button
              type="submit"
              variant="default"
              loading={send.isPending}
              leftSection={<IconSend size={16} />}
            >
              {t('email.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
};

const RemoveQuestion = (props: {
  readonly host: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) => {
  const t = useText();
  const remove = useMutation({
    mutationFn: () => client.DELETE('/settings/email'),
    onSuccess: props.onDone,
  });
  return (
    <ConfirmDialog
      title={t('email.removeTitle')}
      confirm={t('admin.remove')}
      act={remove}
      onClose={props.onCancel}
    >
      <Text size="sm">{t('email.removeText', { host: props.host })}</Text>
    </ConfirmDialog>
  );
};

const Shown = ({ server }: { readonly server: Server }) => {
  const t = useText();
  return (
    <Facts
      facts={[
        { label: t('field.host'), value: `${server.host}:${server.port}` },
        { label: t('email.security'), value: t(`email.security.${server.security}`) },
        { label: t('admin.username'), value: server.username ?? '' },
        {
          label: t('signIn.password'),
          value: server.hasPassword ? (
            <Badge variant="light" tt="none">
              {t('email.stored')}
            </Badge>
          ) : (
            ''
          ),
        },
        { label: t('email.from'), value: `${server.fromName} <${server.fromAddress}>`.trim() },
      ]}
    />
  );
};

/** Settings > E-mail. The password goes in and never comes out. */
export const EmailPage = (): ReactElement => {
  const t = useText();
  const can = useCan();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(emailQuery);
  /** As it was when the form was opened: what others change meanwhile is not what was edited. */
  const [editing, setEditing] = useState<Email | null>(null);
  const [isRemoving, setRemoving] = useState(false);
  const mayWrite = can('settings:write');
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['settings'] });
  const save = async (values: Values): Promise<void> => {
    const version = editing?.version ?? 0;
    await answered(client.PUT('/settings/email', { body: { ...bodyOf(values), version } }));
    setEditing(null);
    notifications.show({
      message: t('email.saved'),
      closeButtonProps: { 'aria-label': t('admin.close') },
    });
    await refresh();
  };
  const server = data?.settings ?? null;
  const fields: readonly Field[] = [
    { name: 'host', label: 'field.host', kind: 'text', isRequired: true },
    { name: 'port', label: 'field.port', hint: 'email.portHint', kind: 'number', isRequired: true },
    {
      name: 'security',
      label: 'email.security',
      hint: 'email.securityHint',
      kind: 'choice',
      options: securities.map((value) => ({ value, label: t(`email.security.${value}`) })),
    },
    { name: 'username', label: 'admin.username', hint: 'email.usernameHint', kind: 'text' },
    {
      name: 'password',
      label: 'signIn.password',
      hint: server?.hasPassword === true ? 'email.passwordKept' : 'email.passwordHint',
      kind: 'password',
    },
    { name: 'fromAddress', label: 'email.fromAddress', kind: 'email', isRequired: true },
    { name: 'fromName', label: 'email.fromName', kind: 'text' },
  ];
  return (
    <Stack gap="md" maw={860}>
      <SettingsHead title={t('email.title')} text={t('email.text')} />
      {!data && <NotYet error={error} onRetry={() => void refetch()} height={160} />}
      {data && (
        <Section title={t('email.server')}>
          {server ? (
            <Shown server={server} />
          ) : (
            <Text size="sm">
              {t(data.hasInstallationServer ? 'email.installation' : 'email.none')}
            </Text>
          )}
          {mayWrite && (
            <Group gap="sm">
              <Button variant={server ? 'default' : 'filled'} onClick={() => setEditing(data)}>
                {t(server ? 'admin.edit' : 'email.set')}
              </Button>
              {server && (
                <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
                  {t('admin.remove')}
                </Button>
              )}
            </Group>
          )}
        </Section>
      )}
      {mayWrite && (server !== null || data?.hasInstallationServer === true) && <TestMessage />}
      {editing && (
        <ThingForm
          title={t('email.server')}
          fields={fields}
          initial={valuesOf(editing.settings)}
          submitText={t('admin.save')}
          onSubmit={save}
          onClose={() => {
            setEditing(null);
            void refresh();
          }}
        />
      )}
      {isRemoving && server && (
        <RemoveQuestion
          host={server.host}
          onCancel={() => setRemoving(false)}
          onDone={() => {
            setRemoving(false);
            void refresh();
          }}
        />
      )}
    </Stack>
  );
};
