import { ok, refuse } from '#base/result.ts';
import type { TenantId, UserId } from '#core/ids.ts';
import { reachOf } from '#core/policy/rights.ts';
import type { TenantRow } from '#ports/admin-store.ts';
import type { Administration, NewTenant, Principal, TenantView } from '#ports/administration.ts';
import {
  changedMeanwhile,
  differences,
  given,
  notFound,
  write,
  type Context,
  type Desk,
  type TakenTable,
} from './desk.ts';
import { newId, newPassword } from './secrets.ts';

const viewOf = (row: TenantRow): TenantView => ({
  id: row.id,
  version: row.version,
  name: row.name,
  vdnId: row.vdnId,
  sdkAppId: row.sdkAppId,
  timeZone: row.timeZone,
  country: row.country,
  recordingStorageDays: row.recordingStorageDays,
  ...row.settings,
  createdAt: row.createdAt.toISOString(),
});

const taken: TakenTable = {
  tenants_vdn_id_key: { code: 'tenant/vdn-id-taken', field: 'vdnId' },
  tenants_sdk_app_id_key: { code: 'tenant/sdk-app-id-taken', field: 'sdkAppId' },
  users_email: { code: 'user/email-taken', field: 'admin.email' },
};

/** What the first tenant gets; the ones after it count on (SdkAppIds of the pushes' source are ten digits long). */
const firstNumbers = { vdnId: 1, sdkAppId: 1_400_000_001 };

/** Spec decision 15. */
const emergencyNumbers = ['911', '112', '999', '000', '110', '119'];
/** Spec decision 7. */
const DEFAULT_STORAGE_DAYS = 90;
/** Spec decision 28. */
const DEFAULT_WRAP_UP_SECONDS = 30;

export const buildTenant = async (context: Context, draft: NewTenant): Promise<TenantRow> => {
  const highest = await context.rows.tenants.highestNumbers();
  return {
    id: newId() as TenantId,
    version: 1,
    name: draft.name,
    vdnId: draft.vdnId ?? (highest ? highest.vdnId + 1 : firstNumbers.vdnId),
    sdkAppId: draft.sdkAppId ?? (highest ? highest.sdkAppId + 1 : firstNumbers.sdkAppId),
    timeZone: draft.timeZone ?? 'UTC',
    country: draft.country ?? 'US',
    recordingStorageDays: draft.recordingStorageDays ?? DEFAULT_STORAGE_DAYS,
    settings: {
      allowedPrefixes: draft.allowedPrefixes ?? [],
      emergencyNumbers: draft.emergencyNumbers ?? emergencyNumbers,
      wrapUpSeconds: draft.wrapUpSeconds ?? DEFAULT_WRAP_UP_SECONDS,
      agentsSeeListening: draft.agentsSeeListening ?? true,
    },
    createdAt: context.now,
  };
};

const addAdministrator = async (
  { rows, desk, now }: Context,
  tenantId: TenantId,
  admin: NonNullable<NewTenant['admin']>,
): Promise<{ readonly email: string; readonly password: string | null }> => {
  const made = admin.password === undefined ? newPassword() : null;
  const email = admin.email.toLowerCase();
  await rows.users.insert({
    id: newId() as UserId,
    version: 1,
    tenantId,
    email,
    name: email,
    passwordHash: await desk.passwords.hash(admin.password ?? made ?? ''),
    role: 'admin',
    agentId: null,
    queueIds: [],
    createdAt: now,
    disabledAt: null,
  });
  return { email, password: made };
};

/** An owner sees every tenant, anybody else their own. */
const reaches = (who: Principal, id: string): boolean =>
  reachOf(who.role, 'tenants:read') === 'installation' || id === who.tenantId;

export const createTenants = (desk: Desk): Administration['tenants'] => ({
  list: async (who, page) => {
    if (reachOf(who.role, 'tenants:read') !== 'installation') {
      const own = await desk.store.tenants.find(who.tenantId);
      return { items: own ? [viewOf(own)] : [], nextCursor: null };
    }
    const found = await desk.store.tenants.list(page);
    return { items: found.items.map(viewOf), nextCursor: found.nextCursor };
  },
  find: async (who, id) => {
    const row = reaches(who, id) ? await desk.store.tenants.find(id) : null;
    return row && viewOf(row);
  },
  create: (who, draft) =>
    write(desk, who, taken, async (context) => {
      const row = await buildTenant(context, draft);
      await context.rows.tenants.insert(row);
      const admin = draft.admin ? await addAdministrator(context, row.id, draft.admin) : null;
      const detail = { ...viewOf(row), admin: admin?.email ?? null };
      const note = { action: 'tenant.create', subjectKind: 'tenant', subjectId: row.id, detail };
      return ok({ value: { ...viewOf(row), admin }, topic: 'settings', note });
    }),
  change: (who, id, change) =>
    write(desk, who, taken, async ({ rows }) => {
      const before = reaches(who, id) ? await rows.tenants.find(id) : null;
      if (!before) return refuse(notFound);
      if (change.version !== undefined && change.version !== before.version)
        return refuse(changedMeanwhile);
      const {
        allowedPrefixes,
        emergencyNumbers: emergency,
        wrapUpSeconds,
        agentsSeeListening,
        ...rest
      } = change;
      const settings = {
        ...before.settings,
        ...given({
          allowedPrefixes,
          emergencyNumbers: emergency,
          wrapUpSeconds,
          agentsSeeListening,
        }),
      };
      const after: TenantRow = {
        ...before,
        ...given(rest),
        settings,
        version: before.version + 1,
      };
      await rows.tenants.update(after);
      const detail = { changed: differences(viewOf(before), viewOf(after)) };
      const note = { action: 'tenant.update', subjectKind: 'tenant', subjectId: id, detail };
      return ok({ value: viewOf(after), topic: 'settings', note, tenantId: before.id });
    }),
  /** A tenant goes only with everything it recorded, which is an erasure and not this. */
  remove: () => Promise.resolve(refuse({ code: 'api/method-not-allowed' })),
});
