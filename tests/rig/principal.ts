import type { Principal } from '../../src/ports/administration.ts';
import type { TenantId } from '../../src/core/ids.ts';

/** Somebody who administers this tenant and sees all of it. */
export const adminOf = (tenantId: string): Principal => ({
  kind: 'user',
  id: 'u1',
  name: 'admin@x.test',
  tenantId: tenantId as TenantId,
  role: 'admin',
  agentId: null,
  queueIds: [],
  address: null,
});
