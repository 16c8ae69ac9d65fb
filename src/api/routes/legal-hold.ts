/** Legal hold: what is held is kept whatever the storage period says. */
import { z } from 'zod';
import type { RecordingId } from '#core/ids.ts';
import type { Principal } from '#ports/administration.ts';
import type { LegalHold } from '#ports/library.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { recordingDetailView } from '../library-view.ts';
import { found } from '../problem.ts';
import { recordingDetail } from '../record-schemas.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams } from '../schemas.ts';
import { scopeOf } from '../scope.ts';

const order = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .describe('Why it must be kept: a case, an order, a dispute'),
});

export const legalHoldRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, library, changeFeed, clock } = deps;

  const set = async (who: Principal, id: string, hold: LegalHold | null) => {
    const scope = scopeOf(who, 'legal-hold:write');
    const before = found(await library.recording(scope, id as RecordingId));
    // First: a hold that cannot be written down is neither placed nor lifted.
    await administration.audit.note(who, {
      action: hold === null ? 'recording.lift-hold' : 'recording.hold',
      subjectKind: 'recording',
      subjectId: before.recordingId,
      detail: { callId: before.callId, reason: (hold ?? before.legalHold)?.reason ?? null },
    });
    await library.setLegalHold(who.tenantId, before.recordingId, hold);
    changeFeed.publish({ tenantId: who.tenantId, topic: 'recordings', id: before.recordingId });
    return recordingDetailView({ ...before, legalHold: hold });
  };

  return [
    route('PUT /recordings/:id/legal-hold', {
      summary: 'Keep a recording whatever the storage period says, or change why',
      params: idParams,
      body: order,
      answer: recordingDetail,
      handle: ({ who, params, body }) =>
        set(who, params.id, { sinceMs: clock.nowMs(), by: who.name, reason: body.reason }),
    }),
    route('DELETE /recordings/:id/legal-hold', {
      summary: 'Lift the hold: the storage period counts again',
      params: idParams,
      handle: async ({ who, params }) => {
        await set(who, params.id, null);
      },
    }),
  ];
};
