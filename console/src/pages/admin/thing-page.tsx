import { ActionIcon, Alert, Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useText } from '../../i18n/language.ts';
import { ConfirmDialog } from '../../lists/confirm-dialog.tsx';
import { List, type Column } from '../../lists/list.tsx';
import { problemText } from '../../lists/problem.tsx';
import { useCan } from '../../session.tsx';
import { SettingsHead } from './settings-head.tsx';
import { ThingForm } from './thing-form.tsx';
import type { Identified, Thing, Values } from './thing.ts';

const RemoveQuestion = <Item extends { readonly id: string }>(props: {
  readonly thing: Thing<Item>;
  readonly item: Item;
  readonly onRemoved: () => Promise<void>;
  readonly onCancel: () => void;
}) => {
  const t = useText();
  const { thing, item, onRemoved, onCancel } = props;
  const remove = useMutation({
    mutationFn: async () => thing.remove?.(item),
    onSuccess: onRemoved,
  });
  const name = thing.nameOf(item);
  return (
    <ConfirmDialog
      title={t('admin.removeTitle', { name })}
      confirm={t('admin.remove')}
      act={remove}
      onClose={onCancel}
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {thing.removing?.(t, item) ?? t('admin.removeText', { name })}
      </Text>
    </ConfirmDialog>
  );
};

/** The list of one kind of thing, and the dialogs that make, change and remove them. */
export const ThingPage = <Item extends Identified>(props: {
  readonly thing: Thing<Item>;
  readonly aside?: ReactNode;
}): ReactElement => {
  const t = useText();
  const can = useCan();
  const queries = useQueryClient();
  const { thing, aside } = props;
  const list = useInfiniteQuery(thing.query);
  const [editing, setEditing] = useState<Item | 'new' | null>(null);
  const [removing, setRemoving] = useState<Item | null>(null);
  const [made, setMade] = useState<ReactNode>(null);
  const closeButtonProps = { 'aria-label': t('admin.close') };
  const mayWrite = can(thing.writeRight);
  const refresh = (): Promise<void> =>
    queries.invalidateQueries({ queryKey: thing.query.queryKey.slice(0, 1) });

  /** Whoever was told of another's change opens the form again to see it. */
  const stopEditing = (): void => {
    setEditing(null);
    void refresh();
  };

  const undo = async (item: Item): Promise<void> => {
    try {
      // Of what was just saved and of nothing later: a third person's change is not undone with it.
      const saved = item.version === undefined ? item : { ...item, version: item.version + 1 };
      await thing.change?.(saved, thing.valuesOf(item));
      notifications.show({
        message: t('admin.undone', { name: thing.nameOf(item) }),
        closeButtonProps,
      });
    } catch (error) {
      notifications.show({ color: 'red', message: problemText(t, error), closeButtonProps });
    }
    await refresh();
  };
  const tellChanged = (before: Item): void => {
    const id = `undo-${before.id}`;
    notifications.show({
      id,
      autoClose: 10_000,
      closeButtonProps,
      message: (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{t('admin.changed', { name: thing.nameOf(before) })}</Text>
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => {
              notifications.hide(id);
              void undo(before);
            }}
          >
            {t('admin.undo')}
          </Button>
        </Group>
      ),
    });
  };
  const save = async (values: Values): Promise<void> => {
    if (editing === 'new') {
      // Made first and on a line of its own: what has nothing to show once is made all the same.
      const one = await thing.create?.(values);
      setMade(thing.once?.(one) ?? null);
    } else if (editing !== null) {
      await thing.change?.(editing, values);
      tellChanged(editing);
    }
    setEditing(null);
    await refresh();
  };
  const actions: Column<Item> = {
    key: 'actions',
    head: t('admin.actions'),
    width: thing.acts ? 132 : 96,
    cell: (item) => (
      <Group gap={4} wrap="nowrap">
        {thing.acts?.(item)}
        {thing.change && (
          <Tooltip label={t('admin.edit')}>
            <ActionIcon
              variant="subtle"
              aria-label={t('admin.editOne', { name: thing.nameOf(item) })}
              onClick={() => setEditing(item)}
            >
              <IconPencil size={18} />
            </ActionIcon>
          </Tooltip>
        )}
        {thing.remove && (
          <Tooltip label={t('admin.remove')}>
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label={t('admin.removeOne', { name: thing.nameOf(item) })}
              onClick={() => setRemoving(item)}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    ),
  };
  const hasActions =
    mayWrite && [thing.change, thing.remove, thing.acts].some((action) => action !== undefined);
  const item = editing === 'new' ? null : editing;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="start">
        <SettingsHead title={t(thing.title)} text={t(thing.text)} maw={760} />
        {mayWrite && thing.create && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
            {t(thing.add)}
          </Button>
        )}
      </Group>
      {aside}
      {made !== null && made !== undefined && (
        <Alert
          color="teal"
          role="status"
          withCloseButton
          closeButtonLabel={t('admin.close')}
          onClose={() => setMade(null)}
        >
          {made}
        </Alert>
      )}
      <List
        label={t(thing.title)}
        columns={hasActions ? [...thing.columns, actions] : thing.columns}
        keyOf={({ id }) => id}
        query={list}
        empty={{ title: t('admin.none'), text: t(thing.text) }}
      />
      {editing !== null && (
        <ThingForm
          title={item === null ? t(thing.add) : t('admin.editOne', { name: thing.nameOf(item) })}
          fields={thing.fields(item)}
          initial={thing.valuesOf(item)}
          submitText={item === null ? t('start.create') : t('admin.save')}
          onSubmit={save}
          onClose={stopEditing}
        />
      )}
      {removing !== null && (
        <RemoveQuestion
          thing={thing}
          item={removing}
          onCancel={() => setRemoving(null)}
          onRemoved={async () => {
            setRemoving(null);
            await refresh();
          }}
        />
      )}
    </Stack>
  );
};
