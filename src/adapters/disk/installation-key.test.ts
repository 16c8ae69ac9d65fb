/** An installation goes with the master key it was made with, and with no other; tried on real tables and journals. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sqlInstallationRows } from '#adapters/postgres/installation/installation-rows.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import type { InstallationRows } from '#ports/installation.ts';
import { testKeys, writeJournal } from '../../../tests/rig/journals.ts';
import { addTestTenant, openTestDatabase } from '../../../tests/rig/test-database.ts';
import { openDataFolder } from './data-folder.ts';
import { findMasterKey, type InstallationKeyOptions, keepMasterKey } from './installation-key.ts';
import { createSealer, keyIdOf, masterKeyFile } from './master-key.ts';

const home = mkdtempSync(join(tmpdir(), 'callreel-installation-'));
const closers: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const close of closers) await close();
  rmSync(home, { recursive: true });
});

const keyOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const hexOf = (key: Uint8Array): string => Buffer.from(key).toString('hex');
const sealedBy = (byte: number): string => createSealer(keyOf(byte)).seal(Buffer.from('secret'));

const newFolder = () => {
  const folder = openDataFolder(mkdtempSync(join(home, 'data-')));
  closers.push(() => folder.release());
  return folder;
};

/** A data folder and a migrated database of one's own, and the key that a start would go on with. */
const newRoom = async (configured: string | null = null) => {
  const rig = await openTestDatabase();
  closers.push(() => rig.drop());
  const rows = sqlInstallationRows(rig.database.kysely);
  const options: InstallationKeyOptions = { folder: newFolder(), configured, rows };
  const start = async (change: Partial<InstallationKeyOptions> = {}): Promise<Uint8Array> => {
    const changed = { ...options, ...change };
    return keepMasterKey(await findMasterKey(changed), changed);
  };
  const file = masterKeyFile(options.folder.secrets);
  return { ...options, database: rig.database, file, start };
};

type Room = Awaited<ReturnType<typeof newRoom>>;

/** Passwords of trunks, as an installation from before the id was kept left them. */
const addTrunks = async ({ database }: Room, ...keys: readonly number[]): Promise<void> => {
  await addTestTenant(database);
  for (const [index, byte] of keys.entries())
    await database.kysely
      .insertInto('trunks')
      .values({
        id: `trunk-${index}`,
        tenantId: 'tenant-a',
        name: `T${index}`,
        host: '127.0.0.1',
        port: 5080 + index,
        transport: 'udp',
        username: null,
        passwordSealed: sealedBy(byte),
        callerNumbers: [],
      })
      .execute();
};

const addJournal = async ({ folder }: Room, name: string, byte: number): Promise<void> => {
  mkdirSync(join(folder.journals, name));
  const path = join(folder.journals, name, 'track.crj');
  await writeJournal({ path, keys: testKeys(keyOf(byte)) }, () => undefined);
};

const missing = {
  code: 'secrets/master-key-missing',
  message: /missing.*no new one is made.*secrets\/master\.key back, or set CALLREEL_MASTER_KEY/,
};
const wrong = {
  code: 'secrets/wrong-master-key',
  message:
    /(?=.*secrets\/master\.key)(?=.*CALLREEL_MASTER_KEY).*not the master key that this installation was made with/,
};

test('a new installation makes its key and goes on with it; lost, it is not replaced', async () => {
  const room = await newRoom();
  const made = await room.start();
  assert.equal(await room.rows.masterKeyId(), keyIdOf(made));
  assert.deepEqual(await room.start(), made);
  const text = readFileSync(room.file, 'utf8');
  rmSync(room.file);
  await assert.rejects(room.start(), missing);
  assert.ok(!existsSync(room.file));
  writeFileSync(room.file, text);
  assert.deepEqual(await room.start(), made, 'put back, it goes on');
  rmSync(room.file);
  assert.deepEqual(Buffer.from(await room.start({ configured: text })), Buffer.from(made));
});

test('another key, in the file or configured, is refused and nothing is kept of it', async () => {
  const room = await newRoom(hexOf(keyOf(1)));
  await room.start();
  assert.ok(!existsSync(room.file), 'a configured key lies nowhere');
  await assert.rejects(room.start({ configured: null }), missing);
  await assert.rejects(room.start({ configured: hexOf(keyOf(2)) }), wrong);
  writeFileSync(room.file, hexOf(keyOf(2)));
  await assert.rejects(room.start({ configured: null }), wrong);
  assert.deepEqual(await room.start(), Buffer.from(keyOf(1)), 'the configured one goes before');
  assert.equal(await room.rows.masterKeyId(), keyIdOf(keyOf(1)));
});

