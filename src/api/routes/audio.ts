/** Playing and downloading: byte ranges, validators, and a line in the audit log for each use. */
import type { FastifyRequest } from 'fastify';
import {
  contentTypeOf,
  fileName,
  parseRendition,
  type Rendition,
} from '#core/recording/renditions.ts';
import type { RecordingId } from '#core/ids.ts';
import type { Principal } from '#ports/administration.ts';
import type { RecordingFacts } from '#ports/library.ts';
import type { StoredRendition } from '#ports/renditions.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { found, refused } from '../problem.ts';
import { audioParams, audioQuery } from '../record-schemas.ts';
import { route, type RouteFacts } from '../route.ts';
import { scopeOf } from '../scope.ts';
import { sendObject } from '../send-object.ts';
import { RecentUses } from './recent-uses.ts';

const isTrue = (flag: string | undefined): boolean => flag === '1' || flag === 'true';

export const audioRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, library, renditions, objects, clock } = deps;
  const uses = new RecentUses(clock);

  const make = async (
    recording: RecordingFacts,
    rendition: Rendition,
    format: 'mp3' | 'wav',
  ): Promise<StoredRendition> => {
    const made = await renditions.make(recording.recordingId, rendition, format);
    if (made.ok) return made.value;
    if (made.error === 'unknown') throw refused({ code: 'api/not-found' });
    if (made.error === 'gone') throw refused({ code: 'recording/gone' });
    if (made.error === 'failed' || recording.state === 'failed') {
      const detail = recording.failureReason ?? 'The recording failed.';
      throw refused({ code: 'recording/failed', detail });
    }
    throw refused({ code: 'recording/not-ready', retryAfterSeconds: 1 });
  };

  const open = async (
    who: Principal,
    right: 'recordings:play' | 'recordings:download',
    params: { readonly id: string; readonly rendition: string },
    format: 'mp3' | 'wav',
  ): Promise<{ readonly recording: RecordingFacts; readonly stored: StoredRendition }> => {
    const rendition = found(parseRendition(params.rendition));
    const scope = scopeOf(who, right);
    const recording = found(await library.recordingFacts(scope, params.id as RecordingId));
    return { recording, stored: await make(recording, rendition, format) };
  };

  const note = async (
    who: Principal,
    request: FastifyRequest,
    verb: 'play' | 'download',
    recording: RecordingFacts,
    { rendition, format }: StoredRendition,
  ): Promise<void> => {
    if (request.method === 'HEAD') return;
    // A player asks for many ranges of one listening; a download is one however it is cut.
    if (!uses.isNew(`${who.id} ${verb} ${recording.recordingId} ${rendition} ${format}`)) return;
    await administration.audit.note(who, {
      action: `recording.${verb}`,
      subjectKind: 'recording',
      subjectId: recording.recordingId,
      detail: { rendition, format, callId: recording.callId },
    });
  };

  const audio = (method: 'GET' | 'HEAD'): RouteFacts =>
    route(`${method} /recordings/:id/renditions/:rendition/audio`, {
      summary: 'The audio: mixed, dual-channel or participant-{n}; byte ranges are served',
      params: audioParams,
      query: audioQuery,
      produces: 'audio/mpeg',
      handle: async ({ who, params, query, request, reply }) => {
        const isDownload = isTrue(query.download);
        const right = isDownload ? 'recordings:download' : 'recordings:play';
        const { recording, stored } = await open(who, right, params, query.format);
        const { rendition, format, objectKey, sizeBytes, sha256 } = stored;
        const { callId, segment } = recording;
        const name = fileName({ callId, format, rendition, segment: segment > 1 ? segment : null });
        const disposition = isDownload ? 'attachment' : 'inline';
        reply.header('content-disposition', `${disposition}; filename="${name}"`);
        // Before the first byte: a use that cannot be written down does not happen.
        await note(who, request, isDownload ? 'download' : 'play', recording, stored);
        const contentType = contentTypeOf(format);
        await sendObject(objects, {
          request,
          reply,
          body: { objectKey, sizeBytes, etag: `"${sha256}"`, contentType },
          gone: 'recording/not-in-folder',
        });
      },
    });

  return [
    audio('GET'),
    audio('HEAD'),
    route('GET /recordings/:id/renditions/:rendition/peaks', {
      summary: 'The waveform, in the binary layout of core/recording/peaks.ts',
      params: audioParams,
      produces: 'application/octet-stream',
      handle: async ({ who, params, request, reply }) => {
        const { stored } = await open(who, 'recordings:play', params, 'mp3');
        const facts = await objects.head(stored.peaksKey);
        if (!facts) throw refused({ code: 'recording/not-in-folder' });
        await sendObject(objects, {
          request,
          reply,
          body: {
            objectKey: stored.peaksKey,
            sizeBytes: facts.sizeBytes,
            etag: `"peaks-${stored.sha256}"`,
            contentType: 'application/octet-stream',
          },
          gone: 'recording/not-in-folder',
        });
      },
    }),
  ];
};
