import type { CallId, RecordingId } from '#core/ids.ts';
import { tagOf } from '#core/recording/tags.ts';
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

export const recordingRoutes = ({
  administration,
  library,
}: ApiDependencies): readonly RouteFacts[] => [
  route('GET /recordings', {
    summary: 'List recordings, newest first',
    query: recordingQuery,
    answer: pageOf(recording),
    handle: async ({ who, query }) => {
      const { tenants } = administration;
      const country =
        query.number === undefined ? '' : (await tenants.find(who, who.tenantId))?.country;
      const callId = query.callId ?? query.sessionId;
      const filter = {
        ...sharedFilter(query, country ?? ''),
        ...(query.state !== undefined && { state: query.state }),
        ...(callId !== undefined && { callId: callId as CallId }),
        ...(query.tag !== undefined && { tag: tagOf(query.tag) }),
      };
      const scope = scopeOf(who, 'recordings:read');
      return pageAnswer(await library.recordings(scope, filter, pageRequest(query)), recordingView);
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
