/** Who may do what (spec decision 33), as one table that both the API and people can read. */

export const userRoles = ['owner', 'admin', 'supervisor', 'agent', 'auditor'] as const;
export type UserRole = (typeof userRoles)[number];

/**
 * How far a right reaches: all tenants (facts about them, never their recordings), the own tenant, what belongs to the own queues, or
 * what one took part in.
 */
export type Reach = 'installation' | 'tenant' | 'queues' | 'own';

type Row = Readonly<Partial<Record<UserRole, Reach>>>;

const administrators: Row = { owner: 'tenant', admin: 'tenant' };
const readers: Row = { ...administrators, auditor: 'tenant' };
const byOwnQueues: Row = { ...readers, supervisor: 'queues', agent: 'own' };
const everybody: Row = { ...readers, supervisor: 'tenant', agent: 'tenant' };

export const rights = {
  'tenants:read': { owner: 'installation', admin: 'tenant', auditor: 'tenant' },
  'tenants:create': { owner: 'installation' },
  'tenants:write': { owner: 'installation', admin: 'tenant' },
  'users:read': readers,
  'users:write': administrators,
  'api-keys:read': readers,
  'api-keys:write': administrators,
  'audit-log:read': readers,
  'trunks:read': readers,
  'trunks:write': administrators,
  'numbers:read': { ...readers, supervisor: 'tenant' },
  'numbers:write': administrators,
  'queues:read': everybody,
  'queues:write': administrators,
  'agents:read': { ...readers, supervisor: 'tenant', agent: 'own' },
  'agents:write': administrators,
  'agents:state': { ...administrators, supervisor: 'queues', agent: 'own' },
  'settings:read': { ...readers, supervisor: 'tenant' },
  'settings:write': administrators,
  'calls:read': byOwnQueues,
  'calls:place': { ...administrators, supervisor: 'queues', agent: 'own' },
  'calls:act': { ...administrators, supervisor: 'queues', agent: 'own' },
  /** In silence, while the call is up. */
  'calls:listen': { ...administrators, supervisor: 'queues' },
  /** The wallboard, with colleagues by name. */
  'live:read': { ...readers, supervisor: 'queues' },
  'recordings:read': byOwnQueues,
  'recordings:play': byOwnQueues,
  /** A copy leaves the house: not for agents. */
  'recordings:download': { ...readers, supervisor: 'queues' },
  'legal-hold:write': administrators,
  /** Notes and tags: of whoever works with the recording; an auditor reads them. */
  'notes:write': { ...administrators, supervisor: 'queues', agent: 'own' },
  /** Notes of others. */
  'notes:remove': administrators,
  'rosters:read': { ...readers, supervisor: 'tenant' },
  'rosters:write': administrators,
  /** Everybody who dials is to see whom not to. */
  'do-not-call:read': everybody,
  'do-not-call:write': { ...administrators, supervisor: 'tenant' },
  'tasks:read': { ...readers, supervisor: 'tenant' },
  'tasks:write': administrators,
  'voice-assets:read': { ...readers, supervisor: 'tenant' },
  'voice-assets:write': administrators,
  'alarms:read': readers,
  'events:read': everybody,
} as const satisfies Readonly<Record<string, Row>>;

export type Right = keyof typeof rights;

/** How far the right reaches for this role, or null when the role does not have it. */
export const reachOf = (role: UserRole, right: Right): Reach | null => {
  const row: Row = rights[right];
  return row[role] ?? null;
};

export const rightsOf = (role: UserRole): readonly Right[] =>
  (Object.keys(rights) as Right[]).filter((right) => reachOf(role, right) !== null);

/** Roles that somebody of `role` may give away: nobody hands out more than their own. */
export const grantableRoles = (role: UserRole): readonly UserRole[] => {
  if (role === 'owner') return userRoles;
  if (role === 'admin') return ['admin', 'supervisor', 'agent', 'auditor'];
  return [];
};
