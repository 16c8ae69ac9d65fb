/** A state as a sign and its word, never by colour alone. Plain elements: a list has one in each of its rows. */
import type { CSSProperties, ReactNode } from 'react';
import classes from './sign.module.css';

export type SignColor = 'red' | 'orange' | 'blue' | 'cyan' | 'teal' | 'violet' | 'gray';

const styles = (color: SignColor): CSSProperties & Record<'--sign-color', string> => ({
  '--sign-color': `var(--mantine-color-${color}-outline)`,
});

export const Sign = (props: {
  readonly color: SignColor;
  readonly icon: ReactNode;
  readonly text: string;
}) => (
  <span className={classes['sign']} style={styles(props.color)} data-sign>
    {props.icon}
    {props.text}
  </span>
);
