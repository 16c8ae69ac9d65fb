import type { z } from 'zod';
import type { CallId, RecordingId } from '#core/ids.ts';
import { tagOf } from '#core/recording/tags.ts';
import type { Principal } from '#ports/administration.ts';
import type { RecordingFilter } from '#ports/library.ts';
import type { ApiDependencies } from '../dependencies.ts';
import {
  pageAnswer,
  pageRequest,
  recordingDetailView,
  recordingView,
  sharedFilter,
} from '../library-view.ts';
import { found } from '../problem.ts';
import { recording, recordingDetail, recordingQuery } from '../record-schemas.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, pageOf } from '../schemas.ts';
import { scopeOf } from '../scope.ts';

/** The query of a list in the library's words. */
export const recordingFilter = async (
  { administration }: Pick<ApiDependencies, 'administration'>,
  who: Principal,
  query: Omit<z.output<typeof recordingQuery>, 'limit' | 'cursor'>,
): Promise<RecordingFilter> => {
  const { tenants } = administration;
  const country =
    query.number === undefined ? '' : (await tenants.find(who, who.tenantId))?.country;
  const callId = query.callId ?? query.sessionId;
  return {
    ...sharedFilter(query, country ?? ''),
    ...(query.state !== undefined && { state: query.state }),
    ...(callId !== undefined && { callId: callId as CallId }),
    ...(query.tag !== undefined && { tag: tagOf(query.tag) }),
  };
};

export const recordingRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { library } = deps;
  return [
    route('GET /recordings', {
      summary: 'List recordings, newest first',
      query: recordingQuery,
      answer: pageOf(recording),
      handle: async ({ who, query }) => {
        const filter = await recordingFilter(deps, who, query);
        const scope = scopeOf(who, 'recordings:read');
        return pageAnswer(
          await library.recordings(scope, filter, pageRequest(query)),
          recordingView,
        );
      },
    }),
    route('GET /recordings/:id', {
      summary: 'One recording: timeline, tracks, renditions',
      params: idParams,
      answer: recordingDetail,
      handle: async ({ who, params }) =>
        recordingDetailView(
          found(await library.recording(scopeOf(who, 'recordings:read'), params.id as RecordingId)),
        ),
    }),
  ];
};
