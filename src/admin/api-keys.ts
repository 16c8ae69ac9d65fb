import { ok, refuse } from '#base/result.ts';
import { grantableRoles } from '#core/policy/rights.ts';
import type { ApiKeyRow } from '#ports/admin-store.ts';
import type { Administration, ApiKeyView } from '#ports/administration.ts';
import { invalid, notFound, write, type Desk } from './desk.ts';
import { hashToken, newId, newToken } from './secrets.ts';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const viewOf = (row: ApiKeyRow): ApiKeyView => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  role: row.role,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: iso(row.lastUsedAt),
  expiresAt: iso(row.expiresAt),
  revokedAt: iso(row.revokedAt),
});

/** `crk_` lets secret scanners recognise a key that was committed somewhere. */
const newKey = (): string => `crk_${newToken()}`;
const PREFIX_CHARACTERS = 10;

export const createApiKeys = (desk: Desk): Administration['apiKeys'] => ({
  list: async (who, page) => {
    const found = await desk.store.apiKeys.list(who.tenantId, page);
    return { items: found.items.map(viewOf), nextCursor: found.nextCursor };
  },
  find: async (who, id) => {
    const row = await desk.store.apiKeys.find(who.tenantId, id);
    return row && viewOf(row);
  },
  create: (who, draft) =>
    write(desk, who, {}, async ({ rows, now }) => {
      if (who.kind !== 'system' && !grantableRoles(who.role).includes(draft.role))
        return refuse(invalid('user/role-not-grantable', 'role', 'is above your own role'));
      const key = newKey();
      const row: ApiKeyRow = {
        id: newId(),
        tenantId: who.tenantId,
        name: draft.name,
        prefix: key.slice(0, PREFIX_CHARACTERS),
        keyHash: hashToken(key),
        role: draft.role,
        createdBy: who.kind === 'system' ? null : who.id,
        createdAt: now,
        lastUsedAt: null,
        expiresAt: draft.expiresAt ? new Date(draft.expiresAt) : null,
        revokedAt: null,
      };
      await rows.apiKeys.insert(row);
      const detail = { name: row.name, role: row.role, prefix: row.prefix };
      const note = { action: 'apiKey.create', subjectKind: 'apiKey', subjectId: row.id, detail };
      return ok({ value: { ...viewOf(row), key }, topic: 'settings', note });
    }),
  remove: (who, id) =>
    write(desk, who, {}, async ({ rows, now }) => {
      if (!(await rows.apiKeys.revoke(who.tenantId, id, now))) return refuse(notFound);
      const note = { action: 'apiKey.revoke', subjectKind: 'apiKey', subjectId: id };
      return ok({ value: null, topic: 'settings', note });
    }),
});
