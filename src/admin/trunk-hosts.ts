/** Keeps what people write as a trunk's host to where trunks may be; what the program itself makes is not asked. */
import { refuse } from '#base/result.ts';
import { mayBeTrunkHost, type TrunkHostRule } from '#core/routing/trunk-host.ts';
import type { Administration } from '#ports/administration.ts';
import { invalid } from './desk.ts';

type Trunks = Administration['trunks'];

const notAllowed = (host: string) =>
  invalid(
    'trunk/host-not-allowed',
    'host',
    `${host} is on this server or on its own link; the owner can allow it with CALLREEL_OUTBOUND_ALLOW`,
  );

export const guardTrunkHosts = (trunks: Trunks, rule: TrunkHostRule): Trunks => ({
  ...trunks,
  create: async (who, draft) =>
    mayBeTrunkHost(draft.host, rule) ? trunks.create(who, draft) : refuse(notAllowed(draft.host)),
  change: async (who, id, change) => {
    const { host } = change;
    if (host === undefined || mayBeTrunkHost(host, rule)) return trunks.change(who, id, change);
    // One that stands already may have its other fields changed.
    const before = await trunks.find(who, id);
    return before === null || before.host === host
      ? trunks.change(who, id, change)
      : refuse(notAllowed(host));
  },
});
