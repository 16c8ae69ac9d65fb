import {
  ActionIcon,
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Tooltip,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { answered, client, type Schemas } from '../../api/client.ts';
import { phoneQuery } from '../../api/queries.ts';
import { useText, type TextKey } from '../../i18n/language.ts';
import { ProblemNote } from '../../lists/problem.tsx';

type Setup = Schemas['PhoneSetup'];

const Copy = ({ value, name }: { readonly value: string; readonly name: string }) => {
  const t = useText();
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('admin.copied') : t('admin.copy')}>
          <ActionIcon
            variant="subtle"
            size="sm"
            aria-label={t('phone.copyOne', { name })}
            onClick={copy}
          >
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
};

const hostPort = ({ host, port }: Setup): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** As the program wants it, ready to paste. Without a password its place is marked. */
const programs = {
  linphone: (setup: Setup, password: string) =>
    `register sip:${setup.sipUsername}@${setup.domain} sip:${hostPort(setup)} ${password}`,
  baresip: (setup: Setup, password: string) =>
    `<sip:${setup.sipUsername}@${hostPort(setup)};transport=udp>;auth_user=${setup.sipUsername};auth_pass=${password};answermode=manual`,
  zoiper: (setup: Setup, password: string) =>
    `${setup.sipUsername}@${hostPort(setup)}\n${password}`,
} as const;
type Program = keyof typeof programs;
const hints: Readonly<Record<Program, TextKey>> = {
  linphone: 'phone.linphone',
  baresip: 'phone.baresip',
  zoiper: 'phone.zoiper',
};
const names: readonly { readonly value: Program; readonly label: string }[] = [
  { value: 'linphone', label: 'Linphone' },
  { value: 'baresip', label: 'baresip' },
  { value: 'zoiper', label: 'Zoiper' },
];

/** What a phone must be told, each value with a button that copies it, and as three usual programs want it. */
export const PhoneLines = ({ setup }: { readonly setup: Setup }) => {
  const t = useText();
  const [program, setProgram] = useState<Program>('linphone');
  const { sipPassword } = setup;
  const rows: readonly (readonly [string, string])[] = [
    [t('phone.server'), setup.host],
    [t('field.port'), String(setup.port)],
    [t('phone.domain'), setup.domain],
    [t('field.sipUsername'), setup.sipUsername],
    ...(sipPassword === null ? [] : [[t('signIn.password'), sipPassword] as const]),
  ];
  const line = programs[program](setup, sipPassword ?? t('phone.password'));
  return (
    <Stack gap="sm">
      {sipPassword !== null && (
        <Alert color="teal" role="status">
          {t('start.phoneText')}
        </Alert>
      )}
      {setup.isLocal && (
        <Text size="sm" c="dimmed">
          {t('phone.local')}
        </Text>
      )}
      <Table verticalSpacing={4} aria-label={t('phone.title')} maw={520}>
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={180} fw={400} c="dimmed" scope="row">
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Group gap="xs" wrap="nowrap">
                  <Code>{value}</Code>
                  <Copy value={value} name={name} />
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Th fw={400} c="dimmed" scope="row">
              {t('admin.transport')}
            </Table.Th>
            <Table.Td>
              <Code>UDP</Code> {t('phone.or')} <Code>TCP</Code>
            </Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Group>
        <SegmentedControl
          size="xs"
          transitionDuration={0}
          aria-label={t('phone.program')}
          data={[...names]}
          value={program}
          onChange={(value) => setProgram(value)}
        />
      </Group>
      <Text size="sm">{t(hints[program])}</Text>
      <Group gap="xs" wrap="nowrap" align="start">
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', flex: 1 }}>
          {line}
        </Code>
        <Copy value={line} name={program} />
      </Group>
    </Stack>
  );
};

/** The set-up of an agent's phone. The password is kept sealed, so a new one is made for whoever needs to see one. */
export const PhoneSetUp = (props: {
  readonly agentId: string;
  /** Just made with the agent; null = a present one that nobody can see. */
  readonly madePassword?: string | null;
}) => {
  const t = useText();
  const queries = useQueryClient();
  const { agentId, madePassword = null } = props;
  const { data, error, refetch } = useQuery(phoneQuery(agentId));
  const renew = useMutation({
    mutationFn: () =>
      answered(client.POST('/agents/{id}/phone', { params: { path: { id: agentId } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['agents'] }),
  });
  if (!data) return error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null;
  const sipPassword = renew.data?.sipPassword ?? madePassword;
  return (
    <Stack gap="sm">
      {renew.isError && <ProblemNote error={renew.error} />}
      <PhoneLines setup={{ ...data, sipPassword }} />
      {sipPassword === null && (
        <Group gap="sm">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconKey size={16} />}
            loading={renew.isPending}
            onClick={() => renew.mutate()}
          >
            {t('phone.renew')}
          </Button>
          <Text size="xs" c="dimmed" flex={1} miw={220}>
            {t('phone.renewText')}
          </Text>
        </Group>
      )}
    </Stack>
  );
};
