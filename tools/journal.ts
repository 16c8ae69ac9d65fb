/**
 * `node tools/journal.ts inspect|salvage FILE [--data DIR]`: what a journal holds, block by block, or makes a torn one complete again.
 * The master key is CALLREEL_MASTER_KEY, else the one in DIR/secrets (default CALLREEL_DATA_DIR, else ./data).
 */
import { join, resolve } from 'node:path';
import { asFault } from '#base/fault.ts';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { salvageJournalFile } from '#adapters/disk/journal-salvage.ts';
import { DiskJournalSource, type JournalKeys } from '#adapters/disk/journal-source.ts';
import { createSealer, readMasterKey } from '#adapters/disk/master-key.ts';
import type { JournalRecord } from '#audio/container/journal-reader.ts';

const usage = 'node tools/journal.ts inspect|salvage FILE [--data DIR]';

const keysOf = (dataFolder: string): JournalKeys => ({
  sealer: createSealer(
    readMasterKey(join(dataFolder, 'secrets'), process.env['CALLREEL_MASTER_KEY'] ?? null),
  ),
  makeBlockCipher,
});

const seconds = (us: number): string => (us / 1e6).toFixed(6);

const lineOf = (record: JournalRecord): string => {
  const number = String(record.number).padStart(6);
  if (record.kind === 'mark') {
    const at = `${record.timestamp} at ${seconds(record.atMonoUs)} s`;
    return `${number} mark  ${at}  ${JSON.stringify(record.mark)}`;
  }
  const runs = record.runs.map(({ timestamp, samples }) => `${timestamp}+${samples.length}`);
  const pair = `${record.pair.timestamp} at ${seconds(record.pair.arrivalMonoUs)} s`;
  return `${number} audio ${record.codec} ${runs.join(' ')}  least delay ${pair}`;
};

const inspect = async (path: string, keys: JournalKeys): Promise<boolean> => {
  const reading = await new DiskJournalSource(keys).open(path);
  const { sealedKey: _, ...facts } = reading.facts;
  console.log(JSON.stringify(facts));
  let frames = 0;
  for await (const record of reading.records()) {
    console.log(lineOf(record));
    if (record.kind === 'audio') frames += record.frames;
  }
  const { ended, flaw, damages, blocks, goodBytes } = reading.end();
  console.log(`${blocks} blocks, ${goodBytes} bytes, ${frames} samples, ${frames / 8000} s`);
  if (flaw) console.log(`damaged at byte ${flaw.offset}: ${flaw.rule}`);
  if (damages > 0) console.log(`${damages} stretches inside the file were stepped over`);
  console.log(ended ? 'complete' : 'not ended: its writer died or is still writing');
  return ended && flaw === undefined;
};

const salvage = async (path: string, keys: JournalKeys): Promise<boolean> => {
  const { changed, cutBytes, summary } = await salvageJournalFile(path, keys);
  console.log(changed ? `cut ${cutBytes} bytes and ended the journal` : 'complete already');
  console.log(JSON.stringify(summary));
  return true;
};

const main = async (argv: readonly string[]): Promise<boolean> => {
  const dataAt = argv.indexOf('--data');
  const dataFolder = dataAt < 0 ? process.env['CALLREEL_DATA_DIR'] : argv[dataAt + 1];
  const [verb, file] = argv;
  const act = verb === 'inspect' ? inspect : verb === 'salvage' ? salvage : undefined;
  if (act === undefined || file === undefined) {
    console.error(usage);
    return false;
  }
  return act(resolve(file), keysOf(resolve(dataFolder ?? 'data')));
};

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (thrown) {
  const { code, message } = asFault(thrown, 'journal/unreadable');
  console.error(`${code}: ${message}`);
  process.exitCode = 1;
}
