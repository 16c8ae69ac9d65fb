/** The field a form opens on: the cursor stands in it, and it has to be filled in. */
import { Textarea, TextInput, type TextareaProps, type TextInputProps } from '@mantine/core';
import type { ReactElement } from 'react';

interface Written {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export const FirstLine = ({
  onChange,
  ...field
}: Omit<TextInputProps, keyof Written> & Written): ReactElement => (
  <TextInput
    required
    data-autofocus
    {...field}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  />
);

/** Several lines; it grows with them. */
export const FirstLines = ({
  onChange,
  ...field
}: Omit<TextareaProps, keyof Written> & Written): ReactElement => (
  <Textarea
    required
    autosize
    data-autofocus
    {...field}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  />
);
