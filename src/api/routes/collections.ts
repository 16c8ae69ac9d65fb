/** The five routes of a kind of thing: list, make, show, change, remove. */
import { z } from 'zod';
import type { Result } from '#base/result.ts';
import type {
  Administration,
  Collection,
  Page,
  PageOrder,
  Principal,
  Refusal,
} from '#ports/administration.ts';
import type { RouteKey } from '../access.ts';
import { accepted, found } from '../problem.ts';
import { route, type RouteFacts } from '../route.ts';
import * as schemas from '../schemas.ts';

const { idParams, pageOf, pageQuery } = schemas;
export const pageOnly = z.strictObject(pageQuery);

export const orderOf = (query: { limit: number; cursor?: string | undefined }): PageOrder => ({
  limit: query.limit,
  cursor: query.cursor ?? null,
});

/** A page as the answer of its route. */
export const pageAnswer = <T>(page: Page<T>): { items: T[]; nextCursor: string | null } => ({
  items: [...page.items],
  nextCursor: page.nextCursor,
});

type Words = readonly [one: string, many: string];

/** Views as they stand are the answer. */
const readRoutes = (
  path: string,
  [one, many]: Words,
  schema: z.ZodType,
  things: {
    list(who: Principal, page: PageOrder): Promise<Page<unknown>>;
    find(who: Principal, id: string): Promise<unknown>;
  },
): readonly RouteFacts[] => [
  route(`GET ${path}` as RouteKey, {
    summary: `List the ${many}`,
    query: pageOnly,
    answer: pageOf(schema),
    handle: async ({ who, query }) => pageAnswer(await things.list(who, orderOf(query))),
  }),
  route(`GET ${path}/:id` as RouteKey, {
    summary: `Show one ${one}`,
    params: idParams,
    answer: schema,
    handle: async ({ who, params }) => found(await things.find(who, params.id)),
  }),
];

const createRoute = <Draft extends z.ZodType, Created extends z.ZodType>(
  path: string,
  [one]: Words,
  draft: Draft,
  created: Created,
  things: Pick<Collection<unknown, z.output<Draft>, never, z.output<Created>>, 'create'>,
): RouteFacts =>
  route(`POST ${path}` as RouteKey, {
    summary: `Make a ${one}`,
    body: draft,
    status: 201,
    answer: created,
    handle: async ({ who, body }) => accepted(await things.create(who, body)),
  });

const changeRoute = <View extends z.ZodType, Change extends z.ZodType>(
  path: string,
  [one]: Words,
  change: Change,
  schema: View,
  things: {
    change(
      who: Principal,
      id: string,
      change: z.output<Change>,
    ): Promise<Result<z.output<View>, Refusal>>;
  },
): RouteFacts =>
  route(`PATCH ${path}/:id` as RouteKey, {
    summary: `Change a ${one}; what is absent stays`,
    params: idParams,
    body: change,
    answer: schema,
    handle: async ({ who, params, body }) => accepted(await things.change(who, params.id, body)),
  });

const removeRoute = (
  path: string,
  summary: string,
  things: Pick<Collection<unknown, never, never>, 'remove'>,
): RouteFacts =>
  route(`DELETE ${path}/:id` as RouteKey, {
    summary,
    params: idParams,
    handle: async ({ who, params }) => {
      accepted(await things.remove(who, params.id));
    },
  });

export const collectionRoutes = (admin: Administration): readonly RouteFacts[] => {
  const { tenants, users, apiKeys, trunks, numbers, queues } = admin;
  const tenant = ['tenant', 'tenants'] as const;
  const user = ['user', 'users'] as const;
  const key = ['API key', 'API keys'] as const;
  const trunk = ['trunk', 'trunks'] as const;
  const number = ['number', 'numbers'] as const;
  const queue = ['queue', 'queues'] as const;
  const s = schemas;
  return [
    ...readRoutes('/tenants', tenant, s.tenant, tenants),
    createRoute('/tenants', tenant, s.newTenant, s.createdTenant, tenants),
    changeRoute('/tenants', tenant, s.tenantChange, s.tenant, tenants),

    ...readRoutes('/users', user, s.user, users),
    createRoute('/users', user, s.newUser, s.user, users),
    changeRoute('/users', user, s.userChange, s.user, users),
    removeRoute('/users', 'Remove a user', users),

    ...readRoutes('/api-keys', key, s.apiKey, apiKeys),
    createRoute('/api-keys', key, s.newApiKey, s.createdApiKey, apiKeys),
    removeRoute('/api-keys', 'Revoke an API key', apiKeys),

    ...readRoutes('/trunks', trunk, s.trunk, trunks),
    createRoute('/trunks', trunk, s.newTrunk, s.trunk, trunks),
    changeRoute('/trunks', trunk, s.trunkChange, s.trunk, trunks),
    removeRoute('/trunks', 'Remove a trunk', trunks),

    ...readRoutes('/numbers', number, s.number, numbers),
    createRoute('/numbers', number, s.newNumber, s.number, numbers),
    changeRoute('/numbers', number, s.numberChange, s.number, numbers),
    removeRoute('/numbers', 'Remove a number', numbers),

    ...readRoutes('/queues', queue, s.queue, queues),
    createRoute('/queues', queue, s.newQueue, s.queue, queues),
    changeRoute('/queues', queue, s.queueChange, s.queue, queues),
    removeRoute('/queues', 'Remove a queue', queues),
  ];
};
