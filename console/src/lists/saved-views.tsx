/** A person's named filters of a list: opened, kept, renamed, removed. */
import { Button, Menu, Text } from '@mantine/core';
import { IconBookmark, IconChevronDown, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answered, client, type Schemas } from '../api/client.ts';
import { savedViewsQuery } from '../api/queries.ts';
import { useWrite } from '../api/write.ts';
import { useText } from '../i18n/language.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { FirstLine } from './first-field.tsx';
import { FormDialog } from './form-dialog.tsx';

type View = Schemas['SavedView'];
type Filter = Readonly<Record<string, string>>;
type Doing =
  | { readonly kind: 'save' }
  | { readonly kind: 'rename'; readonly view: View }
  | { readonly kind: 'remove'; readonly view: View };

const topic = 'saved-views';

const isSame = (one: Filter, other: Filter): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([key, value]) => other[key] === value);

const NameDialog = (props: {
  readonly title: string;
  readonly initial: string;
  readonly write: (name: string) => Promise<unknown>;
  readonly onDone: () => void;
}) => {
  const t = useText();
  const { title, initial, write, onDone } = props;
  const [name, setName] = useState(initial);
  const save = useWrite(topic, write, onDone);
  return (
    <FormDialog
      title={title}
      submit={t('notes.save')}
      sending={save}
      isReady={name.trim() !== ''}
      onSubmit={() => save.mutate(name)}
      onClose={onDone}
    >
      <FirstLine label={t('views.name')} value={name} maxLength={100} onChange={setName} />
    </FormDialog>
  );
};

const RemoveDialog = ({ view, onDone }: { readonly view: View; readonly onDone: () => void }) => {
  const t = useText();
  const path = { id: view.id };
  const remove = useWrite(
    topic,
    () => client.DELETE('/saved-views/{id}', { params: { path } }),
    onDone,
  );
  return (
    <ConfirmDialog
      title={t('views.removeAsk', { name: view.name })}
      confirm={t('notes.remove')}
      act={remove}
      onClose={onDone}
    >
      <Text size="sm">{t('views.removeText')}</Text>
    </ConfirmDialog>
  );
};

const Asking = (props: {
  readonly doing: Doing;
  readonly list: View['list'];
  readonly filter: Filter;
  readonly onDone: () => void;
}) => {
  const t = useText();
  const { doing, list, filter, onDone } = props;
  if (doing.kind === 'remove') return <RemoveDialog view={doing.view} onDone={onDone} />;
  if (doing.kind === 'rename') {
    const path = { id: doing.view.id };
    return (
      <NameDialog
        title={t('views.rename', { name: doing.view.name })}
        initial={doing.view.name}
        write={(name) =>
          answered(client.PATCH('/saved-views/{id}', { params: { path }, body: { name } }))
        }
        onDone={onDone}
      />
    );
  }
  return (
    <NameDialog
      title={t('views.save')}
      initial=""
      write={(name) =>
        answered(client.POST('/saved-views', { body: { list, name, filter: { ...filter } } }))
      }
      onDone={onDone}
    />
  );
};

export const SavedViews = (props: {
  readonly list: View['list'];
  readonly filter: Filter;
  readonly onOpen: (filter: Filter) => void;
}) => {
  const t = useText();
  const { list, filter, onOpen } = props;
  const views = useQuery(savedViewsQuery(list));
  const [doing, setDoing] = useState<Doing | null>(null);
  const items = views.data?.items ?? [];
  /** The list shows these now: they are the ones to rename or remove. */
  const open = items.filter((view) => isSame(view.filter, filter));
  return (
    <>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconBookmark size={16} />}
            rightSection={<IconChevronDown size={14} />}
          >
            {t('views.title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
          {views.error && <Menu.Label c="red">{t('views.failed')}</Menu.Label>}
          {items.length === 0 && !views.error && (
            <Menu.Label c="dimmed">{t('views.none')}</Menu.Label>
          )}
          {items.map((view) => (
            <Menu.Item key={view.id} onClick={() => onOpen(view.filter)}>
              <Text size="sm" truncate title={view.name}>
                {view.name}
              </Text>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            disabled={Object.keys(filter).length === 0}
            onClick={() => setDoing({ kind: 'save' })}
          >
            {t('views.save')}
          </Menu.Item>
          {open.length > 0 && <Menu.Label>{t('views.change')}</Menu.Label>}
          {open.map((view) => (
            <Menu.Item
              key={`${view.id} rename`}
              leftSection={<IconPencil size={14} />}
              onClick={() => setDoing({ kind: 'rename', view })}
            >
              {t('views.rename', { name: view.name })}
            </Menu.Item>
          ))}
          {open.map((view) => (
            <Menu.Item
              key={`${view.id} remove`}
              leftSection={<IconTrash size={14} />}
              onClick={() => setDoing({ kind: 'remove', view })}
            >
              {t('views.remove', { name: view.name })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {doing && <Asking doing={doing} list={list} filter={filter} onDone={() => setDoing(null)} />}
    </>
  );
};
