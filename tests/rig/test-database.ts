/**
 * A migrated database of one's own for each test: embedded in a temporary folder, or a database of its own on the PostgreSQL server
 * that `CALLREEL_TEST_DATABASE_URL` names. The first use on a machine builds a template; every later one copies it.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrationNames } from '../../src/adapters/postgres/migrate.ts';
import { openDatabase, type Database } from '../../src/adapters/postgres/open-database.ts';

const root = join(import.meta.dirname, '../..');

/** Changes with every migration and with the embedded database itself. */
const templateName = (): string => {
  const hash = createHash('sha256');
  for (const name of migrationNames)
    hash.update(readFileSync(join(root, 'src/adapters/postgres/migrations', `${name}.ts`)));
  hash.update(readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json')));
  return `callreel_template_${hash.digest('hex').slice(0, 12)}`;
};

/** Folder of a migrated database that nobody has open; to be copied. */
export const embeddedTemplate = async (): Promise<string> => {
  const cache = join(root, 'node_modules/.cache/callreel-test-database');
  const folder = join(cache, templateName());
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const building = mkdtempSync(join(cache, 'building-'));
  const database = await openDatabase({ folder: join(building, 'db') });
  await database.migrate();
  await database.close();
  try {
    renameSync(join(building, 'db'), folder);
  } catch (thrown) {
    if (!existsSync(folder)) throw thrown; // another test file was faster
  }
  rmSync(building, { recursive: true, force: true });
  return folder;
};

const admin = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

const isDuplicate = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  'code' in thrown &&
  (thrown.code === '42P04' || thrown.code === '23505');

const urlOf = (url: string, name: string): string => {
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
};

const serverTemplate = async (url: string): Promise<string> => {
  const name = templateName();
  const building = `${name}_${randomUUID().slice(0, 8)}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount) return name;
    await client.query(`create database ${building}`);
    const database = await openDatabase({ url: urlOf(url, building), folder: '' });
    await database.migrate();
    await database.close();
    await client.query(`alter database ${building} rename to ${name}`).catch((thrown: unknown) => {
      if (!isDuplicate(thrown)) throw thrown;
    });
    return name;
  } finally {
    await client.end();
  }
};

export interface TestDatabase {
  readonly database: Database;
  /** How to open the same database again, after `database.close()`. */
  readonly options: { readonly url?: string; readonly folder: string };
  /** Closes and removes it. */
  drop(): Promise<void>;
}

const embeddedTestDatabase = async (): Promise<TestDatabase> => {
  const template = await embeddedTemplate();
  const home = mkdtempSync(join(tmpdir(), 'callreel-db-'));
  const folder = join(home, 'db');
  cpSync(template, folder, { recursive: true });
  const database = await openDatabase({ folder });
  return {
    database,
    options: { folder },
    drop: async () => {
      await database.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

/** Opens a fresh migrated database. */
export const openTestDatabase = async (): Promise<TestDatabase> => {
  const server = process.env['CALLREEL_TEST_DATABASE_URL'];
  if (!server) return embeddedTestDatabase();
  const template = await serverTemplate(server);
  const name = `callreel_test_${randomUUID().replaceAll('-', '')}`;
  await admin(server, `create database ${name} template ${template}`);
  const options = { url: urlOf(server, name), folder: '' };
  const database = await openDatabase(options);
  return {
    database,
    options,
    drop: async () => {
      await database.close();
      await admin(server, `drop database ${name} with (force)`);
    },
  };
};

/** A tenant row that other rows may refer to. */
export const addTestTenant = async (
  database: Database,
  id = 'tenant-a',
  vdnId = 1,
): Promise<void> => {
  await database.kysely
    .insertInto('tenants')
    .values({
      id,
      name: id,
      vdnId,
      sdkAppId: 1_400_000_000 + vdnId,
      timeZone: 'Asia/Jakarta',
      country: 'ID',
      settings: '{}',
    })
    .execute();
};
