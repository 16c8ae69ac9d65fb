/** Every page of the console, with what it asks the server for. `docs/console.md` has the same list in words. */

export interface ConsolePage {
  /** As the router has it. */
  readonly route: string;
  /** In the names of pictures. */
  readonly name: string;
  /** Roles that may not see it, as the server says so. */
  readonly closedTo?: readonly ('agent' | 'supervisor')[];
  /** What a new installation shows here is empty: the heading of that. */
  readonly empty?: string;
}

export const consolePages: readonly ConsolePage[] = [
  { route: '/start', name: 'start', closedTo: ['agent', 'supervisor'] },
  { route: '/live', name: 'live', closedTo: ['agent'] },
  { route: '/calls', name: 'calls', empty: 'No calls yet' },
  { route: '/calls/$id', name: 'call' },
  { route: '/recordings', name: 'recordings', empty: 'No recordings yet' },
  { route: '/recordings/$id', name: 'recording' },
  {
    route: '/voice-assets',
    name: 'voice-assets',
    closedTo: ['agent'],
    empty: 'No recording files yet',
  },
  { route: '/outbound-tasks', name: 'tasks', closedTo: ['agent'], empty: 'No outbound tasks yet' },
  { route: '/outbound-tasks/$id', name: 'task', closedTo: ['agent'] },
  { route: '/rosters', name: 'rosters', closedTo: ['agent'], empty: 'No rosters yet' },
  { route: '/do-not-call', name: 'do-not-call', empty: 'Nobody is on the list' },
  { route: '/settings/call', name: 'call-recording', closedTo: ['agent'] },
  { route: '/settings/queues', name: 'queues', empty: 'Nothing here yet' },
  { route: '/settings/agents', name: 'agents', empty: 'Nothing here yet' },
  { route: '/settings/numbers', name: 'numbers', closedTo: ['agent'], empty: 'Nothing here yet' },
  { route: '/settings/trunks', name: 'trunks', closedTo: ['agent'], empty: 'Nothing here yet' },
  { route: '/settings/users', name: 'users', closedTo: ['agent', 'supervisor'] },
  { route: '/settings/tenants', name: 'tenants', closedTo: ['agent', 'supervisor'] },
  {
    route: '/settings/developer',
    name: 'developer',
    closedTo: ['agent', 'supervisor'],
  },
  { route: '/settings/email', name: 'email', closedTo: ['agent'] },
  { route: '/settings/audit-log', name: 'audit-log', closedTo: ['agent', 'supervisor'] },
];
