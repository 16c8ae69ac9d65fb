import { Box } from '@mantine/core';
import { useDeferredValue, type ReactNode } from 'react';

/** Drawn right after what one came for has been, in a place that is kept for it so that nothing moves. */
export const Later = (props: {
  readonly children: ReactNode;
  /** Pixels. */
  readonly height: number;
}) => {
  const { children, height } = props;
  const isTurn = useDeferredValue(true, false);
  return isTurn ? children : <Box mih={height} />;
};
