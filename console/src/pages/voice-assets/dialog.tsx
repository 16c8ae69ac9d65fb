import { CloseButton, Group, Modal } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useText } from '../../i18n/language.ts';

/** A dialog with its title; `isBusy` keeps it open while something is on its way. */
export const Dialog = (props: {
  readonly title: string;
  readonly isOpen: boolean;
  readonly isBusy?: boolean;
  readonly size?: string | number;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactElement => {
  const t = useText();
  const { title, isOpen, isBusy = false, size = 'md', onClose, children } = props;
  const close = (): void => {
    if (!isBusy) onClose();
  };
  return (
    <Modal.Root opened={isOpen} onClose={close} size={size}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          {/* The library's own head would be a second page banner to those who listen. */}
          <Group justify="space-between" mb="sm" wrap="nowrap" align="start">
            <Modal.Title fw={600}>{title}</Modal.Title>
            <CloseButton aria-label={t('help.close')} onClick={close} disabled={isBusy} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
};
