/** The one door to the server: typed by its published description, refusals as values of one class. */
import createClient, { type Middleware } from 'openapi-fetch';
import { fetchOrBegun } from './begun.ts';
import type { components, paths } from './schema.ts';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

/** An answer that is no success; `code` is one of docs/errors.md, or `console/unreachable` when there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Problem['errors'];
  readonly retryAfterSeconds: number | null;
  readonly requestId: string | null;

  constructor(facts: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly fields?: Problem['errors'];
    readonly retryAfterSeconds?: number | null;
    readonly requestId?: string | null;
    readonly cause?: unknown;
  }) {
    super(facts.message, { cause: facts.cause });
    this.name = 'ApiError';
    this.status = facts.status;
    this.code = facts.code;
    this.fields = facts.fields ?? [];
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
    this.requestId = facts.requestId ?? null;
  }
}

export const base = '/api/v1';

let csrfToken: string | null = null;

/** Of the session that is signed in; sent with every write. */
export const useToken = (token: string | null): void => {
  csrfToken = token;
};

/** What a write by another way than `client` has to carry. */
export const tokenHeaders = (): Readonly<Record<string, string>> =>
  csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken };

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

const secondsOf = (header: string | null): number | null => {
  const seconds = Number(header);
  return header === null || !Number.isFinite(seconds) ? null : seconds;
};

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'title' in value;

/** What a response that is no success says, as an error to throw. */
export const errorOf = async (response: Response): Promise<ApiError> => {
  const body: unknown = await response.json().catch(() => null);
  const retryAfterSeconds = secondsOf(response.headers.get('retry-after'));
  if (isProblem(body))
    return new ApiError({
      status: response.status,
      code: body.code,
      message: body.detail === '' ? body.title : body.detail,
      fields: body.errors,
      requestId: body.requestId,
      retryAfterSeconds,
    });
  const message = `${response.status} ${response.statusText}`;
  return new ApiError({
    status: response.status,
    code: 'console/answer',
    message,
    retryAfterSeconds,
  });
};

const guard: Middleware = {
  onRequest: ({ request }) => {
    if (csrfToken !== null && writes.has(request.method))
      request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  onResponse: async ({ response }) => {
    if (!response.ok) throw await errorOf(response);
    return undefined;
  },
  onError: ({ error }) => {
    if (error instanceof ApiError) return error;
    const message = 'The server does not answer.';
    return new ApiError({ status: 0, code: 'console/unreachable', message, cause: error });
  },
};

export const client = createClient<paths>({ baseUrl: base, fetch: fetchOrBegun });
client.use(guard);

/** The body of a success; a refusal was thrown before. */
export const answered = async <T>(
  asked: Promise<{ readonly data?: T; readonly response: Response }>,
): Promise<T> => {
  const { data, response } = await asked;
  if (data === undefined) throw await errorOf(response);
  return data;
};

/** For what the description does not type: bytes, and operations that a server may not have. */
export const fetchRaw = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const headers = new Headers(init.headers);
  if (csrfToken !== null && writes.has(init.method ?? 'GET'))
    headers.set('X-CSRF-Token', csrfToken);
  let response: Response;
  try {
    response = await fetch(`${base}${path}`, { ...init, headers });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    const message = 'The server does not answer.';
    throw new ApiError({ status: 0, code: 'console/unreachable', message, cause });
  }
  if (!response.ok) throw await errorOf(response);
  return response;
};
