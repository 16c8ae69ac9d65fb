/** Passes bytes on while it counts and hashes them. */
import { createHash } from 'node:crypto';
import { Fault } from '#base/fault.ts';

export const hashed = (source: AsyncIterable<Uint8Array>, mostBytes: number) => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const body = (async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      sizeBytes += piece.length;
      if (sizeBytes > mostBytes)
        throw new Fault('export/too-large', `the file grew over ${mostBytes} bytes`);
      hash.update(piece);
      yield piece;
    }
  })();
  /** Once the body was read to its end. */
  return { body, result: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
};
