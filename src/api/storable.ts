/** Text that no column can hold: PostgreSQL's `text` and `jsonb` have no place for the character zero. */
import type { FastifyInstance } from 'fastify';
import { refused } from './problem.ts';

/** The first field with such text, as a path of its names; undefined when there is none. */
const unstorableField = (value: unknown, path: string): string | undefined => {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (name.includes('\0')) return path;
    const field = unstorableField(inner, path === '' ? name : `${path}.${name}`);
    if (field !== undefined) return field;
  }
  return undefined;
};

/** Nothing has an id with such text (404); a filter or a field with it is a mistake of its sender (400). */
export const refuseUnstorable = (app: FastifyInstance): void => {
  app.addHook('preValidation', async (request) => {
    if (unstorableField(request.params, '') !== undefined) throw refused({ code: 'api/not-found' });
    const field = unstorableField(request.query, '') ?? unstorableField(request.body, '');
    if (field === undefined) return;
    const error = { field, code: 'invalid_text', message: 'must not hold the character zero' };
    throw refused({
      code: 'api/invalid-request',
      detail: 'Some fields are not valid.',
      errors: [error],
    });
  });
};
