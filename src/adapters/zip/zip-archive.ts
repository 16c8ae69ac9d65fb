/** ZIP by yazl: stored as it is (audio does not shrink), sizes behind each file, ZIP64 where a number needs it. */
import { addAbortSignal, Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { Fault } from '#base/fault.ts';
import type { ArchivedFile, ArchiveWriter } from '#ports/recording-exports.ts';

/** One file in the archive; resolves when its last byte was taken. */
const add = (zip: ZipFile, file: ArchivedFile, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const { name, atMs, body } = file;
    const source = addAbortSignal(signal, Readable.from(body, { objectMode: false }));
    source.once('end', resolve);
    source.once('error', reject);
    zip.addReadStream(source, name, { compress: false, mtime: new Date(atMs), mode: 0o100644 });
  });

const addAll = async (
  zip: ZipFile,
  files: AsyncIterable<ArchivedFile>,
  signal: AbortSignal,
): Promise<void> => {
  // One at a time: the next is opened when the one before was read.
  for await (const file of files) await add(zip, file, signal);
  zip.end();
};

/** @throws {Fault} what a file reports; `export/archive` when the archive itself cannot be written */
export const zipArchive: ArchiveWriter = async function* (files) {
  const zip = new ZipFile();
  const stop = new AbortController();
  const output = Readable.from(zip.outputStream, { objectMode: false });
  zip.once('error', (cause: unknown) =>
    output.destroy(new Fault('export/archive', 'the archive could not be written', { cause })),
  );
  const adding = addAll(zip, files, stop.signal).catch((thrown: unknown) => {
    output.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
  });
  try {
    yield* output as AsyncIterable<Uint8Array>;
    await adding;
  } finally {
    // Whoever stops reading closes the file that is open.
    stop.abort();
    output.destroy();
  }
};
