import { ActionIcon, CloseButton, Group, Kbd, Modal, Table, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useText, type TextKey } from '../i18n/language.ts';
import { isTyping } from './typing.ts';

const keys: readonly { readonly keys: readonly string[]; readonly text: TextKey }[] = [
  { keys: ['Space', 'K'], text: 'help.play' },
  { keys: ['←', '→'], text: 'help.step' },
  { keys: ['J', 'L'], text: 'help.leap' },
  { keys: ['<', '>'], text: 'help.speed' },
  { keys: ['1', '2'], text: 'help.mute' },
  { keys: ['Home'], text: 'help.start' },
  { keys: ['/'], text: 'help.search' },
  { keys: ['?'], text: 'help.help' },
];

/** `?` anywhere, or the button. */
export const KeyboardHelp = () => {
  const t = useText();
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
            <Table verticalSpacing={6} aria-label={t('help.title')}>
              <Table.Tbody>
                {keys.map(({ keys: names, text }) => (
                  <Table.Tr key={text}>
                    <Table.Td w={140}>
                      {names.map((name) => (
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
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
};
