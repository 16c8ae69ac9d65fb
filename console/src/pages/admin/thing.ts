/** How the page of one kind of thing is described: what its list shows, what its form asks, what the server is asked for. */
import type { UseInfiniteQueryOptions, InfiniteData } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { PageOf } from '../../api/pages.ts';
import type { Text, TextKey } from '../../i18n/language.ts';
import type { Column } from '../../lists/list.tsx';

export type Value = string | boolean | readonly string[];
export type Values = Readonly<Record<string, Value>>;

export interface Field {
  /** As the server calls it: a refusal names it. */
  readonly name: string;
  readonly label: TextKey;
  readonly hint?: TextKey;
  readonly hintValues?: Readonly<Record<string, unknown>>;
  readonly kind:
    | 'text'
    | 'email'
    | 'password'
    | 'number'
    | 'lines'
    | 'choice'
    | 'choices'
    | 'switch';
  readonly isRequired?: boolean;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
}

type ListQuery<Item> = UseInfiniteQueryOptions<
  PageOf<Item>,
  Error,
  InfiniteData<PageOf<Item>>,
  readonly unknown[],
  string | null
>;

export interface Identified {
  readonly id: string;
  /** Of what two people can edit. */
  readonly version?: number;
}

export interface Thing<Item extends Identified> {
  readonly title: TextKey;
  readonly text: TextKey;
  /** Word for one of them, in buttons and questions. */
  readonly add: TextKey;
  /** Who may change; others read. */
  readonly writeRight: string;
  readonly query: ListQuery<Item>;
  readonly columns: readonly Column<Item>[];
  readonly nameOf: (item: Item) => string;
  /** For a new one: null. */
  readonly fields: (item: Item | null) => readonly Field[];
  readonly valuesOf: (item: Item | null) => Values;
  /** Absent where none can be made here. */
  readonly create?: (values: Values) => Promise<unknown>;
  readonly change?: (item: Item, values: Values) => Promise<unknown>;
  readonly remove?: (item: Item) => Promise<unknown>;
  /** What will go with it. */
  readonly removing?: (t: Text, item: Item) => string;
  /** Further buttons of a row, before Edit. */
  readonly acts?: (item: Item) => ReactNode;
  /** What is seen only once, after it was made. */
  readonly once?: (made: unknown) => ReactNode;
}

export const textOf = (values: Values, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value.trim() : '';
};
/** Absent when the field was left empty. */
export const textOrAbsent = (values: Values, name: string): string | undefined =>
  textOf(values, name) === '' ? undefined : textOf(values, name);
export const textOrNull = (values: Values, name: string): string | null =>
  textOf(values, name) === '' ? null : textOf(values, name);
export const numberOf = (values: Values, name: string): number | undefined =>
  textOf(values, name) === '' ? undefined : Number(textOf(values, name));
export const listOf = (values: Values, name: string): string[] => {
  const value = values[name];
  return typeof value === 'object' ? [...value] : [];
};
/** One per line. */
export const linesOf = (values: Values, name: string): string[] =>
  textOf(values, name)
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
export const isOn = (values: Values, name: string): boolean => values[name] === true;
