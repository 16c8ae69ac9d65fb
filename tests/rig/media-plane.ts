/** The real media threads, one of them, on ports of its own. */
import { join } from 'node:path';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { createMediaPlane, type MediaPlaneOptions } from '#live/media/media-plane.ts';
import type { RemoteMedia } from '#ports/media-plane.ts';
import { silentLog, silentMetrics } from './silent.ts';

/** @param folder of the test */
export const openMediaPlane = (folder: string, options: Partial<MediaPlaneOptions> = {}) =>
  createMediaPlane({
    workers: 1,
    rtpPorts: { first: 0, last: 0 },
    host: '127.0.0.1',
    promptsDir: join(folder, 'prompts'),
    clock: systemClock,
    log: silentLog(),
    metrics: silentMetrics(),
    ...options,
  });

/** A peer of this machine as its SDP describes it. */
export const remoteAt = (port: number): RemoteMedia => ({
  address: '127.0.0.1',
  port,
  codec: 'PCMU',
  payloadType: 0,
  telephoneEventPayloadType: 101,
  packetMs: 20,
  direction: 'sendrecv',
  rtcpMux: false,
});
