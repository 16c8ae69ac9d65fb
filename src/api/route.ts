/** A route as data: what it takes, what it answers, who may. The server and the API description are made from the same list. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '#ports/administration.ts';
import { accessOf, type RouteKey } from './access.ts';
import { identityOf, type Identity } from './authentication.ts';
import { readForm, refuseForm, releaseForm } from './form.ts';
import type { FormLimits } from './form-parts.ts';

export interface Handling<P, Q, B> {
  readonly who: Principal;
  readonly identity: Identity;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface RouteFacts {
  readonly key: RouteKey;
  readonly summary: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Status of success: 200, or 201 of what was made, or 204 without `answer`. */
  readonly status: number;
  readonly answer?: z.ZodType;
  /** Content type of an answer that is no JSON; the handler sends it by itself. */
  readonly produces?: string;
  /** The body is a form of fields and files. */
  readonly consumes?: 'multipart/form-data';
  readonly register: (app: FastifyInstance, base: string) => void;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route whose handler reads the form by itself. */
    streamedForm?: FormLimits;
  }
}

interface RouteSpec<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  R extends z.ZodType,
> {
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly status?: number;
  readonly answer?: R;
  readonly produces?: string;
  /** How to read a form; the schema of the body then describes what comes of it. */
  readonly form?: FormLimits;
  readonly handle: (
    handling: Handling<z.output<P>, z.output<Q>, z.output<B>>,
  ) => Promise<z.output<R>> | z.output<R>;
}

export const route = <
  P extends z.ZodType = z.ZodNever,
  Q extends z.ZodType = z.ZodNever,
  B extends z.ZodType = z.ZodNever,
  R extends z.ZodType = z.ZodVoid,
>(
  key: RouteKey,
  spec: RouteSpec<P, Q, B, R>,
): RouteFacts => {
  const { params, query, body, answer, produces, form, handle } = spec;
  const status = spec.status ?? (answer || produces ? 200 : 204);
  const [method = 'GET', path = '/'] = key.split(' ');
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const value = await handle({
      get who() {
        return identityOf(request).principal;
      },
      get identity() {
        return identityOf(request);
      },
      params: request.params as z.output<P>,
      query: request.query as z.output<Q>,
      body: request.body as z.output<B>,
      request,
      reply,
    });
    // A handler that produces its own kind of answer has sent it already.
    if (produces !== undefined) return reply;
    return reply.code(status).send(value);
  };
  const handleForm: typeof handler = async (request, reply) => {
    try {
      return await handler(request, reply);
    } finally {
      releaseForm(request);
    }
  };
  return {
    key,
    summary: spec.summary,
    ...(params && { params }),
    ...(query && { query }),
    ...(body && { body }),
    ...(answer && { answer }),
    ...(produces !== undefined && { produces }),
    ...(form && form.orJson !== true && { consumes: 'multipart/form-data' as const }),
    status,
    register: (app, base) =>
      void app.route({
        method,
        url: `${base}${path}`,
        config: {
          access: accessOf(key),
          ...(form?.isStreamed === true && { streamedForm: form }),
        },
        schema: {
          ...(params && { params }),
          ...(query && { querystring: query }),
          // What the handler reads by itself it checks by itself.
          ...(body && form?.isStreamed !== true && { body }),
          ...(answer && { response: { [status]: answer } }),
        },
        preValidation: form ? readForm(form) : refuseForm,
        handler: form ? handleForm : handler,
      }),
  };
};
