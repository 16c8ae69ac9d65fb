/** A person's named filters of the lists. */
import { z } from 'zod';
import type { SavedViewId } from '#core/ids.ts';
import type { Principal } from '#ports/administration.ts';
import type { SavedView, ViewOwner } from '#ports/saved-views.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { found, refused } from '../problem.ts';
import { callQuery, recordingQuery } from '../record-schemas.ts';
import { route, type RouteFacts } from '../route.ts';
import { idParams } from '../schemas.ts';

const list = z.enum(['recordings', 'calls']);
const name = z.string().trim().min(1).max(100);
const filter = z
  .record(z.string().max(32), z.string().max(200))
  .describe('The query of the list, without `limit` and `cursor`');

const view = z.object({ id: z.string(), list, name, filter }).meta({ id: 'SavedView' });
const newView = z.strictObject({ list, name, filter });
const viewChange = z.strictObject({ name: name.optional(), filter: filter.optional() });

const place = { limit: true, cursor: true } as const;
const queries = { recordings: recordingQuery.omit(place), calls: callQuery.omit(place) };

/** What the list would refuse is not kept. */
const checked = (
  of: 'recordings' | 'calls',
  given: Readonly<Record<string, string>> | undefined,
): void => {
  if (given === undefined) return;
  const judged = queries[of].safeParse(given);
  if (judged.success) return;
  throw refused({
    code: 'api/invalid-request',
    errors: judged.error.issues.map(({ path, code, message }) => ({
      field: ['filter', ...path.map(String)].join('.'),
      code,
      message,
    })),
  });
};

const answerOf = ({ viewId, ...rest }: SavedView): z.output<typeof view> => ({
  id: viewId,
  ...rest,
});

const ownerOf = (who: Principal): ViewOwner => ({ tenantId: who.tenantId, ownerId: who.id });

const taken = () =>
  refused({
    code: 'view/name-taken',
    errors: [{ field: 'name', code: 'taken', message: 'is the name of another view' }],
  });

export const savedViewRoutes = (deps: ApiDependencies): readonly RouteFacts[] => {
  const { administration, savedViews } = deps;
  const writeDown = (who: Principal, verb: string, viewId: string | null, of: string) =>
    administration.audit.note(who, {
      action: `view.${verb}`,
      subjectKind: 'view',
      ...(viewId !== null && { subjectId: viewId }),
      detail: { name: of },
    });
  return [
    route('GET /saved-views', {
      summary: 'The own named filters of a list, by name',
      query: z.strictObject({ list: list.default('recordings') }),
      answer: z.object({ items: z.array(view) }),
      handle: async ({ who, query }) => ({
        items: (await savedViews.list(ownerOf(who), query.list)).map(answerOf),
      }),
    }),
    route('POST /saved-views', {
      summary: 'Keep a filter under a name; at most fifty of a list',
      body: newView,
      status: 201,
      answer: view,
      handle: async ({ who, body }) => {
        checked(body.list, body.filter);
        await writeDown(who, 'create', null, body.name);
        const made = await savedViews.create(ownerOf(who), body);
        if (made.ok) return answerOf(made.value);
        throw made.error === 'name-taken' ? taken() : refused({ code: 'view/too-many' });
      },
    }),
    route('PATCH /saved-views/:id', {
      summary: 'Rename a view, or give it another filter',
      params: idParams,
      body: viewChange,
      answer: view,
      handle: async ({ who, params, body }) => {
        const owner = ownerOf(who);
        const before = found(await savedViews.find(owner, params.id as SavedViewId));
        checked(before.list, body.filter);
        await writeDown(who, 'update', before.viewId, body.name ?? before.name);
        const change = {
          ...(body.name !== undefined && { name: body.name }),
          ...(body.filter !== undefined && { filter: body.filter }),
        };
        if (Object.keys(change).length > 0) {
          const changed = await savedViews.change(owner, before.viewId, change);
          if (!changed.ok) throw taken();
        }
        return answerOf({ ...before, ...change });
      },
    }),
    route('DELETE /saved-views/:id', {
      summary: 'Remove a view; what it showed stays',
      params: idParams,
      handle: async ({ who, params }) => {
        const owner = ownerOf(who);
        const before = found(await savedViews.find(owner, params.id as SavedViewId));
        await writeDown(who, 'delete', before.viewId, before.name);
        await savedViews.remove(owner, before.viewId);
      },
    }),
  ];
};
