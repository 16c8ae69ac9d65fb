/** Rows → the immutable directory calls decide by. */
import { createHash } from 'node:crypto';
import { asFault } from '#base/fault.ts';
import type { AgentEntry, Directory, TrunkEntry } from '#core/directory.ts';
import type { AgentId, NumberId, QueueId, TenantId, TrunkId } from '#core/ids.ts';
import { readCallRecording } from '#core/policy/call-recording.ts';
import type { DirectorySnapshot } from '#ports/directory-rows.ts';
import type { Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';

export interface BuildOptions {
  /** Realm of the digest our agents' phones answer. */
  readonly sipDomain: string;
  readonly sealer: Sealer;
  readonly log: Log;
}

/** Spec decision 15. */
const usualEmergencyNumbers = ['911', '112', '999', '000', '110', '119'];
/** Spec decision 28. */
const usualWrapUpSeconds = 30;

/**
 * H(username:realm:password) for both digest algorithms.
 *
 * @see RFC 8760 §2, RFC 7616 §3.4.2
 */
export const ha1Of = (username: string, realm: string, password: string): AgentEntry['ha1'] => {
  const text = `${username}:${realm}:${password}`;
  return {
    md5: createHash('md5').update(text, 'utf8').digest('hex'),
    sha256: createHash('sha256').update(text, 'utf8').digest('hex'),
  };
};

/** The secret, or null with a line in the log: one damaged row must not stop the calls of all others. */
const openSecret = (
  { sealer, log }: BuildOptions,
  row: { readonly id: string },
  kind: 'agent' | 'trunk',
  sealed: string,
): string | null => {
  try {
    return Buffer.from(sealer.open(sealed)).toString('utf8');
  } catch (thrown) {
    const fault = asFault(thrown, 'secrets/damaged');
    log.error('directory.secret-unreadable', {
      kind,
      id: row.id,
      code: fault.code,
      reason: fault.message,
    });
    return null;
  }
};

const buildAgent = (
  options: BuildOptions,
  row: DirectorySnapshot['agents'][number],
): AgentEntry | null => {
  const password = openSecret(options, row, 'agent', row.sipPasswordSealed);
  if (password === null) return null;
  const { sipPasswordSealed: _sealed, ...agent } = row;
  return {
    ...agent,
    id: row.id as AgentId,
    tenantId: row.tenantId as TenantId,
    ha1: ha1Of(row.sipUsername, options.sipDomain, password),
    queueIds: row.queueIds as readonly QueueId[],
  };
};

const buildTrunk = (
  options: BuildOptions,
  row: DirectorySnapshot['trunks'][number],
): TrunkEntry | null => {
  const { username, passwordSealed, sortOrder, ...trunk } = row;
  const password =
    passwordSealed === null ? null : openSecret(options, row, 'trunk', passwordSealed);
  if (passwordSealed !== null && password === null) return null;
  return {
    ...trunk,
    id: row.id as TrunkId,
    tenantId: row.tenantId as TenantId,
    credentials: username === null || password === null ? null : { username, password },
    order: sortOrder,
  };
};

const buildNumber = (row: DirectorySnapshot['numbers'][number]): Directory['numbers'][number] => ({
  id: row.id as NumberId,
  tenantId: row.tenantId as TenantId,
  number: row.number,
  target:
    row.targetKind === 'queue'
      ? { kind: 'queue', id: row.targetId as QueueId }
      : { kind: 'agent', id: row.targetId as AgentId },
});

export const buildDirectory = (rows: DirectorySnapshot, options: BuildOptions): Directory => {
  const living = new Set(rows.tenants.map((tenant) => tenant.id));
  const ofLiving = (row: { readonly tenantId: string }): boolean => living.has(row.tenantId);
  return {
    version: rows.version,
    tenants: rows.tenants.map(({ id, name, timeZone, country, settings, callRecording }) => ({
      id: id as TenantId,
      name,
      timeZone,
      country,
      recording: readCallRecording(callRecording),
      allowedPrefixes: settings.allowedPrefixes ?? [],
      emergencyNumbers: settings.emergencyNumbers ?? usualEmergencyNumbers,
      wrapUpSeconds: settings.wrapUpSeconds ?? usualWrapUpSeconds,
    })),
    trunks: rows.trunks
      .filter(ofLiving)
      .map((row) => buildTrunk(options, row))
      .filter((trunk) => trunk !== null),
    numbers: rows.numbers.filter(ofLiving).map(buildNumber),
    agents: rows.agents
      .filter(ofLiving)
      .map((row) => buildAgent(options, row))
      .filter((agent) => agent !== null),
    queues: rows.queues.filter(ofLiving).map((row) => ({
      ...row,
      id: row.id as QueueId,
      tenantId: row.tenantId as TenantId,
      parentId: row.parentId as QueueId | null,
    })),
  };
};
