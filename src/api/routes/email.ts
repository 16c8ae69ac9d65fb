/** The tenant's mail server, and a message that shows whether it works. */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { ApiDependencies } from '../dependencies.ts';
import { accepted } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';

const address = z
  .string()
  .trim()
  .max(254, 'must have at most 254 characters')
  .regex(/^[^\s@<>,;:"\\]+@[^\s@<>,;:"\\]+$/, 'must be an e-mail address');
/** One line: it becomes a header. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `must have at most ${most} characters`)
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line of plain text');
const host = z
  .string()
  .trim()
  .max(253, 'must have at most 253 characters')
  .refine(
    (text) => isIP(text) !== 0 || /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d-]+)*\.?$/i.test(text),
    'must be a host name or an address',
  );
const security = z
  .enum(['starttls', 'tls', 'none'])
  .describe('starttls: refuses to go on without TLS; tls: from the first byte');

const shown = z.object({
  host: z.string(),
  port: z.number(),
  security,
  username: z.string().nullable(),
  hasPassword: z.boolean().describe('The password itself is never shown'),
  fromAddress: z.string(),
  fromName: z.string(),
});

const email = z
  .object({
    version: z.number().describe('Grows with each change; send it back with yours'),
    settings: shown.nullable().describe('Null: the tenant has no mail server of its own'),
    hasInstallationServer: z.boolean().describe('Used by tenants without one'),
  })
  .meta({ id: 'EmailSettings' });

const change = z.strictObject({
  version: z.number().int().min(0).optional(),
  host,
  port: z.number().int().min(1).max(65_535),
  security,
  username: line(200).min(1).nullable(),
  password: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .optional()
    .describe('Absent: the present one stays as long as host and user name do'),
  fromAddress: address,
  fromName: line(100),
});

const tested = z
  .object({
    sent: z.boolean(),
    why: z
      .enum(['address-not-allowed', 'unreachable', 'tls', 'not-signed-in', 'refused', 'timed-out'])
      .nullable(),
    detail: z.string().nullable().describe('The mail server’s own words'),
  })
  .meta({ id: 'EmailTest' });

export const emailRoutes = ({ email: desk }: ApiDependencies): readonly RouteFacts[] => [
  route('GET /settings/email', {
    summary: 'The tenant’s mail server, without its password',
    answer: email,
    handle: ({ who }) => desk.read(who),
  }),
  route('PUT /settings/email', {
    summary: 'Set the tenant’s mail server',
    body: change,
    answer: email,
    handle: async ({ who, body }) => accepted(await desk.change(who, body)),
  }),
  route('DELETE /settings/email', {
    summary: 'Forget the tenant’s mail server and its password',
    handle: async ({ who }) => {
      accepted(await desk.remove(who));
    },
  }),
  route('POST /settings/email/test', {
    summary: 'Send a test message; says in plain words what came of it',
    body: z.strictObject({ to: address }),
    answer: tested,
    handle: async ({ who, body }) => {
      const refusal = accepted(await desk.test(who, body.to));
      return {
        sent: refusal === null,
        why: refusal?.why ?? null,
        detail: refusal?.detail ?? null,
      };
    },
  }),
];
