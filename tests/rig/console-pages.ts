/** Every page of the console, with what it asks the server for. `docs/console.md` has the same list in words. */

import type { Right } from '#core/policy/rights.ts';

export interface ConsolePage {
  /** As the router has it. */
  readonly route: string;
  /** In the names of pictures. */
  readonly name: string;
  /** Whoever has it sees the page; the menu leads there, and the server refuses nothing of it. */
  readonly right: Right;
  /** What a new installation shows here is empty: the heading of that. */
  readonly empty?: string;
}

export const consolePages: readonly ConsolePage[] = [
  { route: '/start', name: 'start', right: 'numbers:write' },
  { route: '/live', name: 'live', right: 'live:read' },
  { route: '/calls', name: 'calls', right: 'calls:read', empty: 'No calls yet' },
  { route: '/calls/$id', name: 'call', right: 'calls:read' },
  {
    route: '/recordings',
    name: 'recordings',
    right: 'recordings:read',
    empty: 'No recordings yet',
  },
  { route: '/recordings/$id', name: 'recording', right: 'recordings:read' },
  {
    route: '/voice-assets',
    name: 'voice-assets',
    right: 'voice-assets:read',
    empty: 'No recording files yet',
  },
  { route: '/outbound-tasks', name: 'tasks', right: 'tasks:read', empty: 'No outbound tasks yet' },
  { route: '/outbound-tasks/$id', name: 'task', right: 'tasks:read' },
  { route: '/rosters', name: 'rosters', right: 'rosters:read', empty: 'No rosters yet' },
  {
    route: '/do-not-call',
    name: 'do-not-call',
    right: 'do-not-call:read',
    empty: 'Nobody is on the list',
  },
  { route: '/settings/call', name: 'call-recording', right: 'settings:read' },
  { route: '/settings/queues', name: 'queues', right: 'settings:read', empty: 'Nothing here yet' },
  { route: '/settings/agents', name: 'agents', right: 'settings:read', empty: 'Nothing here yet' },
  { route: '/settings/numbers', name: 'numbers', right: 'numbers:read', empty: 'Nothing here yet' },
  { route: '/settings/trunks', name: 'trunks', right: 'trunks:read', empty: 'Nothing here yet' },
  { route: '/settings/users', name: 'users', right: 'users:read' },
  { route: '/settings/tenants', name: 'tenants', right: 'tenants:read' },
  {
    route: '/settings/developer',
    name: 'developer',
    right: 'api-keys:read',
  },
  { route: '/settings/email', name: 'email', right: 'settings:read' },
  { route: '/settings/audit-log', name: 'audit-log', right: 'audit-log:read' },
];
