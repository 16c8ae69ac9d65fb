/** Entry of the thread that decodes uploads: one file after the other, at the lowest priority. */
import { prepareAudio } from '#adapters/decoder/decode-asset.ts';
import type { PrepareOrder } from '#adapters/threads/preparer-thread.ts';
import { serveOrders } from '#adapters/threads/serve-orders.ts';
import type { PreparedAudio } from '#ports/voice-assets.ts';

serveOrders<PrepareOrder, PreparedAudio | null>({
  nice: 19,
  carryOut: async ({ format, bytes }) => {
    try {
      return await prepareAudio(format, bytes);
    } catch {
      // Whatever a decoder throws over the bytes means that they cannot be decoded; the process logs which asset it was.
      return null;
    }
  },
  otherwise: 'asset/preparer-died',
  transfer: (made) => (made ? [made.ulaw.buffer as ArrayBuffer] : []),
});
