/** Entry of a finalise thread: renders one recording at a time, at low priority, from journals on the local disk. */
import { workerData } from 'node:worker_threads';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalSource } from '#adapters/disk/journal-source.ts';
import { createSealer } from '#adapters/disk/master-key.ts';
import { diskRenderFiles } from '#adapters/disk/render-files.ts';
import { openEncoders } from '#adapters/encoder/encoders.ts';
import type { JournalThreadData } from '#adapters/threads/finalise-workers.ts';
import { serveOrders } from '#adapters/threads/serve-orders.ts';
import { renderRecording } from '#durable/finalise/render.ts';
import type { RenderOrder, RenderReport } from '#ports/renderer.ts';

const { masterKey } = workerData as JournalThreadData;
const parts = {
  journals: new DiskJournalSource({ sealer: createSealer(masterKey), makeBlockCipher }),
  encoders: openEncoders(),
  files: diskRenderFiles,
};

serveOrders<RenderOrder, RenderReport>({
  nice: 10,
  carryOut: (order) => renderRecording(order, parts),
  otherwise: 'finalise/worker-crashed',
});
