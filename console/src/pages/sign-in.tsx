import {
  Alert,
  Button,
  Card,
  Center,
  Group,
  Image,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { answered, ApiError, client, useToken } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { useText, type Text as Words } from '../i18n/language.ts';
import { problemText } from '../lists/problem.tsx';
import { LanguageMenu, ThemeButton } from '../shell/choices.tsx';

const refusalText = (t: Words, error: unknown): string => {
  if (error instanceof ApiError && error.status === 401) return t('signIn.wrong');
  return problemText(t, error);
};

export const SignInPage = () => {
  const t = useText();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => answered(client.POST('/sessions', { body: { email, password } })),
    onSuccess: (session) => {
      // Nothing that another user saw in this window stays. The session itself is being watched, so it is replaced and not removed.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      useToken(session.csrfToken);
      queries.setQueryData(sessionQuery.queryKey, session);
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!signIn.isPending) signIn.mutate();
  };
  return (
    <Center mih="100dvh" p="md" component="main">
      <Card withBorder shadow="sm" padding="xl" radius="md" w="100%" maw={400}>
        <form onSubmit={submit}>
          <Stack>
            <Group gap="sm">
              <Image src="/favicon.svg" alt="" w={32} h={32} />
              <Stack gap={0}>
                <Title order={1} size="h3">
                  Callreel
                </Title>
                <Text size="sm" c="dimmed">
                  {t('signIn.title')}
                </Text>
              </Stack>
            </Group>
            {signIn.isError && (
              <Alert color="red" role="alert">
                {refusalText(t, signIn.error)}
              </Alert>
            )}
            <TextInput
              label={t('signIn.email')}
              name="email"
              type="text"
              inputMode="email"
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label={t('signIn.password')}
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              maxLength={200}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            />
            <Button type="submit" loading={signIn.isPending}>
              {t('signIn.do')}
            </Button>
            <Group justify="space-between">
              <LanguageMenu />
              <ThemeButton />
            </Group>
          </Stack>
        </form>
      </Card>
    </Center>
  );
};
