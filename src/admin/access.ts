import { ok, refuse } from '#base/result.ts';
import { SharedRuns } from '#base/shared-run.ts';
import type { ApiKeyRow, UserRow } from '#ports/admin-store.ts';
import type { Access, Principal, SessionPrincipal } from '#ports/administration.ts';
import type { Log } from '#ports/log.ts';
import { noteOf, type Desk } from './desk.ts';
import { hashToken, newId, newToken } from './secrets.ts';
import { SignInLimits } from './sign-in-limits.ts';

/** A working day with its overtime; then one signs in again. */
const SESSION_MS = 12 * 3_600_000;

/** `last_used_at` of a key is exact to this, so that a busy program does not write a row per request. */
const TOUCH_EVERY_MS = 60_000;

const principalOf = (user: UserRow, address: string): Principal => ({
  kind: 'user',
  id: user.id,
  name: user.email,
  tenantId: user.tenantId,
  role: user.role,
  agentId: user.agentId,
  queueIds: user.queueIds,
  address,
});

/** As people say it: minutes, rounded up, from two of them on. */
const waitWords = (seconds: number): string => {
  if (seconds >= 120) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
};

export const createAccess = (desk: Desk, log: Log): Access => {
  const { store, clock, passwords } = desk;
  const limits = new SignInLimits(clock);
  // A page or a program asks many things at once, all with one token: it is looked up for all of them together.
  const keys = new SharedRuns((hash: string) => store.apiKeys.findByHash(hash));
  const sessions = new SharedRuns((hash: string) => store.sessions.findByHash(hash));
  /** Keys whose use is being written down. */
  const touching = new Set<string>();
  const touch = async (id: ApiKeyRow['id'], at: Date): Promise<void> => {
    if (touching.has(id)) return;
    touching.add(id);
    try {
      await store.apiKeys.touch(id, at);
    } finally {
      touching.delete(id);
    }
  };
  const now = (): Date => new Date(clock.nowMs());

  const refused = async (
    email: string,
    address: string,
    user: UserRow | null,
    reason: string,
  ): Promise<void> => {
    log.warn('sign-in.refused', { address, reason });
    // Only into the log of the tenant whose user was meant: an unknown e-mail belongs to nobody.
    if (user)
      await noteOf(store, principalOf(user, address), now(), {
        action: 'session.refused',
        subjectKind: 'user',
        subjectId: user.id,
        detail: { email, reason },
      });
  };

  const openSession = async (
    user: UserRow,
    address: string,
    userAgent: string | null,
  ): Promise<SessionPrincipal & { readonly token: string }> => {
    const token = newToken();
    const csrfToken = newToken();
    const createdAt = now();
    const expiresAt = new Date(createdAt.getTime() + SESSION_MS);
    const principal = principalOf(user, address);
    await store.transaction(async (rows) => {
      await rows.sessions.removeExpired(createdAt);
      await rows.sessions.insert({
        id: newId(),
        userId: user.id,
        tokenHash: hashToken(token),
        csrfToken,
        createdAt,
        expiresAt,
        address,
        userAgent: userAgent?.slice(0, 300) ?? null,
      });
      const note = { action: 'session.create', subjectKind: 'user', subjectId: user.id };
      await noteOf(rows, principal, createdAt, note);
    });
    return { token, csrfToken, expiresAt, principal };
  };

  return {
    signIn: async ({ email, password, address, userAgent }) => {
      const account = email.toLowerCase();
      const waitSeconds = limits.waitSeconds(account, address);
      if (waitSeconds > 0)
        return refuse({
          code: 'api/too-many-requests',
          detail: `Too many attempts. Try again in ${waitWords(waitSeconds)}.`,
          retryAfterSeconds: waitSeconds,
        });
      limits.attempt(account, address);
      const user = await store.users.findByEmail(account);
      const isRight = await passwords.matches(password, user?.passwordHash ?? null);
      if (!user || !isRight || user.disabledAt) {
        await refused(account, address, user, user?.disabledAt ? 'disabled' : 'wrong-password');
        return refuse({ code: 'session/wrong-credentials' });
      }
      limits.succeeded(account, address);
      return ok(await openSession(user, address, userAgent));
    },

    bySession: async (token, address) => {
      const found = await sessions.run(hashToken(token));
      if (!found || found.user.disabledAt || found.session.expiresAt <= now()) return null;
      const { csrfToken, expiresAt } = found.session;
      return { principal: principalOf(found.user, address), csrfToken, expiresAt };
    },

    byKey: async (key, address) => {
      const row = await keys.run(hashToken(key));
      const at = now();
      if (!row || row.revokedAt || (row.expiresAt && row.expiresAt <= at)) return null;
      if (!row.lastUsedAt || at.getTime() - row.lastUsedAt.getTime() > TOUCH_EVERY_MS)
        await touch(row.id, at);
      const { id, name, tenantId, role } = row;
      return { kind: 'apiKey', id, name, tenantId, role, agentId: null, queueIds: [], address };
    },

    signOut: async (who, token) => {
      await store.sessions.removeByHash(hashToken(token));
      const note = { action: 'session.delete', subjectKind: 'user', subjectId: who.id };
      await noteOf(store, who, now(), note);
    },
  };
};
