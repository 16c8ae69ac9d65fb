/** The library of voice assets: upload, list, rename, play, delete, and the conversion of what is not in the right format. */
import { z } from 'zod';
import { mostFileBytes } from '#core/asset/file-rules.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#ports/administration.ts';
import type { StoredAudio } from '#ports/voice-assets.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { FormFile } from '../form.ts';
import { accepted, found, refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, instant, pageOf, pageQuery } from '../schemas.ts';
import { sendObject } from '../send-object.ts';
import { pageAnswer } from './collections.ts';
import { RecentUses } from './recent-uses.ts';

/** A minute as CD quality is 10 MB; this is read into memory and converted from there. */
const mostConvertedBytes = 20 * 1024 * 1024;
const mostFieldBytes = 4096;

const sound = z
  .object({
    speechDbfs: z.number().nullable().describe('Level of the speech; null when all is silence'),
    peakDbfs: z.number().nullable(),
    clippedSamples: z.number(),
    leadingSilenceMs: z.number(),
    trailingSilenceMs: z.number(),
    longestPauseMs: z.number(),
  })
  .meta({ id: 'VoiceAssetSound' });

const voiceAsset = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    format: z.enum(['mp3', 'wav']),
    sizeBytes: z.number(),
    durationMs: z.number(),
    sha256: z.string().describe('Of the file as it was uploaded'),
    prepared: z
      .enum(['pending', 'ready', 'failed'])
      .describe('Whether a call can play it; pending for a moment after the upload'),
    sound: sound.nullable(),
    advice: z
      .array(
        z.enum(['silent', 'quiet', 'loud', 'clipped', 'starts-late', 'ends-late', 'long-pause']),
      )
      .readonly(),
    usedBy: z
      .array(z.object({ id: z.string(), name: z.string() }))
      .readonly()
      .describe('The first tasks that refer to it'),
    useCount: z.number(),
    createdAt: instant,
    updatedAt: instant,
    version: z.number().describe('Sent with a change, the second of two editors is told'),
  })
  .meta({ id: 'VoiceAsset' });

const file = z.instanceof(FormFile).meta({
  type: 'string',
  format: 'binary',
  description: 'MP3 or WAV, 8000 Hz, mono, ≤ 60 s, ≤ 1 MB',
});

const draft = z.strictObject({
  name: z.string().describe('1–20 characters').default(''),
  description: z.string().describe('At most 100 characters').default(''),
  file: file.optional(),
});
const conversion = z.strictObject({ file: file.optional() });

const change = z.looseObject({
  name: z.string().optional(),
  description: z.string().optional(),
  version: z.number().int().min(1).optional(),
});
const changed = new Set(['name', 'description', 'version']);

const listQuery = z.strictObject({
  ...pageQuery,
  search: z.string().max(200).default('').describe('Part of the name or the description'),
  sort: z.enum(['name', 'duration', 'size', 'created']).default('created'),
  direction: z.enum(['asc', 'desc']).default('desc'),
});

const audioQuery = z.strictObject({ download: z.enum(['0', '1', 'true', 'false']).optional() });

const contentTypes = { mp3: 'audio/mpeg', wav: 'audio/wav' } as const;

