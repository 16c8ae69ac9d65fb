import { Alert, Anchor, Button, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconPhoneCall, IconSparkles } from '@tabler/icons-react';
import { answered, client } from '../api/client.ts';
import { useText } from '../i18n/language.ts';
import { Section } from '../lists/facts.tsx';
import { ProblemNote } from '../lists/problem.tsx';

/** What a phone must be told to be this agent's; the password is not kept anywhere in the clear. */
export const PhoneSetup = (props: {
  readonly sipUsername: string;
  readonly sipPassword: string | null;
}) => {
  const t = useText();
  const { sipUsername, sipPassword } = props;
  return (
    <Alert color="teal" role="status" title={t('start.phone')}>
      <Text size="sm">{t('start.phoneText')}</Text>
      <Code block mt="xs">
        {`${t('field.sipUsername')}: ${sipUsername}\n${t('signIn.password')}: ${sipPassword ?? '–'}`}
      </Code>
    </Alert>
  );
};

/** The shortest way: a ready centre in one click, and a call to it from the built-in phone. */
export const TryOut = () => {
  const t = useText();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => answered(client.POST('/try-out')),
    // Nearly everything on this page is different now.
    onSuccess: () => queries.invalidateQueries(),
    onError: () => undefined,
  });
  const call = useMutation({
    mutationFn: () => answered(client.POST('/try-out/call')),
    onError: () => undefined,
  });
  const failed = [make, call].find(({ isError }) => isError);
  return (
    <Section title={t('start.tryOut')}>
      <Stack gap="sm">
        <Text size="sm">{t('start.tryOutText')}</Text>
        {failed && <ProblemNote error={failed.error} />}
        {make.data && <PhoneSetup {...make.data.agent} />}
        {call.data && (
          <Alert color="teal" role="status">
            {t('start.calling')}{' '}
            <Anchor
              inherit
              renderRoot={(props) => (
                <Link to="/recordings" search={{ number: call.data.callerNumber }} {...props} />
              )}
            >
              {t('recordings.title')}
            </Anchor>
          </Alert>
        )}
        <Group>
          <Button
            variant="default"
            leftSection={<IconSparkles size={16} />}
            loading={make.isPending}
            onClick={() => make.mutate()}
          >
            {t('start.tryOutDo')}
          </Button>
          <Button
            leftSection={<IconPhoneCall size={16} />}
            loading={call.isPending}
            onClick={() => call.mutate()}
          >
            {t('start.callMe')}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
};
