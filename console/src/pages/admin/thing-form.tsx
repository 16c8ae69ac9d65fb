import {
  Button,
  Group,
  MultiSelect,
  NativeSelect,
  PasswordInput,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { ApiError } from '../../api/client.ts';
import { useText, type Text as Words } from '../../i18n/language.ts';
import { fieldText } from '../../lists/field-text.ts';
import { ProblemNote } from '../../lists/problem.tsx';
import type { Field, Value, Values } from './thing.ts';

/** What the server says of this very field; `callerNumbers.3` belongs to `callerNumbers`. */
const complaintOf = (t: Words, error: unknown, name: string): string | undefined => {
  if (!(error instanceof ApiError)) return undefined;
  const said = error.fields.filter(({ field }) => field === name || field.startsWith(`${name}.`));
  return said.length === 0 ? undefined : said.map((one) => fieldText(t, one)).join(' ');
};

const FieldInput = (props: {
  readonly field: Field;
  readonly value: Value;
  readonly error: string | undefined;
  readonly onChange: (value: Value) => void;
}) => {
  const t = useText();
  const { field, value, error, onChange } = props;
  const text = typeof value === 'string' ? value : '';
  const shared = {
    name: field.name,
    label: t(field.label),
    description: field.hint && t(field.hint),
    error,
    required: field.isRequired === true,
  };
  const take = (event: { readonly currentTarget: { readonly value: string } }): void =>
    onChange(event.currentTarget.value);
  switch (field.kind) {
    case 'choice':
      return (
        <NativeSelect {...shared} data={[...(field.options ?? [])]} value={text} onChange={take} />
      );
    case 'choices':
      return (
        <MultiSelect
          {...shared}
          data={[...(field.options ?? [])]}
          value={typeof value === 'object' ? [...value] : []}
          onChange={onChange}
          searchable
          clearable
        />
      );
    case 'switch':
      return (
        <Switch
          name={field.name}
          label={shared.label}
          description={shared.description}
          error={error}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'lines':
      return <Textarea {...shared} autosize minRows={2} maxRows={8} value={text} onChange={take} />;
    case 'password':
      return <PasswordInput {...shared} autoComplete="new-password" value={text} onChange={take} />;
    default:
      return (
        <TextInput
          {...shared}
          inputMode={
            field.kind === 'number' ? 'numeric' : field.kind === 'email' ? 'email' : 'text'
          }
          value={text}
          onChange={take}
        />
      );
  }
};

/** Keeps what was written when the server refuses, and marks the field it meant. */
export const ThingForm = (props: {
  readonly fields: readonly Field[];
  readonly initial: Values;
  readonly submitText: string;
  readonly onSubmit: (values: Values) => Promise<unknown>;
  readonly onCancel: () => void;
}) => {
  const t = useText();
  const { fields, initial, submitText, onSubmit, onCancel } = props;
  const [values, setValues] = useState(initial);
  const [hasTried, setHasTried] = useState(false);
  const send = useMutation({ mutationFn: () => onSubmit(values) });
  const isMissing = ({ name, isRequired }: Field): boolean => {
    const value = values[name] ?? '';
    return isRequired === true && typeof value === 'string' && value.trim() === '';
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const missing = fields.find(isMissing);
    setHasTried(true);
    if (missing) {
      const input = event.currentTarget.elements.namedItem(missing.name);
      if (input instanceof HTMLElement) input.focus();
    } else if (!send.isPending) send.mutate();
  };
  const isMarked = fields.some(({ name }) => complaintOf(t, send.error, name) !== undefined);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {send.isError && !isMarked && <ProblemNote error={send.error} />}
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            error={
              hasTried && isMissing(field)
                ? t('admin.required')
                : complaintOf(t, send.error, field.name)
            }
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onCancel}>
            {t('dialog.cancel')}
          </Button>
          <Button type="submit" loading={send.isPending}>
            {submitText}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
