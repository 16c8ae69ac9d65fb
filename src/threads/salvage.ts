/** Entry of the thread that makes journals complete again, at low priority. */
import { workerData } from 'node:worker_threads';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalFolder } from '#adapters/disk/journal-folder.ts';
import { createSealer } from '#adapters/disk/master-key.ts';
import type {
  SalvageOrder,
  SalvageReport,
  SalvageThreadData,
} from '#adapters/threads/salvage-thread.ts';
import { serveOrders } from '#adapters/threads/serve-orders.ts';

const { masterKey, root } = workerData as SalvageThreadData;
const journals = new DiskJournalFolder(root, { sealer: createSealer(masterKey), makeBlockCipher });

serveOrders<SalvageOrder, SalvageReport>({
  nice: 10,
  carryOut: ({ path }) => journals.salvage(path),
  otherwise: 'salvage/thread-died',
});
