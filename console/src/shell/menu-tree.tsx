import { NavLink } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../i18n/language.ts';
import { leadsTo, type MenuNode } from './menu.ts';
import classes from './shell.module.css';

/** The menu as nested links; the branch that leads to the present page stands open. */
export const MenuTree = (props: {
  readonly nodes: readonly MenuNode[];
  readonly path: string;
  readonly onChosen: () => void;
}): ReactNode => {
  const t = useText();
  const { nodes, path, onChosen } = props;
  return nodes.map((node) => {
    const Icon = node.icon;
    const isHere = leadsTo(node, path);
    const shared = {
      label: t(node.text),
      className: classes['entry'] ?? '',
      ...(Icon && { leftSection: <Icon size={18} aria-hidden /> }),
    };
    return node.kind === 'page' ? (
      <NavLink
        key={node.to}
        {...shared}
        renderRoot={(root) => <Link to={node.to} {...root} />}
        active={isHere}
        aria-current={isHere ? 'page' : undefined}
        onClick={onChosen}
      />
    ) : (
      <NavLink
        key={`${node.text} ${isHere}`}
        {...shared}
        component="button"
        type="button"
        defaultOpened={isHere}
        childrenOffset={Icon ? 22 : 12}
      >
        <MenuTree nodes={node.children} path={path} onChosen={onChosen} />
      </NavLink>
    );
  });
};
