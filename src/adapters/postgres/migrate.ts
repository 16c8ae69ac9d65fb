/** Numbered migrations, run once each under an advisory lock. */
import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { asFault, Fault } from '#base/fault.ts';
import { firstTables } from './migrations/0001-first-tables.ts';
import { voiceAssets } from './migrations/0002-voice-assets.ts';
import { outbound } from './migrations/0003-outbound.ts';
import { administration } from './migrations/0004-administration.ts';
import { legalHold } from './migrations/0005-legal-hold.ts';
import { recordingsWork } from './migrations/0006-recordings-work.ts';
import { sampleData } from './migrations/0008-sample-data.ts';
import { rosterFailureLine } from './migrations/0009-roster-failure-line.ts';
import { taskVersion } from './migrations/0011-task-version.ts';
import { listIndexes } from './migrations/0012-list-indexes.ts';
import { editedVersions } from './migrations/0013-edited-versions.ts';
import { lostAttempts } from './migrations/0014-lost-attempts.ts';
import { agentsLists } from './migrations/0015-agents-lists.ts';
import { refusedEntries } from './migrations/0016-refused-entries.ts';
import { agentWishes } from './migrations/0017-agent-wishes.ts';
import { idempotencyClaims } from './migrations/0018-idempotency-claims.ts';
import { nodes } from './migrations/0019-nodes.ts';
import { installation } from './migrations/0020-installation.ts';
import type { DB } from './schema.ts';

const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-voice-assets': voiceAssets,
  '0003-outbound': outbound,
  '0004-administration': administration,
  '0005-legal-hold': legalHold,
  '0006-recordings-work': recordingsWork,
  '0008-sample-data': sampleData,
  '0009-roster-failure-line': rosterFailureLine,
  '0011-task-version': taskVersion,
  '0012-list-indexes': listIndexes,
  '0013-edited-versions': editedVersions,
  '0014-lost-attempts': lostAttempts,
  '0015-agents-lists': agentsLists,
  '0016-refused-entries': refusedEntries,
  '0017-agent-wishes': agentWishes,
  '0018-idempotency-claims': idempotencyClaims,
  '0019-nodes': nodes,
  '0020-installation': installation,
};

/** Names of the migrations this version knows, in order. */
export const migrationNames: readonly string[] = Object.keys(migrations);

const appliedNames = async (kysely: Kysely<DB>): Promise<readonly string[]> => {
  const { rows: tables } = await sql<{ name: string | null }>`
    select to_regclass('kysely_migration')::text as name`.execute(kysely);
  if (!tables[0]?.name) return [];
  const { rows } = await sql<{
    name: string;
  }>`select name from kysely_migration order by name`.execute(kysely);
  return rows.map((row) => row.name);
};

/**
 * Brings the tables to this version. May be called again and from several processes at once.
 *
 * @returns the names of the migrations that ran now
 * @throws {Fault} `database/newer-schema` when a later version of Callreel has been here; `database/migration` when one failed
 */
export const migrate = async (kysely: Kysely<DB>): Promise<readonly string[]> => {
  const unknown = (await appliedNames(kysely)).filter((name) => !migrationNames.includes(name));
  if (unknown.length > 0)
    throw new Fault(
      'database/newer-schema',
      `The database was made by a newer version of Callreel (migration ${unknown.join(', ')}): start that version, or restore an older backup`,
      { facts: { unknown } },
    );
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: async () => ({ ...migrations }) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName;
    throw new Fault(
      'database/migration',
      `Migration ${failed ?? ''} failed (${asFault(error, 'database/migration').message}); nothing of it was kept`,
      {
        cause: error,
      },
    );
  }
  return (results ?? []).map((result) => result.migrationName);
};
