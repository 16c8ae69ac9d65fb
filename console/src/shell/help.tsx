import {
  ActionIcon,
  Anchor,
  CloseButton,
  Group,
  Kbd,
  Modal,
  Table,
  Text,
  Tooltip,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Fragment, useEffect } from 'react';
import { useText, type TextKey } from '../i18n/language.ts';
import { useCan } from '../session.tsx';
import { isTyping } from './typing.ts';

interface Row {
  readonly keys: readonly string[];
  readonly text: TextKey;
}

/** Every key the console listens to, and those of the browser that people ask for. */
const groups: readonly { readonly title: TextKey; readonly rows: readonly Row[] }[] = [
  {
    title: 'help.group.anywhere',
    rows: [
      { keys: ['/'], text: 'help.search' },
      { keys: ['?'], text: 'help.help' },
      { keys: ['Tab', 'Shift+Tab'], text: 'help.next' },
      { keys: ['Enter', 'Space'], text: 'help.press' },
    ],
  },
  {
    title: 'help.group.lists',
    rows: [
      { keys: ['↑', '↓'], text: 'help.choose' },
      { keys: ['←', '→'], text: 'help.table' },
      { keys: ['Esc'], text: 'help.close.key' },
    ],
  },
  {
    title: 'help.group.player',
    rows: [
      { keys: ['Space', 'K'], text: 'help.play' },
      { keys: ['←', '→'], text: 'help.step' },
      { keys: ['J', 'L'], text: 'help.leap' },
      { keys: ['<', '>'], text: 'help.speed' },
      { keys: ['1', '2'], text: 'help.mute' },
      { keys: ['Home'], text: 'help.start' },
      { keys: ['A', 'B', 'C'], text: 'help.loop' },
      { keys: ['S'], text: 'help.skip' },
    ],
  },
];

/** `?` anywhere, or the button. */
export const KeyboardHelp = () => {
  const t = useText();
  const can = useCan();
  const [isOpen, { open, close }] = useDisclosure(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === '?' && !isTyping(event.target)) open();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [open]);
  return (
    <>
      <Tooltip label={`${t('help.title')} (?)`}>
        <ActionIcon variant="default" size={30} aria-label={t('help.title')} onClick={open}>
          <IconKeyboard size={16} />
        </ActionIcon>
      </Tooltip>
      <Modal.Root opened={isOpen} onClose={close}>
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Body pt="md">
            {/* The library's own head would be a second page banner to those who listen. */}
            <Group justify="space-between" mb="sm">
              <Modal.Title fw={600}>{t('help.title')}</Modal.Title>
              <CloseButton aria-label={t('help.close')} onClick={close} />
            </Group>
            {groups.map(({ title, rows }) => (
              <Fragment key={title}>
                <Text size="sm" c="dimmed" mt="sm">
                  {t(title)}
                </Text>
                <Table verticalSpacing={6} aria-label={t(title)}>
                  <Table.Tbody>
                    {rows.map(({ keys, text }) => (
                      <Table.Tr key={text}>
                        <Table.Td w={150}>
                          {keys.map((name) => (
                            <Kbd key={name} mr={6}>
                              {name}
                            </Kbd>
                          ))}
                        </Table.Td>
                        <Table.Td>
                          <Text size="sm">{t(text)}</Text>
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Fragment>
            ))}
            {can('numbers:write') && (
              <Anchor
                size="sm"
                display="block"
                mt="md"
                renderRoot={(root) => <Link to="/start" {...root} onClick={close} />}
              >
                {t('start.title')}
              </Anchor>
            )}
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
};
