/** Errors as `application/problem+json` (RFC 9457), worded by the table of faults. */
import type { FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { Fault, type FaultCode } from '#base/fault.ts';
import type { Result } from '#base/result.ts';
import { faultRow } from '#core/fault-table.ts';
import type { FieldError, Refusal } from '#ports/administration.ts';
import { formatCodeOf } from './format-rules.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly requestId: string;
}

/** A refusal on its way to the answer. */
export const refused = (refusal: Refusal): Fault => {
  const row = faultRow(refusal.code);
  return new Fault(refusal.code, refusal.detail ?? row.title, {
    blame: 'caller',
    retry: row.retry,
    facts: { refusal },
  });
};

/** The value, or the refusal as the answer of the request. */
export const accepted = <T>(result: Result<T, Refusal>): T => {
  if (result.ok) return result.value;
  throw refused(result.error);
};

/** What was looked for, or 404. */
export const found = <T>(value: T | null | undefined): T => {
  if (value !== null && value !== undefined) return value;
  throw refused({ code: 'api/not-found' });
};

/** What Fastify itself refuses, by its code. */
const frameworkCodes: Readonly<Record<string, FaultCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'api/unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'api/payload-too-large',
  FST_ERR_CTP_INVALID_JSON_BODY: 'api/invalid-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'api/invalid-request',
};

/** Of what a schema says about a value it refused: its limits, never the value. */
const factNames = ['origin', 'minimum', 'maximum', 'format', 'expected'] as const;

const factsOf = (params: object): Record<string, string | number> => {
  const given: Readonly<Partial<Record<string, unknown>>> = { ...params };
  const facts: Record<string, string | number> = {};
  for (const name of factNames) {
    const value = given[name];
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value;
  }
  return facts;
};

const validationErrors = (error: unknown): readonly FieldError[] | undefined => {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  return error.validation.map(({ instancePath, keyword, message, params }) => {
    const facts = factsOf(params);
    return {
      field: instancePath.replace(/^\//, '').replaceAll('/', '.'),
      code: formatCodeOf(message) ?? keyword,
      message: message ?? 'is not valid',
      ...(Object.keys(facts).length > 0 && { facts }),
    };
  });
};

const refusalOf = (fault: Fault): Refusal | undefined => {
  const { refusal } = fault.facts;
  return typeof refusal === 'object' && refusal !== null ? (refusal as Refusal) : undefined;
};

const statusOf = (error: object): number =>
  'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;

/** What went wrong, in the words of the table. */
export const problemOf = (
  error: unknown,
  requestId: string,
): { readonly problem: Problem; readonly retryAfterSeconds: number | undefined } => {
  const make = (
    code: FaultCode,
    detail: string,
    errors: readonly FieldError[] = [],
    retryAfterSeconds?: number,
  ) => {
    const { title, http, retry } = faultRow(code);
    const status = http ?? 500;
    const problem = { type: 'about:blank', title, status, code, detail, errors, requestId };
    const waits = retryAfterSeconds ?? (retry === 'later' && status !== 409 ? 5 : undefined);
    return { problem, retryAfterSeconds: status >= 400 ? waits : undefined };
  };
  const fields = validationErrors(error);
  if (fields) return make('api/invalid-request', 'Some fields are not valid.', fields);
  if (error instanceof Fault) {
    const refusal = refusalOf(error);
    const isOurs = (faultRow(error.code).http ?? 500) >= 500;
    // The words of an inner fault may name files and hosts: they belong into the log.
    const detail = isOurs ? faultRow(error.code).remedy : error.message;
    return make(error.code, detail, refusal?.errors, refusal?.retryAfterSeconds);
  }
  if (error instanceof Error) {
    const code = 'code' in error ? frameworkCodes[String(error.code)] : undefined;
    if (code) return make(code, error.message);
    if (statusOf(error) < 500) return make('api/invalid-request', error.message);
  }
  return make('api/internal', faultRow('api/internal').remedy);
};

export const sendProblem = (
  reply: FastifyReply,
  { problem, retryAfterSeconds }: ReturnType<typeof problemOf>,
): FastifyReply => {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="callreel"');
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problem);
};
