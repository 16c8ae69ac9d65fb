import { Card, Center, Group, Image, Modal, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useToken } from '../api/client.ts';
import { expiredKey, sessionQuery, type Session } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { LanguageMenu, ThemeButton } from '../shell/choices.tsx';
import { SignInForm } from './sign-in-form.tsx';

const useSignedIn = (): ((session: Session, isSamePerson: boolean) => void) => {
  const queries = useQueryClient();
  return (session, isSamePerson) => {
    // Nothing that another user saw in this window stays. The session itself is being watched, so it is replaced and not removed.
    if (!isSamePerson)
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    useToken(session.csrfToken);
    queries.setQueryData(sessionQuery.queryKey, session);
    queries.setQueryData(expiredKey, null);
    // What was refused meanwhile is asked for again.
    if (isSamePerson)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
};

export const SignInPage = () => {
  const t = useText();
  const signedIn = useSignedIn();
  return (
    <Center mih="100dvh" p="md" component="main">
      <Card withBorder shadow="sm" padding="xl" radius="md" w="100%" maw={400}>
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
          <SignInForm onSignedIn={(session) => signedIn(session, false)} />
          <Group justify="space-between">
            <LanguageMenu />
            <ThemeButton />
          </Group>
        </Stack>
      </Card>
    </Center>
  );
};

/** Over the page, which keeps what was written in it. Somebody else who signs in here begins with a page of their own. */
export const SignInAgain = ({ expired }: { readonly expired: Session }) => {
  const t = useText();
  const signedIn = useSignedIn();
  const { user, tenant } = expired;
  return (
    <Modal.Root
      opened
      onClose={() => undefined}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
      zIndex={400}
    >
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          <Stack gap="sm">
            <Modal.Title fw={600}>{t('shell.sessionOver')}</Modal.Title>
            <Text size="sm">{t('shell.sessionOverText')}</Text>
            <SignInForm
              email={user.name}
              onSignedIn={(session) =>
                signedIn(session, session.user.id === user.id && session.tenant.id === tenant.id)
              }
            />
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
};
