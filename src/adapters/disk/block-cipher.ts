import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { Fault } from '#base/fault.ts';
import { blockNonce, tagBytes, type BlockCipher } from '#audio/container/journal-format.ts';
import type { MakeBlockCipher } from '#ports/journal-files.ts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const purpose = 'callreel journal track v1';

/**
 * AES-256-GCM of journal blocks by `node:crypto`. The track's key is HKDF-SHA-256 of the recording's key, salted with the digest of
 * the file header: two tracks never share a key, so their equal block numbers never share a nonce.
 *
 * @throws {Fault} `journal/bad-key` when the key is not 32 bytes
 * @see NIST SP 800-38D §8.2.1 (deterministic nonces), RFC 5869
 */
export const makeBlockCipher: MakeBlockCipher = (key, header): BlockCipher => {
  if (key.length !== keyBytes)
    throw new Fault('journal/bad-key', `a recording key of ${key.length} bytes`);
  const salt = createHash('sha256').update(header).digest();
  const trackKey = Buffer.from(hkdfSync('sha256', key, salt, purpose, keyBytes));
  return {
    seal: (blockHeader, clear, target, targetAt) => {
      const cipher = createCipheriv(algorithm, trackKey, blockNonce(blockHeader), {
        authTagLength: tagBytes,
      });
      cipher.setAAD(blockHeader);
      target.set(cipher.update(clear), targetAt);
      cipher.final();
      target.set(cipher.getAuthTag(), targetAt + clear.length);
    },
    open: (blockHeader, sealed) => {
      const decipher = createDecipheriv(algorithm, trackKey, blockNonce(blockHeader), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(blockHeader);
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      const clear = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
      try {
        decipher.final();
      } catch {
        // The only reason `final` throws for GCM: the tag does not match.
        return undefined;
      }
      return clear;
    },
  };
};