/** RFC 6266: a name in ASCII for old readers and the true one beside it. */
const disposition = (kind: 'inline' | 'attachment', name: string): string => {
  const ascii = name.replaceAll(/[^\w .()-]/g, '_');
  const exact = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${exact}`;
};

/** Everything but the words is fixed once the file is uploaded; a form could only bring audio. */
const onlyWords = (body: Readonly<Record<string, unknown>>): void => {
  const others = Object.keys(body).filter((key) => !changed.has(key));
  if (others.some((key) => /^(file|audio|format)$/i.test(key)))
    throw refused({ code: 'asset/audio-is-fixed' });
  if (others.length > 0)
    throw refused({
      code: 'api/invalid-request',
      errors: others.map((field) => ({ field, code: 'unknown', message: 'is not known' })),
    });
};

export const voiceAssetRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, voiceAssets, objects, clock } = deps;
  const uses = new RecentUses(clock);

  const note = async (
    who: Principal,
    request: FastifyRequest,
    use: { readonly verb: 'play' | 'download'; readonly id: string; readonly name: string },
  ): Promise<void> => {
    const { verb, id, name } = use;
    if (request.method === 'HEAD' || !uses.isNew(`${who.id} ${verb} ${id}`)) return;
    await administration.audit.note(who, {
      action: `voice-asset.${verb}`,
      subjectKind: 'voice-asset',
      subjectId: id,
      detail: { name },
    });
  };

  const send = (stored: StoredAudio, request: FastifyRequest, reply: FastifyReply): Promise<void> =>
    sendObject(objects, {
      request,
      reply,
      body: {
        objectKey: stored.objectKey,
        sizeBytes: stored.sizeBytes,
        etag: `"${stored.sha256}"`,
        contentType: contentTypes[stored.format],
      },
      gone: 'api/not-found',
    });

  const audio = (method: 'GET' | 'HEAD'): RouteFacts =>
    route(`${method} /voice-assets/:id/audio`, {
      summary: 'The recording as it was uploaded; byte ranges are served',
      params: idParams,
      query: audioQuery,
      produces: 'audio/mpeg',
      handle: async ({ who, params, query, request, reply }) => {
        const stored = found(await voiceAssets.audio(who, params.id));
        const isDownload = query.download === '1' || query.download === 'true';
        const { name, format } = stored;
        const kind = isDownload ? 'attachment' : 'inline';
        reply.header('content-disposition', disposition(kind, `${name}.${format}`));
        // Before the first byte: a use that cannot be written down does not happen.
        await note(who, request, { verb: isDownload ? 'download' : 'play', id: params.id, name });
        await send(stored, request, reply);
      },
    });

  return [
    route('GET /voice-assets', {
      summary: 'List the voice assets',
      query: listQuery,
      answer: pageOf(voiceAsset),
      handle: async ({ who, query }) => {
        const { cursor = null, ...order } = query;
        return pageAnswer(await voiceAssets.list(who, { ...order, cursor }));
      },
    }),
    route('POST /voice-assets', {
      summary: 'Upload a voice asset; every broken rule is named in one answer',
      form: { file: 'file', mostFileBytes, mostFieldBytes },
      body: draft,
      status: 201,
      answer: voiceAsset,
      handle: async ({ who, body }) =>
        accepted(await voiceAssets.create(who, { ...body, file: body.file ?? null })),
    }),
    route('GET /voice-assets/conversions', {
      summary: 'Whether this server can convert files',
      answer: z.object({ available: z.boolean(), reason: z.string().nullable() }),
      handle: async () => {
        const reason = await voiceAssets.conversionMissing();
        return { available: reason === null, reason };
      },
    }),
    route('POST /voice-assets/conversions', {
      summary: 'Make an MP3 that may be uploaded of other audio; nothing is stored',
      form: { file: 'file', mostFileBytes: mostConvertedBytes, mostFieldBytes },
      body: conversion,
      produces: 'audio/mpeg',
      handle: async ({ who, body, reply }) => {
        if (!body.file) throw refused({ code: 'api/invalid-request', detail: 'Send a file.' });
        if (!body.file.isWhole) throw refused({ code: 'api/payload-too-large' });
        const made = accepted(await voiceAssets.convert(who, body.file));
        await reply
          .type('audio/mpeg')
          .header('content-disposition', disposition('attachment', made.name))
          .header('cache-control', 'no-store')
          .send(Buffer.from(made.bytes));
      },
    }),
    route('GET /voice-assets/:id', {
      summary: 'Show one voice asset',
      params: idParams,
      answer: voiceAsset,
      handle: async ({ who, params }) => found(await voiceAssets.find(who, params.id)),
    }),
    route('PATCH /voice-assets/:id', {
      summary: 'Change name and description; the audio never changes',
      params: idParams,
      // A form is read only to say in the right words that it cannot bring another file.
      form: { file: 'file', mostFileBytes, mostFieldBytes, orJson: true },
      body: change,
      answer: voiceAsset,
      handle: async ({ who, params, body }) => {
        found(await voiceAssets.find(who, params.id));
        onlyWords(body);
        const { version, ...words } = body;
        return accepted(await voiceAssets.change(who, params.id, words, version));
      },
    }),
    route('DELETE /voice-assets/:id', {
      summary: 'Delete a voice asset that no task refers to',
      params: idParams,
      handle: async ({ who, params }) => {
        accepted(await voiceAssets.remove(who, params.id));
      },
    }),
    audio('GET'),
    audio('HEAD'),
  ];
};
