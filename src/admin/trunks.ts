import { isIP } from 'node:net';
import { ok, refuse } from '#base/result.ts';
import type { TrunkId } from '#core/ids.ts';
import { normaliseNumber } from '#core/routing/phone-number.ts';
import { sourcesOverlap } from '#core/routing/source-address.ts';
import type { TrunkRow } from '#ports/admin-store.ts';
import type { Administration, NewTrunk, Refusal, TrunkView } from '#ports/administration.ts';
import { createCollection } from './collection.ts';
import { given, type Context, type Desk } from './desk.ts';
import { newId } from './secrets.ts';

const viewOf = (row: TrunkRow): TrunkView => ({
  id: row.id,
  version: row.version,
  name: row.name,
  host: row.host,
  port: row.port,
  transport: row.transport,
  username: row.username,
  hasPassword: row.passwordSealed !== null,
  allowedAddresses: row.allowedAddresses,
  callerNumbers: row.callerNumbers,
  order: row.order,
  createdAt: row.createdAt.toISOString(),
});

const seal = (desk: Desk, password: string | null): string | null =>
  password === null ? null : desk.sealer.seal(new TextEncoder().encode(password));

const normalisedAll = async (
  { rows, who }: Context,
  numbers: readonly string[],
): Promise<readonly string[]> => {
  const country = (await rows.tenants.find(who.tenantId))?.country ?? '';
  return [...new Set(numbers.map((number) => normaliseNumber(number, country)))];
};

/** Where each could name the port its calls come from: ranges have none, and over TCP it changes from connection to connection. */
const couldNamePorts = (trunks: readonly TrunkRow[], addresses: readonly string[]): boolean =>
  trunks.every(({ transport }) => transport === 'udp') &&
  !addresses.some((address) => address.includes('/')) &&
  addresses.some((address) => isIP(address) !== 0);

/**
 * @param ours the trunk that cannot have the address
 * @param found the trunk that has it, when it is of the same tenant: of others nothing is said
 */
const addressTaken = (
  ours: TrunkRow,
  found: TrunkRow | null,
  { address, taken }: { readonly address: string; readonly taken: string },
): Refusal => {
  const tell = (message: string, facts: Readonly<Record<string, string>>): Refusal => ({
    code: 'trunk/address-taken',
    errors: [{ field: 'allowedAddresses', code: 'trunk/address-taken', message, facts }],
  });
  if (found === null)
    return tell(`Another trunk of this installation takes calls from ${address} already.`, {
      way: 'elsewhere',
      address,
    });
  const trunk = found.name;
  const narrow = `${taken.includes(':') ? `[${taken}]` : taken}:${found.port}`;
  const byPort = couldNamePorts([ours, found], [address, taken]);
  return byPort && isIP(taken) !== 0 && !sourcesOverlap(narrow, address)
    ? tell(
        `Trunk “${trunk}” takes all calls from ${taken}: narrow its allowed addresses to ${narrow}.`,
        { way: 'whole', trunk, taken, narrow, address },
      )
    : tell(
        `Trunk “${trunk}” takes calls from ${taken} already, and ${address} could not be told from it: ${byPort ? 'give each a port of its own' : 'change one of the two'}, or have both known by user name and password instead.`,
        { way: 'part', trunk, taken, address },
      );
};

/** A source address decides the trunk and with it the tenant. */
const overlap = async ({ rows }: Context, row: TrunkRow): Promise<Refusal | null> => {
  if (row.allowedAddresses.length === 0) return null;
  const taken = await rows.trunks.addressesOfOthers(row.id);
  for (const address of row.allowedAddresses) {
    const other = taken.find((entry) => sourcesOverlap(address, entry.address));
    if (other === undefined) continue;
    const found = await rows.trunks.find(row.tenantId, other.trunkId);
    return addressTaken(row, found, { address, taken: other.address });
  }
  return null;
};

/** A password is given to the peer it was written for: a trunk that is pointed elsewhere has none until it is written again. */
const keptPassword = (before: TrunkRow, after: TrunkRow): string | null =>
  before.host === after.host && before.username === after.username ? before.passwordSealed : null;

export const createTrunks = (desk: Desk): Administration['trunks'] =>
  createCollection(desk, {
    subject: 'trunk',
    topic: 'settings',
    table: (rows) => rows.trunks,
    view: viewOf,
    secrets: (row) => ({ password: row.passwordSealed }),
    taken: {
      trunk_addresses_pkey: { code: 'trunk/address-taken', field: 'allowedAddresses' },
      trunks_username: { code: 'trunk/username-taken', field: 'username' },
    },
    build: async (context, draft: NewTrunk) => {
      const row: TrunkRow = {
        id: newId() as TrunkId,
        version: 1,
        tenantId: context.who.tenantId,
        name: draft.name,
        host: draft.host,
        port: draft.port ?? 5060,
        transport: draft.transport ?? 'udp',
        username: draft.username ?? null,
        passwordSealed: seal(desk, draft.password ?? null),
        allowedAddresses: [...new Set(draft.allowedAddresses)],
        callerNumbers: await normalisedAll(context, draft.callerNumbers ?? []),
        order: draft.order ?? 0,
        createdAt: context.now,
      };
      const refusal = await overlap(context, row);
      return refusal ? refuse(refusal) : ok({ row, created: viewOf(row) });
    },
    alter: async (context, before, change) => {
      const { password, ...rest } = change;
      const next: TrunkRow = { ...before, ...given(rest) };
      const after: TrunkRow = {
        ...next,
        allowedAddresses: [...new Set(next.allowedAddresses)],
        callerNumbers: await normalisedAll(context, next.callerNumbers),
        passwordSealed: password === undefined ? keptPassword(before, next) : seal(desk, password),
      };
      const refusal = change.allowedAddresses ? await overlap(context, after) : null;
      return refusal ? refuse(refusal) : ok(after);
    },
  });
