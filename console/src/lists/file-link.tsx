import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';

/** Leads to a file that the server writes when it is asked for. */
export const FileLink = (props: {
  readonly href: string;
  readonly text: string;
  readonly isSmall?: boolean;
}): ReactElement => {
  const { href, text, isSmall = false } = props;
  return (
    <Button
      component="a"
      href={href}
      size={isSmall ? 'compact-sm' : 'sm'}
      variant="default"
      leftSection={<IconDownload size={isSmall ? 14 : 16} />}
    >
      {text}
    </Button>
  );
};
