/** What can be opened, in the order of the work of a day. Only pages that exist; of those only what a user's rights open. */
import {
  IconActivity,
  IconMicrophone,
  IconPhone,
  IconRocket,
  IconSettings,
  IconWaveSine,
  type Icon,
} from '@tabler/icons-react';
import type { TextKey } from '../i18n/language.ts';

export interface MenuPage {
  readonly kind: 'page';
  readonly to: string;
  readonly text: TextKey;
  readonly icon?: Icon;
  readonly right: string;
}

export interface MenuGroup {
  readonly kind: 'group';
  readonly text: TextKey;
  readonly icon?: Icon;
  readonly children: readonly MenuNode[];
}

export type MenuNode = MenuPage | MenuGroup;

const page = (to: string, text: TextKey, right: string, icon?: Icon): MenuPage => ({
  kind: 'page',
  to,
  text,
  right,
  ...(icon && { icon }),
});

export const menu: readonly MenuNode[] = [
  page('/live', 'board.title', 'live:read', IconActivity),
  page('/calls', 'calls.title', 'calls:read', IconPhone),
  page('/recordings', 'recordings.title', 'recordings:read', IconWaveSine),
  {
    kind: 'group',
    text: 'voice.menu',
    icon: IconMicrophone,
    children: [
      {
        kind: 'group',
        text: 'voiceAssets.menu',
        children: [page('/voice-assets', 'voiceAssets.title', 'voice-assets:read')],
      },
      {
        kind: 'group',
        text: 'autoCall.menu',
        children: [
          page('/outbound-tasks', 'outbound.title', 'tasks:read'),
          page('/rosters', 'rosters.title', 'rosters:read'),
          page('/do-not-call', 'doNotCall.title', 'do-not-call:read'),
        ],
      },
    ],
  },
  {
    kind: 'group',
    text: 'menu.settings',
    icon: IconSettings,
    children: [
      page('/settings/call', 'menu.call', 'settings:read'),
      // An agent reads names of queues and the own row, and is not led to how the centre is set up.
      page('/settings/queues', 'menu.queue', 'settings:read'),
      page('/settings/agents', 'menu.agents', 'settings:read'),
      page('/settings/numbers', 'menu.numbers', 'numbers:read'),
      page('/settings/trunks', 'menu.trunks', 'trunks:read'),
      page('/settings/email', 'menu.email', 'settings:read'),
      page('/settings/users', 'menu.users', 'users:read'),
      page('/settings/tenants', 'menu.tenants', 'tenants:read'),
      page('/settings/developer', 'menu.developer', 'api-keys:read'),
      page('/settings/audit-log', 'menu.audit', 'audit-log:read'),
    ],
  },
  page('/start', 'start.title', 'numbers:write', IconRocket),
];

/** The nodes a user may open; a group without any is left out. */
export const openTo = (
  nodes: readonly MenuNode[],
  can: (right: string) => boolean,
): readonly MenuNode[] =>
  nodes.flatMap((node): readonly MenuNode[] => {
    if (node.kind === 'page') return can(node.right) ? [node] : [];
    const children = openTo(node.children, can);
    return children.length === 0 ? [] : [{ ...node, children }];
  });

export const leadsTo = (node: MenuNode, path: string): boolean =>
  node.kind === 'page'
    ? path === node.to || path.startsWith(`${node.to}/`)
    : node.children.some((child) => leadsTo(child, path));

/** The page of the menu that this address belongs to; null for what the menu does not know. */
export const pageAt = (nodes: readonly MenuNode[], path: string): MenuPage | null => {
  for (const node of nodes) {
    if (!leadsTo(node, path)) continue;
    return node.kind === 'page' ? node : pageAt(node.children, path);
  }
  return null;
};
