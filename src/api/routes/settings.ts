import { z } from 'zod';
import type { ApiDependencies } from '../dependencies.ts';
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
import { orderOf } from './collections.ts';

const auditQuery = z.strictObject({
  ...pageQuery,
  action: z.string().max(100).optional(),
  actorId: z.string().max(64).optional(),
  subjectId: z.string().max(100).optional(),
  from: instant.optional(),
  to: instant.optional(),
});

const dateOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

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
    handle: async ({ who, query }) => {
      const { from, to, limit: _limit, cursor: _cursor, ...rest } = query;
      const filter = { ...rest, from: dateOf(from), to: dateOf(to) };
      const page = await administration.audit.list(who, orderOf(query), filter);
      return { items: [...page.items], nextCursor: page.nextCursor };
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
