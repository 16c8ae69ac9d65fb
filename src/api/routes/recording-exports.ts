/** Many recordings as one file: ordered, watched, fetched in ranges, removed. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseRendition } from '#core/recording/renditions.ts';
import type { ExportId, RecordingId } from '#core/ids.ts';
import type { Principal } from '#ports/administration.ts';
import type { ExportContent, RecordingExport } from '#ports/recording-exports.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { found, refused } from '../problem.ts';
import { recordingQuery } from '../record-schemas.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, instant, pageOf, pageQuery } from '../schemas.ts';
import { scopeOf } from '../scope.ts';
import { sendObject } from '../send-object.ts';
import { orderOf } from './collections.ts';
import { recordingFilter } from './recordings.ts';

const order = z.strictObject({
  kind: z.enum(['csv', 'zip']).describe('A list, or an archive with audio and a manifest'),
  rendition: z
    .string()
    .max(32)
    .default('mixed')
    .describe('Of a ZIP: mixed, dual-channel or participant-{n}'),
  format: z.enum(['mp3', 'wav']).default('mp3').describe('Of a ZIP'),
  ids: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(1000)
    .optional()
    .describe('These recordings; else all that the filter shows'),
  filter: recordingQuery.omit({ limit: true, cursor: true }).default({}),
});

const exported = z
  .object({
    id: z.string(),
    kind: z.enum(['csv', 'zip']),
    rendition: z.string().nullable(),
    format: z.enum(['mp3', 'wav']).nullable(),
    state: z.enum(['queued', 'running', 'ready', 'failed', 'expired']),
    total: z.number().describe('Recordings that were chosen'),
    done: z.number(),
    missing: z.number().describe('Without a file in the archive; manifest.csv in it says why'),
    sizeBytes: z.number().nullable(),
    sha256: z.string().nullable(),
    failure: z.string().nullable().describe('Fault code'),
    createdAt: instant,
    expiresAt: instant.describe('Then the file is deleted'),
  })
  .meta({ id: 'RecordingExport' });

const view = (row: RecordingExport): z.output<typeof exported> => {
  const { exportId, content, createdAtMs, expiresAtMs, ...rest } = row;
  return {
    ...rest,
    id: exportId,
    kind: content.kind,
    rendition: content.kind === 'zip' ? content.rendition : null,
    format: content.kind === 'zip' ? content.format : null,
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
  };
};

const contentOf = (body: z.output<typeof order>): ExportContent => {
  if (body.kind === 'csv') return { kind: 'csv' };
  const rendition = parseRendition(body.rendition);
  if (rendition) return { kind: 'zip', rendition, format: body.format };
  throw refused({
    code: 'api/invalid-request',
    errors: [{ field: 'rendition', code: 'unknown', message: 'is no rendition' }],
  });
};

const types = { csv: 'text/csv; charset=utf-8', zip: 'application/zip' };

export const recordingExportRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { recordingExports, objects, clock } = deps;
  const one = async (who: Principal, id: string): Promise<RecordingExport> =>
    found(await recordingExports.find(who, id as ExportId));

  const send = async (
    row: RecordingExport,
    who: Principal,
    { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  ): Promise<void> => {
    const { state, sizeBytes, sha256, content, createdAtMs } = row;
    if (state === 'expired' || row.expiresAtMs <= clock.nowMs())
      throw refused({ code: 'export/expired' });
    if (state !== 'ready' || sizeBytes === null || sha256 === null)
      throw refused({ code: 'export/not-ready', retryAfterSeconds: 1 });
    const day = new Date(createdAtMs).toISOString().slice(0, 16).replace(/\D/g, '');
    const name = `recordings-${day}.${content.kind}`;
    reply.header('content-disposition', `attachment; filename="${name}"`);
    const body = {
      objectKey: recordingExports.objectKey(who.tenantId, row),
      sizeBytes,
      etag: `"${sha256}"`,
      contentType: types[content.kind],
    };
    await sendObject(objects, { request, reply, body, gone: 'export/expired' });
  };

  const file = (method: 'GET' | 'HEAD'): RouteFacts =>
    route(`${method} /recording-exports/:id/file`, {
      summary:
        'The file of an export; byte ranges are served, so a download that broke off goes on',
      params: idParams,
      produces: 'application/zip',
      handle: async ({ who, params, request, reply }) =>
        send(await one(who, params.id), who, { request, reply }),
    });

  return [
    route('GET /recording-exports', {
      summary: 'The own exports, newest first',
      query: z.strictObject(pageQuery),
      answer: pageOf(exported),
      handle: async ({ who, query }) => {
        const page = await recordingExports.list(who, orderOf(query));
        return { items: page.items.map(view), nextCursor: page.nextCursor };
      },
    }),
    route('POST /recording-exports', {
      summary: 'Make one file of many recordings; it is kept for a day',
      body: order,
      status: 201,
      answer: exported,
      handle: async ({ who, body }) => {
        const filter = {
          ...(await recordingFilter(deps, who, body.filter)),
          ...(body.ids !== undefined && { ids: body.ids as RecordingId[] }),
        };
        const scope = scopeOf(who, 'recordings:download');
        const content = contentOf(body);
        const made = await recordingExports.create(who, { content, scope, filter });
        if (!made.ok)
          throw refused({
            code: made.error === 'disk-low' ? 'disk/low' : (`export/${made.error}` as const),
          });
        return view(made.value);
      },
    }),
    route('GET /recording-exports/:id', {
      summary: 'How far an export is',
      params: idParams,
      answer: exported,
      handle: async ({ who, params }) => view(await one(who, params.id)),
    }),
    route('DELETE /recording-exports/:id', {
      summary: 'End an export, or delete its file',
      params: idParams,
      handle: async ({ who, params }) => {
        const { exportId } = await one(who, params.id);
        await recordingExports.remove(who, exportId);
      },
    }),
    file('GET'),
    file('HEAD'),
  ];
};
