/** The master key that an installation goes with: the one its data is sealed under, and never a new one in its place. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#base/fault.ts';
import type { InstallationRows } from '#ports/installation.ts';
import type { DataFolder } from './data-folder.ts';
import { diskFault } from './disk-fault.ts';
import { callIdsIn, journalsOf } from './journal-folder.ts';
import { sealedKeyOf } from './journal-source.ts';
import {
  createSealer,
  dropMasterKey,
  hasMasterKey,
  keyIdOf,
  makeMasterKey,
  masterKeyFile,
  readMasterKey,
} from './master-key.ts';

export interface InstallationKeyOptions {
  readonly folder: Pick<DataFolder, 'root' | 'secrets' | 'journals' | 'ledger' | 'objects'>;
  /** CALLREEL_MASTER_KEY, or null. */
  readonly configured: string | null;
  readonly rows: InstallationRows;
}

type Opens = (sealed: string) => boolean;

const opensWith = (masterKey: Uint8Array): Opens => {
  const sealer = createSealer(masterKey);
  return (sealed) => {
    try {
      sealer.open(sealed);
      return true;
    } catch (thrown) {
      if (thrown instanceof Fault) return false; // under another key, or damaged
      throw thrown;
    }
  };
};

/** Whether calls were here. A disk of its own brings `lost+found`, and people leave hidden files. */
const isUsed = ({ journals, ledger, objects }: InstallationKeyOptions['folder']): boolean =>
  [journals, ledger, objects].some((folder) => {
    try {
      return readdirSync(folder).some((name) => name !== 'lost+found' && !name.startsWith('.'));
    } catch (thrown) {
      throw diskFault(thrown, folder);
    }
  });

/** Whether one of the journals opens; true when there is none. One that is damaged says nothing. */
const fitsJournals = async (root: string, opens: Opens): Promise<boolean> => {
  let isAny = false;
  for (const callId of await callIdsIn(root))
    for (const path of await journalsOf(root, callId)) {
      const sealedKey = await sealedKeyOf(join(root, path));
      if (sealedKey === undefined) continue;
      if (opens(sealedKey)) return true;
      isAny = true;
    }
  return !isAny;
};

/**
 * For an installation from before the id was kept. The passwords go before the journals: where a lost key was replaced unseen, calls since
 * then are sealed under the new one, and the lost one is worth more. Some under this key are enough: no other would open them all either.
 */
const fitsWhatIsSealed = async (
  { folder, rows }: InstallationKeyOptions,
  masterKey: Uint8Array,
): Promise<boolean> => {
  const opens = opensWith(masterKey);
  const examples = await rows.sealedExamples();
  return examples.length > 0 ? examples.some(opens) : fitsJournals(folder.root, opens);
};

const missing = ({ folder }: InstallationKeyOptions): Fault =>
  new Fault(
    'secrets/master-key-missing',
    `the master key of this installation is missing, and no new one is made in its place, since it would open nothing: put ${masterKeyFile(folder.secrets)} back, or set CALLREEL_MASTER_KEY to it; a new installation needs a data folder and a database of its own`,
    { facts: { file: masterKeyFile(folder.secrets) } },
  );

const wrong = ({ folder, configured }: InstallationKeyOptions): Fault => {
  const file = masterKeyFile(folder.secrets);
  const message =
    configured === null
      ? `${file} is not the master key that this installation was made with: put that one back, or set CALLREEL_MASTER_KEY to it`
      : `CALLREEL_MASTER_KEY is not the master key that this installation was made with: set it to that one, or to nothing where ${file} holds it`;
  return new Fault('secrets/wrong-master-key', message, { facts: { file } });
};

/**
 * The master key at hand when it is the installation's; null when there is none and nothing was sealed yet. Writes nothing, so it comes
 * before the migrations.
 *
 * @throws {Fault} `secrets/wrong-master-key` when the installation was made with another one; `secrets/master-key-missing`;
 * `secrets/bad-master-key`; `disk/…`
 */
export const findMasterKey = async (
  options: InstallationKeyOptions,
): Promise<Uint8Array | null> => {
  const { folder, configured, rows } = options;
  const known = await rows.masterKeyId();
  if (!hasMasterKey(folder.secrets, configured)) {
    if (known !== null || isUsed(folder) || (await rows.sealedExamples()).length > 0)
      throw missing(options);
    return null;
  }
  const masterKey = readMasterKey(folder.secrets, configured);
  const isRight =
    known === null ? await fitsWhatIsSealed(options, masterKey) : known === keyIdOf(masterKey);
  if (!isRight) throw wrong(options);
  return masterKey;
};

/**
 * Makes the key that was not found, and keeps its id in the database. Own the data folder before.
 *
 * @param found by `findMasterKey`
 * @throws {Fault} `secrets/wrong-master-key` when another process made the installation meanwhile; `disk/…`
 */
export const keepMasterKey = async (
  found: Uint8Array | null,
  options: InstallationKeyOptions,
): Promise<Uint8Array> => {
  const { folder, rows } = options;
  // The file before the row: a row alone would ask for a key that nobody ever had.
  const masterKey = found ?? makeMasterKey(folder.secrets);
  if ((await rows.keepMasterKeyId(keyIdOf(masterKey))) === keyIdOf(masterKey)) return masterKey;
  if (found === null) dropMasterKey(folder.secrets);
  throw wrong(options);
};
