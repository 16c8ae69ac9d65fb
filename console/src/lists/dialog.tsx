import { CloseButton, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../i18n/language.ts';

/**
 * A window over the page; `isBusy` keeps it open while something is on its way. The library's own head would be a second page banner to
 * those who listen.
 */
export const Dialog = (props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly isBusy?: boolean;
  readonly size?: string | number;
  readonly children: ReactNode;
}) => {
  const t = useText();
  const { title, isBusy = false, size = 'md', onClose, children } = props;
  const close = (): void => {
    if (!isBusy) onClose();
  };
  return (
    <Modal.Root opened onClose={close} size={size}>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="md">
          <Group justify="space-between" align="start" mb="sm" wrap="nowrap">
            <Modal.Title fw={600} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Modal.Title>
            <CloseButton aria-label={t('help.close')} onClick={close} disabled={isBusy} />
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
};
