import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { answered, ApiError, client } from '../api/client.ts';
import type { Session } from '../api/queries.ts';
import { useText, type Text as Words } from '../i18n/language.ts';
import { problemText } from '../lists/problem.tsx';

const refusalText = (t: Words, error: unknown): string => {
  if (error instanceof ApiError && error.status === 401) return t('signIn.wrong');
  return problemText(t, error);
};

export const SignInForm = (props: {
  /** Whom this window knows already. */
  readonly email?: string;
  readonly onSignedIn: (session: Session) => void;
}) => {
  const t = useText();
  const { email: known = '', onSignedIn } = props;
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => answered(client.POST('/sessions', { body: { email, password } })),
    onSuccess: onSignedIn,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!signIn.isPending) signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
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
          autoFocus={known === ''}
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
          {...(known !== '' && { 'data-autofocus': true })}
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
      </Stack>
    </form>
  );
};
