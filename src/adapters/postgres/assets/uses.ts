/** Who refers to an asset: every task that is not deleted, whatever its state. */
import { sql, type Kysely } from 'kysely';
import type { TenantId } from '#core/ids.ts';
import type { AssetUse } from '#ports/voice-assets.ts';
import type { DB } from '../schema.ts';

/** Names shown in a row of the list; the others are a number. */
const mostNamed = 5;

export type Uses = ReadonlyMap<
  string,
  { readonly usedBy: readonly AssetUse[]; readonly useCount: number }
>;

export const usesOf = async (
  db: Kysely<DB>,
  tenantId: TenantId,
  ids: readonly string[],
): Promise<Uses> => {
  if (ids.length === 0) return new Map();
  const ranked = db
    .selectFrom('outboundTasks')
    .where('tenantId', '=', tenantId)
    .where('voiceAssetId', 'in', [...ids])
    .select([
      'id',
      'name',
      'voiceAssetId',
      sql<number>`count(*) over (partition by voice_asset_id)::int`.as('total'),
      sql<number>`row_number() over (partition by voice_asset_id order by id desc)`.as('place'),
    ])
    .as('ranked');
  const rows = await db
    .selectFrom(ranked)
    .selectAll()
    .where('place', '<=', mostNamed)
    .orderBy('place')
    .execute();
  const uses = new Map<string, { usedBy: AssetUse[]; useCount: number }>();
  for (const { id, name, voiceAssetId, total } of rows) {
    const use = uses.get(voiceAssetId) ?? { usedBy: [], useCount: total };
    use.usedBy.push({ id, name });
    uses.set(voiceAssetId, use);
  }
  return uses;
};
