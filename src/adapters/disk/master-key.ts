import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#base/fault.ts';
import type { Sealer } from '#ports/sealer.ts';
import { diskFault } from './disk-fault.ts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 's1';
/** @param folder DATA_DIR/secrets */
export const masterKeyFile = (folder: string): string => join(folder, 'master.key');

const parseKey = (text: string): Buffer | undefined => {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined;
  const key = Buffer.from(trimmed, 'base64');
  return key.length === keyBytes ? key : undefined;
};

/** Whole or not at all: written aside, synced, then linked under its name, which fails when another process was faster. */
const writeOnce = (path: string, text: string): void => {
  const aside = `${path}.${randomBytes(4).toString('hex')}.new`;
  const fd = openSync(aside, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
    linkSync(aside, path);
  } finally {
    closeSync(fd);
    rmSync(aside, { force: true });
  }
};

const syncEntry = (folder: string): void => {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** @throws {Fault} `secrets/bad-master-key`, `disk/…` */
const keyOfFile = (path: string): Buffer => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    throw diskFault(thrown, path);
  }
  const key = parseKey(text);
  if (key !== undefined) return key;
  throw new Fault('secrets/bad-master-key', `${path} does not hold a key of 32 bytes`);
};

/**
 * The installation's master key as it is: `configured` (CALLREEL_MASTER_KEY, 64 hex digits or 32 bytes in base64), else the one in
 * `folder`. Never makes one: for tools and threads.
 *
 * @param folder DATA_DIR/secrets
 * @throws {Fault} `secrets/bad-master-key` when it is not 32 bytes; `disk/…`
 */
export const readMasterKey = (folder: string, configured: string | null): Uint8Array => {
  if (configured === null) return keyOfFile(masterKeyFile(folder));
  const key = parseKey(configured);
  if (key !== undefined) return key;
  throw new Fault(
    'secrets/bad-master-key',
    'CALLREEL_MASTER_KEY must be 64 hex digits or 32 bytes in base64',
    { blame: 'caller' },
  );
};

/** Whether there is one at hand, right or wrong. */
export const hasMasterKey = (folder: string, configured: string | null): boolean =>
  configured !== null || existsSync(masterKeyFile(folder));

/**
 * Generates the key of a new installation into `folder`, with mode 0600. When another process was faster, it is that one's.
 *
 * @throws {Fault} `disk/…`
 */
export const makeMasterKey = (folder: string): Uint8Array => {
  const path = masterKeyFile(folder);
  try {
    writeOnce(path, `${randomBytes(keyBytes).toString('hex')}\n`);
    syncEntry(folder);
  } catch (thrown) {
    const fault = diskFault(thrown, path);
    if (fault.code !== 'disk/exists') throw fault;
  }
  return keyOfFile(path);
};

/** Takes back what `makeMasterKey` made, before anything was sealed with it. */
export const dropMasterKey = (folder: string): void => rmSync(masterKeyFile(folder));

/** Names a master key without telling it, so that a wrong one is known from a damaged text. */
export const keyIdOf = (key: Uint8Array): string =>
  createHash('sha256').update('callreel master key id').update(key).digest('hex').slice(0, 12);

const parts = /^s1\.([0-9a-f]{12})\.([A-Za-z0-9_-]+)$/;

/**
 * AES-256-GCM under the master key. Text: `s1.KEYID.BASE64URL(nonce, sealed, tag)`; the part before the last dot is authenticated too.
 *
 * @param masterKey 32 bytes
 * @see NIST SP 800-38D §8.2.2 (random nonces: far below 2^32 secrets per key)
 */
export const createSealer = (masterKey: Uint8Array): Sealer => {
  const keyId = keyIdOf(masterKey);
  const prefix = `${version}.${keyId}`;
  return {
    seal: (secret) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, masterKey, nonce);
      cipher.setAAD(Buffer.from(prefix));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      const bytes = Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
      return `${prefix}.${bytes.toString('base64url')}`;
    },
    open: (sealed) => {
      const [, sealedUnder, text = ''] = parts.exec(sealed) ?? [];
      const bytes = Buffer.from(text, 'base64url');
      if (sealedUnder === undefined || bytes.length < nonceBytes + tagBytes)
        throw new Fault('secrets/damaged', 'a sealed secret is not one of ours');
      if (sealedUnder !== keyId)
        throw new Fault(
          'secrets/wrong-master-key',
          'a secret was sealed under another master key',
          {
            facts: { sealedUnder, keyId },
          },
        );
      const opener = createDecipheriv(algorithm, masterKey, bytes.subarray(0, nonceBytes));
      opener.setAAD(Buffer.from(prefix));
      opener.setAuthTag(bytes.subarray(-tagBytes));
      try {
        return Buffer.concat([
          opener.update(bytes.subarray(nonceBytes, -tagBytes)),
          opener.final(),
        ]);
      } catch (thrown) {
        throw new Fault('secrets/damaged', 'a sealed secret was altered', { cause: thrown });
      }
    },
  };
};