test('a fresh data folder on a database that has a key gets none of its own', async () => {
  const room = await newRoom();
  const made = await room.start();
  const folder = newFolder();
  const file = masterKeyFile(folder.secrets);
  await assert.rejects(room.start({ folder }), missing);
  assert.ok(!existsSync(file));
  writeFileSync(file, hexOf(made));
  assert.deepEqual(Buffer.from(await room.start({ folder })), Buffer.from(made));
});

test('of two data folders that begin on one database at the same moment, one gets the installation', async () => {
  const room = await newRoom();
  const late = newFolder();
  const nobodyYet: InstallationRows = { ...room.rows, masterKeyId: async () => null };
  await room.start();
  await assert.rejects(room.start({ folder: late, rows: nobodyYet }), wrong);
  assert.ok(!existsSync(masterKeyFile(late.secrets)), 'the key that was made is taken back');
});

test('a used data folder without a key and without an id gets no new key; marks of file systems are no use', async () => {
  const room = await newRoom();
  for (const name of ['journals', 'ledger', 'objects'] as const) {
    const folder = newFolder();
    writeFileSync(join(folder[name], '.keep'), '');
    mkdirSync(join(folder[name], 'lost+found'));
    assert.equal(await findMasterKey({ ...room, folder }), null, name);
    mkdirSync(join(folder[name], 'something'));
    await assert.rejects(room.start({ folder }), missing, name);
    assert.ok(!existsSync(masterKeyFile(folder.secrets)));
  }
  await addTrunks(room, 1);
  await assert.rejects(room.start(), missing, 'passwords in the database');
});

test('an installation from before the id was kept takes that of its key, when its passwords open with it', async () => {
  const room = await newRoom();
  await addTrunks(room, 1);
  writeFileSync(room.file, hexOf(keyOf(2)));
  await addJournal(room, 'since-it-was-lost', 2);
  await assert.rejects(room.start(), wrong, 'calls since then do not make it the right one');
  assert.equal(await room.rows.masterKeyId(), null);
  writeFileSync(room.file, hexOf(keyOf(1)));
  await room.start();
  assert.equal(await room.rows.masterKeyId(), keyIdOf(keyOf(1)));
});

test('passwords that were entered again since a key was lost make the new one theirs', async () => {
  const room = await newRoom(hexOf(keyOf(2)));
  await addTrunks(room, 1, 2);
  await room.start();
  assert.equal(await room.rows.masterKeyId(), keyIdOf(keyOf(2)));
});

test('without passwords it is the journals that tell, damaged ones aside; with nothing sealed the key is taken as it is', async () => {
  const room = await newRoom(hexOf(keyOf(1)));
  mkdirSync(join(room.folder.journals, 'torn'));
  writeFileSync(join(room.folder.journals, 'torn', 'track.crj'), 'CRJ');
  assert.ok(await findMasterKey(room), 'nothing speaks against it');
  await addJournal(room, 'foreign', 2);
  await assert.rejects(room.start(), wrong);
  await addJournal(room, 'own', 1);
  await room.start();
  assert.equal(await room.rows.masterKeyId(), keyIdOf(keyOf(1)));
});

test('a database without tables is asked too, before they are made', async () => {
  const database = await openDatabase({ folder: join(mkdtempSync(join(home, 'bare-')), 'db') });
  closers.push(() => database.close());
  const rows = sqlInstallationRows(database.kysely);
  assert.equal(await rows.masterKeyId(), null);
  assert.deepEqual(await rows.sealedExamples(), []);
});

test('the passwords of agents, trunks and mail servers are looked at, one for each key', async () => {
  const room = await newRoom();
  await addTrunks(room, 1, 1, 2);
  await room.database.kysely
    .insertInto('settingsVersions')
    .values({
      tenantId: 'tenant-a',
      scope: 'email',
      version: 1,
      value: JSON.stringify({ host: 'mail', passwordSealed: sealedBy(3) }),
    })
    .execute();
  const ids = (await room.rows.sealedExamples()).map((sealed) => sealed.split('.')[1]);
  assert.deepEqual(ids.sort(), [1, 2, 3].map((byte) => keyIdOf(keyOf(byte))).sort());
});
