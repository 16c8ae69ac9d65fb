import {
  MultiSelect,
  NativeSelect,
  PasswordInput,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useText } from '../../i18n/language.ts';
import { FormDialog } from '../../lists/form-dialog.tsx';
import { useMarkedInSight } from '../../lists/in-sight.tsx';
import { fieldErrorOf } from '../../lists/problem.tsx';
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

/** A dialog that keeps what was written when the server refuses, and marks the field it meant. */
export const ThingForm = (props: {
  readonly title: string;
  readonly size?: string;
  readonly fields: readonly Field[];
  readonly initial: Values;
  readonly submitText: string;
  readonly onSubmit: (values: Values) => Promise<unknown>;
  readonly onClose: () => void;
}) => {
  const t = useText();
  const { title, size = 'lg', fields, initial, submitText, onSubmit, onClose } = props;
  const [values, setValues] = useState(initial);
  const [hasTried, setHasTried] = useState(false);
  const send = useMutation({ mutationFn: () => onSubmit(values) });
  const isMissing = ({ name, isRequired }: Field): boolean => {
    const value = values[name] ?? '';
    return isRequired === true && typeof value === 'string' && value.trim() === '';
  };
  const isMarked = fields.some(({ name }) => fieldErrorOf(t, send.error, name) !== null);
  const form = useMarkedInSight(isMarked, send.error);
  const submit = (): void => {
    const missing = fields.find(isMissing);
    setHasTried(true);
    if (missing) {
      const input = form.current?.elements.namedItem(missing.name);
      if (input instanceof HTMLElement) input.focus();
    } else send.mutate();
  };
  return (
    <FormDialog
      title={title}
      size={size}
      submit={submitText}
      sending={send}
      form={form}
      isMarked={isMarked}
      onSubmit={submit}
      onClose={onClose}
    >
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
    </FormDialog>
  );
};
