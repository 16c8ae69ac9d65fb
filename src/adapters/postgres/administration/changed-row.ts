import type { UpdateResult } from 'kysely';
import { Fault } from '#base/fault.ts';
import { unlessTaken } from '../keyset.ts';

/**
 * Writes a row that was read before, when nobody else did meanwhile.
 *
 * @param update finds the row by its id and by the version before
 * @throws {Fault} `database/changed-meanwhile`, `database/not-unique`
 */
export const changeRow = async (update: {
  executeTakeFirst(): Promise<UpdateResult | undefined>;
}): Promise<void> => {
  let changed = 0n;
  await unlessTaken(
    update.executeTakeFirst().then((result) => {
      changed = result?.numUpdatedRows ?? 0n;
    }),
  );
  if (changed === 0n)
    throw new Fault('database/changed-meanwhile', 'the row was changed since it was read', {
      blame: 'caller',
    });
};
