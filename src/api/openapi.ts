/** The API description (OpenAPI 3.1), made from the same routes and schemas that answer. */
import { z } from 'zod';
import { accessOf } from './access.ts';
import type { RouteFacts } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string().describe('Stable; see docs/errors.md'),
  detail: z.string(),
  errors: z.array(
    z.object({
      field: z.string(),
      code: z.string().describe('Stable'),
      message: z.string(),
      facts: z
        .record(z.string(), z.union([z.string(), z.number()]))
        .optional()
        .describe('What the message names: limits and findings'),
    }),
  ),
  requestId: z.string(),
});

/** Schemas with an id become components; zod leaves them in `$defs`, OpenAPI wants them in one place. */
class Components {
  readonly schemas: Record<string, unknown> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): unknown {
    const json = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' });
    const { $schema: _schema, $defs = {}, ...rest } = json;
    for (const [name, definition] of Object.entries($defs)) this.#add(name, definition);
    const id = z.globalRegistry.get(schema)?.id;
    if (typeof id !== 'string') return this.#moved(rest);
    const reference = `#/components/schemas/${id}`;
    // A schema met inside another before comes out as a mere pointer to its definition, which is added already.
    if (!('$ref' in rest)) this.#add(id, rest);
    return { $ref: reference };
  }

  #add(name: string, definition: unknown): void {
    const { id: _id, ...rest } = this.#moved(definition) as Record<string, unknown>;
    this.schemas[name] = rest;
  }

  #moved(value: unknown): unknown {
    return JSON.parse(
      JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'),
    ) as unknown;
  }
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

const parametersOf = (
  components: Components,
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
): readonly Json[] => {
  if (!schema) return [];
  const { properties = {}, required = [] } = components.of(schema, 'input') as ObjectSchema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
};

const answerOf = (components: Components, facts: RouteFacts): Json => {
  if (facts.answer)
    return {
      description: 'Done',
      content: { 'application/json': { schema: components.of(facts.answer, 'output') } },
    };
  if (facts.produces === undefined) return { description: 'Done' };
  const types = facts.produces === 'audio/mpeg' ? ['audio/mpeg', 'audio/wav'] : [facts.produces];
  const schema = { type: 'string', format: 'binary' };
  return {
    description: 'The bytes',
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  };
};

const rightOf = (facts: RouteFacts): string => {
  const access = accessOf(facts.key);
  if (access === 'public') return 'Anybody.';
  if (access === 'signed-in') return 'Everybody who is signed in.';
  if (typeof access === 'string') return `Right: \`${access}\`.`;
  return `Right: \`${access.right}\`; with \`download=1\` \`${access.download}\`.`;
};

const operationOf = (components: Components, facts: RouteFacts): Json => {
  const [method = 'GET', path = ''] = facts.key.split(' ');
  const words = path.split(/[/:{}-]+/).filter((word) => word !== '');
  const operationId = [method.toLowerCase(), ...words]
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')
    .replaceAll('.', '');
  const idempotencyKey: Json = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', maxLength: 200 },
  };
  const parameters = [
    ...parametersOf(components, facts.params, 'path'),
    ...parametersOf(components, facts.query, 'query'),
    ...(method === 'POST' && accessOf(facts.key) !== 'public' ? [idempotencyKey] : []),
  ];
  const isPublic = accessOf(facts.key) === 'public';
  return {
    operationId,
    tags: [words[0] ?? ''],
    summary: facts.summary,
    description: rightOf(facts),
    ...(isPublic && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(facts.body && {
      requestBody: {
        required: true,
        content: {
          [facts.consumes ?? 'application/json']: { schema: components.of(facts.body, 'input') },
        },
      },
    }),
    responses: {
      [String(facts.status)]: answerOf(components, facts),
      default: {
        description: 'A refusal or an error; see docs/errors.md for every code',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  };
};

/** @param version of the product */
export const describeApi = (
  routes: readonly RouteFacts[],
  options: { readonly base: string; readonly version: string; readonly cookie: string },
): Json => {
  const components = new Components();
  components.schemas['Problem'] = components.of(problem, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const facts of routes) {
    const [method = 'GET', path = ''] = facts.key.split(' ');
    const place = path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[place] ??= {})[method.toLowerCase()] = operationOf(components, facts);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Callreel',
      version: options.version,
      description:
        'Call recording for contact centres. Sign in with POST /sessions (cookie, and X-CSRF-Token on writes) or send an API key as a bearer token. Everything is scoped to one tenant; the id of another tenant is 404. Lists take `limit` and `cursor`. Writes by POST take `Idempotency-Key`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: options.base }],
    security: [{ session: [] }, { key: [] }],
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: options.cookie,
          description:
            'The name carries the port of CALLREEL_PUBLIC_URL and over TLS begins with `__Host-`: keep what Set-Cookie names.',
        },
        key: { type: 'http', scheme: 'bearer' },
      },
      schemas: Object.fromEntries(
        Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    },
  };
};
