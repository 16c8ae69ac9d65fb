/** What a new installation begins with: one tenant and somebody who can sign in. */
import { ok } from '#base/result.ts';
import type { TenantId, UserId } from '#core/ids.ts';
import type { Principal } from '#ports/administration.ts';
import { write, type Desk } from './desk.ts';
import { newId, newPassword } from './secrets.ts';
import { buildTenant } from './tenants.ts';

/** The program itself, acting for nobody: command line, first run. */
export const systemPrincipal = (tenantId: TenantId): Principal => ({
  kind: 'system',
  id: 'system',
  name: 'command line',
  tenantId,
  role: 'owner',
  agentId: null,
  queueIds: [],
  address: null,
});

export interface FirstAdmin {
  readonly email: string;
  /** The one that was made; null when the configuration brought one. */
  readonly password: string | null;
}

/**
 * On an installation without users: makes the tenant `Default` and its first user, who is owner of the installation and administers that
 * tenant. Afterwards it does nothing.
 *
 * @returns the sign-in to print once, or null when there are users already
 */
export const ensureFirstAdmin = async (
  desk: Desk,
  wanted: { readonly email: string; readonly password: string | null },
): Promise<FirstAdmin | null> => {
  if ((await desk.store.users.countAll()) > 0) return null;
  const made = wanted.password === null ? newPassword() : null;
  const passwordHash = await desk.passwords.hash(wanted.password ?? made ?? '');
  const email = wanted.email.toLowerCase();
  // The tenant of the principal exists only inside: the audit line is written for the tenant that is made.
  const tenantId = newId() as TenantId;
  const result = await write(desk, systemPrincipal(tenantId), {}, async (context) => {
    const tenant = { ...(await buildTenant(context, { name: 'Default' })), id: tenantId };
    await context.rows.tenants.insert(tenant);
    const id = newId() as UserId;
    await context.rows.users.insert({
      id,
      version: 1,
      tenantId,
      email,
      name: 'Administrator',
      passwordHash,
      role: 'owner',
      agentId: null,
      queueIds: [],
      createdAt: context.now,
      disabledAt: null,
    });
    const note = { action: 'installation.create', subjectKind: 'user', subjectId: id };
    return ok({ value: { email, password: made }, topic: 'settings', note });
  });
  return result.ok ? result.value : null;
};
