import type { Kysely } from 'kysely';
import type { UserId } from '#core/ids.ts';
import type { SessionRows } from '#ports/admin-store.ts';
import type { DB } from '../schema.ts';
import { userRowOf } from './users.ts';

export const sessionRows = (db: Kysely<DB>): SessionRows => ({
  insert: async (row) => {
    await db.insertInto('userSessions').values(row).execute();
  },
  findByHash: async (tokenHash) => {
    const session = await db
      .selectFrom('userSessions')
      .selectAll()
      .where('tokenHash', '=', tokenHash)
      .executeTakeFirst();
    if (!session) return null;
    const user = await db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', session.userId)
      .executeTakeFirst();
    if (!user) return null;
    return { session: { ...session, userId: session.userId as UserId }, user: userRowOf(user) };
  },
  removeByHash: async (tokenHash) => {
    await db.deleteFrom('userSessions').where('tokenHash', '=', tokenHash).execute();
  },
  removeOfUser: async (userId) => {
    await db.deleteFrom('userSessions').where('userId', '=', userId).execute();
  },
  removeExpired: async (before) => {
    await db.deleteFrom('userSessions').where('expiresAt', '<', before).execute();
  },
});
