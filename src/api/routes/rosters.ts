/** Rosters: upload, progress, people, issues, and the template to fill in. */
import { z } from 'zod';
import type { ApiDependencies } from '../dependencies.ts';
import { FormFile } from '../form.ts';
import { accepted, found, refused } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams, instant, pageOf } from '../schemas.ts';
import { streamForm } from '../streamed-form.ts';
import { orderOf, pageAnswer, pageOnly } from './collections.ts';

/** Larger ones are refused by the roster's own limits, with their own words. */
const form = {
  file: 'file',
  mostFileBytes: 300 * 2 ** 20,
  mostFieldBytes: 4096,
  isStreamed: true,
} as const;

const onBadRows = z
  .enum(['keep-good', 'refuse-all'])
  .describe('What happens to the good rows of a file that has bad ones');

const roster = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    fileName: z.string(),
    format: z.enum(['csv', 'xlsx']),
    onBadRows,
    state: z.enum(['importing', 'ready', 'failed']),
    failure: z
      .object({
        code: z.string(),
        detail: z.string(),
        line: z.number().nullable().describe('Of the file, where one is to blame'),
      })
      .nullable(),
    sizeBytes: z.number(),
    readBytes: z.number().describe('Of sizeBytes, while it is importing'),
    people: z.number(),
    issues: z.number(),
    duplicates: z
      .number()
      .describe('Among the issues: numbers that stand in the file more than once'),
    usedBy: z.array(z.object({ id: z.string(), name: z.string() })).readonly(),
    createdAt: instant,
    version: z.number().describe('Sent with a change, the second of two editors is told'),
  })
  .meta({ id: 'Roster' });

const newRoster = z.strictObject({
  name: z.string().describe('1–50 characters'),
  description: z.string().describe('At most 200 characters').optional(),
  onBadRows: onBadRows.default('keep-good').optional(),
  file: z.instanceof(FormFile).meta({
    type: 'string',
    format: 'binary',
    description: '.xlsx or .csv, after the fields: number, optional name, timeZone, other columns',
  }),
});

const change = z
  .strictObject({ name: z.string(), description: z.string(), version: z.number().int().min(1) })
  .partial();

const person = z
  .object({
    number: z.string(),
    line: z.number(),
    name: z.string().nullable(),
    timeZone: z.string().nullable(),
    variables: z.record(z.string(), z.string()),
  })
  .meta({ id: 'RosterPerson' });

const issue = z
  .object({
    line: z.number().describe('Of the file, the first is 1'),
    reason: z.enum([
      'no-number',
      'not-a-number',
      'emergency-number',
      'unknown-time-zone',
      'too-long',
      'formula',
      'duplicate',
      'broken-line',
    ]),
    value: z.string(),
  })
  .meta({ id: 'RosterIssue' });

const templateQuery = z.strictObject({ format: z.enum(['xlsx', 'csv']).default('xlsx') });

const contentTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export const rosterRoutes = ({ rosters }: ApiDependencies): readonly RouteFacts[] => [
  route('GET /rosters', {
    summary: 'List the rosters',
    query: pageOnly,
    answer: pageOf(roster),
    handle: async ({ who, query }) => pageAnswer(await rosters.list(who, orderOf(query))),
  }),
  route('POST /rosters', {
    summary:
      'Upload a roster; its rows are read afterwards, and its state says when they are there',
    form,
    body: newRoster,
    status: 201,
    answer: roster,
    handle: async ({ who, request }) => {
      const sent = await streamForm(request, form);
      if (sent === null)
        throw refused({
          code: 'api/invalid-request',
          errors: [{ field: 'file', code: 'file-missing', message: 'choose a file' }],
        });
      const { name = '', description = '' } = sent.fields;
      const wish = onBadRows.safeParse(sent.fields['onBadRows'] ?? 'keep-good');
      if (!wish.success)
        throw refused({
          code: 'api/invalid-request',
          errors: [
            { field: 'onBadRows', code: 'invalid', message: 'must be keep-good or refuse-all' },
          ],
        });
      const draft = { name, description, onBadRows: wish.data };
      return accepted(
        await rosters.create(who, { ...draft, fileName: sent.fileName, body: sent.body }),
      );
    },
  }),
  route('GET /rosters/template', {
    summary: 'A roster to fill in',
    query: templateQuery,
    produces: contentTypes.xlsx,
    handle: async ({ query, reply }) => {
      await reply
        .type(contentTypes[query.format])
        .header('content-disposition', `attachment; filename="roster-template.${query.format}"`)
        .send(Buffer.from(rosters.template(query.format)));
    },
  }),
  route('GET /rosters/:id', {
    summary: 'Show one roster',
    params: idParams,
    answer: roster,
    handle: async ({ who, params }) => found(await rosters.find(who, params.id)),
  }),
  route('PATCH /rosters/:id', {
    summary: 'Change name and description; the people stay',
    params: idParams,
    body: change,
    answer: roster,
    handle: async ({ who, params, body: { version, ...words } }) =>
      accepted(await rosters.change(who, params.id, words, version)),
  }),
  route('DELETE /rosters/:id', {
    summary: 'Delete a roster that no task refers to',
    params: idParams,
    handle: async ({ who, params }) => {
      accepted(await rosters.remove(who, params.id));
    },
  }),
  route('GET /rosters/:id/people', {
    summary: 'People of a roster, by number',
    params: idParams,
    query: pageOnly,
    answer: pageOf(person),
    handle: async ({ who, params, query }) =>
      pageAnswer(found(await rosters.people(who, params.id, orderOf(query)))),
  }),
  route('GET /rosters/:id/issues', {
    summary: 'Rows that are not right, by line; the first 10,000 are kept',
    params: idParams,
    query: pageOnly,
    answer: pageOf(issue),
    handle: async ({ who, params, query }) =>
      pageAnswer(found(await rosters.issues(who, params.id, orderOf(query)))),
  }),
];
