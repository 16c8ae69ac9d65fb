import { ok, refuse, type Result } from '#base/result.ts';
import type { AgentId, UserId } from '#core/ids.ts';
import { grantableRoles, type UserRole } from '#core/policy/rights.ts';
import type { UserRow } from '#ports/admin-store.ts';
import type { Administration, NewUser, Refusal, UserView } from '#ports/administration.ts';
import { createCollection } from './collection.ts';
import { given, invalid, type Context, type Desk } from './desk.ts';
import { checkQueueIds } from './queues.ts';
import { newId } from './secrets.ts';

const viewOf = (row: UserRow): UserView => ({
  id: row.id,
  version: row.version,
  email: row.email,
  name: row.name,
  role: row.role,
  agentId: row.agentId,
  queueIds: row.queueIds,
  disabled: row.disabledAt !== null,
  createdAt: row.createdAt.toISOString(),
});

const checkAgent = async (
  { rows, who }: Context,
  id: string | null,
): Promise<Result<AgentId | null, Refusal>> => {
  if (id === null || (await rows.agents.find(who.tenantId, id))) return ok(id as AgentId | null);
  return refuse(invalid('user/unknown-agent', 'agentId', 'there is no such agent'));
};

/** Nobody touches a user above themselves, and nobody gives away a role above their own. */
const checkRoles = (context: Context, ...roles: readonly UserRole[]): Refusal | null => {
  if (context.who.kind === 'system') return null;
  const grantable = grantableRoles(context.who.role);
  return roles.every((role) => grantable.includes(role))
    ? null
    : invalid('user/role-not-grantable', 'role', 'is above your own role');
};

const administers = (row: UserRow): boolean =>
  row.disabledAt === null && (row.role === 'admin' || row.role === 'owner');

/** Whether the tenant would be left without anybody who can administer it. */
const leavesNobody = async (
  { rows }: Context,
  before: UserRow,
  after: UserRow | null,
): Promise<boolean> => {
  if (!administers(before) || (after && administers(after))) return false;
  const admins = await rows.users.countEnabled(before.tenantId, 'admin');
  const owners = await rows.users.countEnabled(before.tenantId, 'owner');
  return admins + owners <= 1;
};

export const createUsers = (desk: Desk): Administration['users'] =>
  createCollection(desk, {
    subject: 'user',
    topic: 'settings',
    table: (rows) => rows.users,
    view: viewOf,
    secrets: (row) => ({ password: row.passwordHash }),
    taken: { users_email: { code: 'user/email-taken', field: 'email' } },
    build: async (context, draft: NewUser) => {
      const refusal = checkRoles(context, draft.role);
      if (refusal) return refuse(refusal);
      const agentId = await checkAgent(context, draft.agentId ?? null);
      if (!agentId.ok) return agentId;
      const queueIds = await checkQueueIds(context, draft.queueIds ?? []);
      if (!queueIds.ok) return queueIds;
      const row: UserRow = {
        id: newId() as UserId,
        version: 1,
        tenantId: context.who.tenantId,
        email: draft.email.toLowerCase(),
        name: draft.name ?? draft.email,
        passwordHash: await desk.passwords.hash(draft.password),
        role: draft.role,
        agentId: agentId.value,
        queueIds: queueIds.value,
        createdAt: context.now,
        disabledAt: null,
      };
      return ok({ row, created: viewOf(row) });
    },
    alter: async (context, before, change) => {
      const next = { ...before, ...given(change) };
      const refusal = checkRoles(context, before.role, next.role);
      if (refusal) return refuse(refusal);
      const agentId = await checkAgent(context, next.agentId);
      if (!agentId.ok) return agentId;
      const queueIds = await checkQueueIds(context, next.queueIds);
      if (!queueIds.ok) return queueIds;
      const disabled = change.disabled ?? before.disabledAt !== null;
      const after: UserRow = {
        ...before,
        email: next.email.toLowerCase(),
        name: next.name,
        role: next.role,
        agentId: agentId.value,
        queueIds: queueIds.value,
        disabledAt: disabled ? (before.disabledAt ?? context.now) : null,
        passwordHash:
          change.password === undefined
            ? before.passwordHash
            : await desk.passwords.hash(change.password),
      };
      if (await leavesNobody(context, before, after))
        return refuse({ code: 'user/last-administrator' });
      // Whoever holds a session of this user signs in again under the new facts.
      if (after.passwordHash !== before.passwordHash || after.disabledAt !== null)
        await context.rows.sessions.removeOfUser(before.id);
      return ok(after);
    },
    mayRemove: async (context, row) =>
      checkRoles(context, row.role) ??
      ((await leavesNobody(context, row, null)) ? { code: 'user/last-administrator' } : null),
  });
