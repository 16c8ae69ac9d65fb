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
import { useText } from '../../i18n/language.ts';
import { InSight, useMarkedInSight } from '../../lists/in-sight.tsx';
import { fieldErrorOf, ProblemNote } from '../../lists/problem.tsx';
import type { Field, Value, Values } from './thing.ts';

const FieldInput = (props: {
  readonly field: Field;
  readonly value: Value;
  readonly error: string | null;
  readonly onChange: (value: Value) => void;
}) => {
  const t = useText();
  const { field, value, error, onChange } = props;
  const text = typeof value === 'string' ? value : '';
  const shared = {
    name: field.name,
    label: t(field.label),
    description: field.hint && t(field.hint, field.hintValues),
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
  const isMarked = fields.some(({ name }) => fieldErrorOf(t, send.error, name) !== null);
  const form = useMarkedInSight(isMarked, send.error);
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="sm">
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            error={
              hasTried && isMissing(field)
                ? t('admin.required')
                : fieldErrorOf(t, send.error, field.name)
            }
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {send.isError && !isMarked && (
          <InSight>
            <ProblemNote error={send.error} />
          </InSight>
        )}
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
