import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Administration, AuditFilter, Principal } from '#ports/administration.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { csvLine } from '#base/csv.ts';
import { accepted } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import {
  auditEntry,
  callRecording,
  callRecordingChange,
  instant,
  pageOf,
  pageQuery,
} from '../schemas.ts';
import { alarm, alarmQuery } from '../record-schemas.ts';
import { orderOf, pageAnswer } from './collections.ts';

const auditFilter = {
  action: z.string().max(100).optional(),
  actorId: z.string().max(64).optional(),
  subjectId: z.string().max(100).optional(),
  from: instant.optional(),
  to: instant.optional(),
};
const auditQuery = z.strictObject({ ...pageQuery, ...auditFilter });

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const filterOf = (query: z.output<z.ZodObject<typeof auditFilter>>): AuditFilter => ({
  action: query.action,
  actorId: query.actorId,
  subjectId: query.subjectId,
  from: dateOf(query.from),
  to: dateOf(query.to),
});

const auditColumns = [
  'at',
  'actor',
  'actorKind',
  'action',
  'subjectKind',
  'subjectId',
  'detail',
  'address',
];

/** Page by page, so that a log of years takes no memory. */
async function* auditLines(
  audit: Administration['audit'],
  who: Principal,
  filter: AuditFilter,
): AsyncGenerator<string> {
  yield csvLine(auditColumns);
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof audit.list>> = await audit.list(
      who,
      { limit: 200, cursor },
      filter,
    );
    for (const {
      at,
      actorName,
      actorKind,
      action,
      subjectKind,
      subjectId,
      detail,
      address,
    } of page.items)
      yield csvLine([
        at,
        actorName,
        actorKind,
        action,
        subjectKind,
        subjectId,
        JSON.stringify(detail),
        address,
      ]);
    cursor = page.nextCursor;
  } while (cursor !== null);
}

export const settingsRoutes = ({
  administration,
  library,
}: ApiDependencies): readonly RouteFacts[] => [
  route('GET /settings/call-recording', {
    summary: 'What calls are recorded',
    answer: callRecording,
    handle: ({ who }) => administration.callRecording.read(who),
  }),
  route('PUT /settings/call-recording', {
    summary: 'Change what calls are recorded; what is absent stays',
    body: callRecordingChange,
    answer: callRecording,
    handle: async ({ who, body }) => accepted(await administration.callRecording.change(who, body)),
  }),
  route('GET /audit-log', {
    summary: 'Who did what, newest first',
    query: auditQuery,
    answer: pageOf(auditEntry),
    handle: async ({ who, query }) =>
      pageAnswer(await administration.audit.list(who, orderOf(query), filterOf(query))),
  }),
  route('GET /audit-log.csv', {
    summary: 'The same as a file for a spreadsheet, whole',
    query: z.strictObject(auditFilter),
    produces: 'text/csv',
    handle: async ({ who, query, reply }) => {
      await administration.audit.note(who, { action: 'audit-log.export' });
      await reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit-log.csv"')
        .send(Readable.from(auditLines(administration.audit, who, filterOf(query))));
    },
  }),
  route('GET /alarms', {
    summary: 'What needs somebody’s attention: open alarms first',
    query: alarmQuery,
    answer: pageOf(alarm),
    handle: async ({ who, query }) => {
      const rows = await library.alarms(who.tenantId, query.limit);
      const items = rows.map(({ raisedAtMs, clearedAtMs, ...row }) => ({
        ...row,
        raisedAt: new Date(raisedAtMs).toISOString(),
        clearedAt: iso(clearedAtMs),
      }));
      return { items, nextCursor: null };
    },
  }),
];
