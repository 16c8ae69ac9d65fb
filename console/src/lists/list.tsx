/** A list of the server: loading, empty, refused, broken, and the pages that come after the first. */
import {
  Button,
  Center,
  Checkbox,
  Group,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
  UnstyledButton,
} from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { PageOf } from '../api/pages.ts';
import { useText } from '../i18n/language.ts';
import { ProblemNote } from './problem.tsx';
import classes from './list.module.css';

export interface Column<Item> {
  readonly key: string;
  readonly head: string;
  readonly cell: (item: Item) => ReactNode;
  readonly width?: number | string;
  /** Words of any length stand here, such as addresses: they break where they must, so that the last columns stay in sight. */
  readonly isLong?: boolean;
  /** For a column by which the server can order the list. */
  readonly sort?: { readonly direction: 'asc' | 'desc' | null; readonly onSort: () => void };
}

interface ListProps<Item> {
  readonly label: string;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  readonly query: UseInfiniteQueryResult<InfiniteData<PageOf<Item>>>;
  readonly empty: { readonly title: string; readonly text: string };
  /** With a box in front of each row. */
  readonly selection?: Selection<Item>;
  /** Pixels below which it is moved sideways; that of a page unless told. */
  readonly minWidth?: number;
}

export interface Selection<Item> {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
  readonly nameOf: (item: Item) => string;
}

const SelectAll = (props: {
  readonly shown: readonly string[];
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}) => {
  const t = useText();
  const { shown, ids, onChange } = props;
  const isAll = shown.every((id) => ids.has(id));
  return (
    <Checkbox
      aria-label={t('list.selectShown')}
      checked={isAll}
      indeterminate={!isAll && shown.some((id) => ids.has(id))}
      onChange={() => onChange(new Set(isAll ? [] : [...ids, ...shown]))}
    />
  );
};

const SelectOne = (props: {
  readonly id: string;
  readonly name: string;
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}) => {
  const t = useText();
  const { id, name, ids, onChange } = props;
  return (
    <input
      type="checkbox"
      className={classes['box']}
      aria-label={t('list.select', { name })}
      checked={ids.has(id)}
      onChange={({ currentTarget: { checked } }) => {
        const next = new Set(ids);
        if (checked) next.add(id);
        else next.delete(id);
        onChange(next);
      }}
    />
  );
};

const Waiting = () => {
  const t = useText();
  return (
    <Stack gap="xs" role="status" aria-label={t('list.loading')}>
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <Skeleton key={row} height={36} />
      ))}
    </Stack>
  );
};

const ariaSort = (sort: Column<unknown>['sort']): 'ascending' | 'descending' | 'none' | undefined =>
  sort && (sort.direction === null ? 'none' : `${sort.direction}ending`);

const SortButton = (
  props: { readonly head: string } & NonNullable<Column<unknown>['sort']>,
): ReactNode => {
  const { head, direction, onSort } = props;
  const Icon = { asc: IconArrowUp, desc: IconArrowDown, none: IconArrowsSort }[direction ?? 'none'];
  return (
    <UnstyledButton fw={700} fz="sm" onClick={onSort} className={classes['sort'] ?? ''}>
      {head}
      <Icon size={14} aria-hidden />
    </UnstyledButton>
  );
};

export const List = <Item,>(props: ListProps<Item>) => {
  const { label, columns, keyOf, query, empty, selection, minWidth = 860 } = props;
  const t = useText();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  if (isPending) return <Waiting />;
  if (!data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  const items = data.pages.flatMap((page) => page.items);
  return (
    <Stack gap="xs">
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {items.length === 0 ? (
        <Center mih={240}>
          <Stack gap={4} align="center" maw={460}>
            <Title order={2} size="h4">
              {empty.title}
            </Title>
            <Text c="dimmed" ta="center">
              {empty.text}
            </Text>
          </Stack>
        </Center>
      ) : (
        <Table.ScrollContainer
          minWidth={minWidth}
          scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
        >
          <Table
            className={classes['table'] ?? ''}
            verticalSpacing="xs"
            // Ten columns in the longest language are to fit the narrowest usual desk.
            horizontalSpacing={6}
            aria-label={label}
          >
            <Table.Thead>
              <Table.Tr>
                {selection && (
                  <Table.Th w={36}>
                    <SelectAll {...selection} shown={items.map(keyOf)} />
                  </Table.Th>
                )}
                {columns.map(({ key, head, width, sort }) => (
                  <Table.Th key={key} w={width ?? 'auto'} aria-sort={ariaSort(sort)}>
                    {sort ? <SortButton head={head} {...sort} /> : head}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {/* Plain elements: of the library's own there would be five hundred, a quarter of a second of drawing. */}
              {items.map((item) => (
                <tr key={keyOf(item)}>
                  {selection && (
                    <td>
                      <SelectOne {...selection} id={keyOf(item)} name={selection.nameOf(item)} />
                    </td>
                  )}
                  {columns.map(({ key, cell, isLong = false }) => (
                    <td key={key} className={isLong ? classes['long'] : undefined}>
                      {cell(item)}
                    </td>
                  ))}
                </tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {items.length > 0 && t('list.shown', { count: items.length })}
        </Text>
        {hasNextPage && (
          <Button
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t('list.more')}
          </Button>
        )}
      </Group>
    </Stack>
  );
};
