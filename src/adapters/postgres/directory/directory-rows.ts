import type { Kysely, Transaction } from 'kysely';
import type { DirectoryRows, DirectorySnapshot } from '#ports/directory-rows.ts';
import type { DB } from '../schema.ts';

const versionOf = async (db: Kysely<DB>): Promise<number> => {
  const { version } = await db
    .selectFrom('directoryVersion')
    .select('version')
    .executeTakeFirstOrThrow();
  return version;
};

const readTenants = (trx: Transaction<DB>, scope: string) =>
  trx
    .selectFrom('tenants')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('settingsVersions')
          .distinctOn('tenantId')
          .select(['tenantId', 'value'])
          .where('scope', '=', scope)
          .orderBy('tenantId')
          .orderBy('version', 'desc')
          .as('latest'),
      (join) => join.onRef('latest.tenantId', '=', 'tenants.id'),
    )
    .select(['id', 'name', 'timeZone', 'country', 'settings', 'latest.value as callRecording'])
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute();

const readTrunks = async (trx: Transaction<DB>): Promise<DirectorySnapshot['trunks']> => {
  const trunks = await trx
    .selectFrom('trunks')
    .select([
      'id',
      'tenantId',
      'name',
      'host',
      'port',
      'transport',
      'username',
      'passwordSealed',
      'callerNumbers',
      'sortOrder',
    ])
    .where('deletedAt', 'is', null)
    .orderBy('sortOrder')
    .orderBy('id')
    .execute();
  const addresses = await trx
    .selectFrom('trunkAddresses')
    .select(['trunkId', 'address'])
    .orderBy('position')
    .orderBy('address')
    .execute();
  const byTrunk = Map.groupBy(addresses, (row) => row.trunkId);
  return trunks.map((trunk) => ({
    ...trunk,
    allowedAddresses: (byTrunk.get(trunk.id) ?? []).map((row) => row.address),
  }));
};

const readAgents = async (trx: Transaction<DB>): Promise<DirectorySnapshot['agents']> => {
  const agents = await trx
    .selectFrom('agents')
    .select([
      'id',
      'tenantId',
      'email',
      'name',
      'agentId',
      'sipUsername',
      'sipPasswordSealed',
      'callerNumber',
    ])
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute();
  const memberships = await trx
    .selectFrom('queueAgents')
    .innerJoin('queues', 'queues.id', 'queueAgents.queueId')
    .select(['queueAgents.queueId', 'queueAgents.agentId'])
    .where('queues.deletedAt', 'is', null)
    .orderBy('queueId')
    .execute();
  const byAgent = Map.groupBy(memberships, (row) => row.agentId);
  return agents.map((agent) => ({
    ...agent,
    queueIds: (byAgent.get(agent.id) ?? []).map((row) => row.queueId),
  }));
};

const readQueues = (trx: Transaction<DB>): Promise<DirectorySnapshot['queues']> =>
  trx
    .selectFrom('queues')
    .select([
      'id',
      'tenantId',
      'name',
      'channel',
      'parentId',
      'ringSeconds',
      'maxWaitSeconds',
      'waitingTone',
    ])
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute();

const readNumbers = (trx: Transaction<DB>): Promise<DirectorySnapshot['numbers']> =>
  trx
    .selectFrom('numbers')
    .select(['id', 'tenantId', 'number', 'targetKind', 'targetId'])
    .orderBy('id')
    .execute();

export class SqlDirectoryRows implements DirectoryRows {
  readonly #db: Kysely<DB>;
  readonly #callRecordingScope: string;

  constructor(db: Kysely<DB>, options: { readonly callRecordingScope: string }) {
    this.#db = db;
    this.#callRecordingScope = options.callRecordingScope;
  }

  version(): Promise<number> {
    return versionOf(this.#db);
  }

  read(): Promise<DirectorySnapshot> {
    return this.#db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (trx) => ({
        version: await versionOf(trx),
        tenants: await readTenants(trx, this.#callRecordingScope),
        trunks: await readTrunks(trx),
        numbers: await readNumbers(trx),
        agents: await readAgents(trx),
        queues: await readQueues(trx),
      }));
  }
}
