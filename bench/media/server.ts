/** The media plane as the product runs it: one media thread, every leg captured into an encrypted journal. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { createMetrics } from '#adapters/metrics/prometheus.ts';
import { encodeJournalFacts } from '#audio/container/journal-format.ts';
import type { CallId, LegId, TrackId } from '#core/ids.ts';
import { createMediaPlane } from '#live/media/media-plane.ts';
import type { Log } from '#ports/log.ts';
import type { MediaCall, MediaEvent } from '#ports/media-plane.ts';
import { remoteAt } from '../../tests/rig/media-plane.ts';
import { monoMs, type FromServer, type ToServer } from './exchange.ts';

const quiet = (): void => undefined;
const loud = (event: string, facts?: unknown): void => console.error(event, facts);
const log: Log = { debug: quiet, info: quiet, warn: loud, error: loud };
const folder = mkdtempSync(join(tmpdir(), 'bench-media-'));
const plane = await createMediaPlane({
  workers: 1,
  rtpPorts: { first: 20_000, last: 29_999 },
  host: '127.0.0.1',
  promptsDir: folder,
  clock: systemClock,
  log,
  metrics: createMetrics(),
});
const say = (message: FromServer): void => void process.send?.(message);

let frames: number[] = [];
let lostFrames: number[] = [];
let calls: MediaCall[] = [];
let left = 0;
let started = { cpu: process.cpuUsage(), atMs: 0 };
let cpu = 0;

const hear = (event: MediaEvent): void => {
  if (event.kind !== 'trackSealed' && event.kind !== 'trackFailed') return;
  const leg = Number(event.trackId);
  frames[leg] = event.summary.frames;
  lostFrames[leg] = event.summary.lostFrames;
  if (--left > 0) return;
  for (const call of calls) call.close();
  say({ kind: 'sealed', report: { frames, lostFrames, cpu } });
};

const openLeg = async (call: MediaCall, leg: number, phonePort: number): Promise<number> => {
  const legId = String(leg) as LegId;
  const opened = await call.openLeg(legId);
  if (!opened.ok) throw new Error(opened.error);
  call.setRemote(legId, remoteAt(phonePort));
  const header = encodeJournalFacts({
    callId: String(leg >> 1),
    recordingId: String(leg >> 1),
    trackId: String(leg),
    tenantId: 'bench',
    participant: 1 + (leg & 1),
    participantKind: (leg & 1) === 0 ? 'customer' : 'agent',
    segment: 1,
    startedAtMs: Date.now(),
    startedAtMonoNs: String(process.hrtime.bigint()),
    codec: 'PCMU',
    sealedKey: 'bench',
  });
  const path = join(folder, `${randomBytes(8).toString('hex')}.crj`);
  const trackId = String(leg) as TrackId;
  call.startTrack({ trackId, legId, path, key: randomBytes(32), header });
  return opened.value.port;
};

const open = async (count: number, phonePorts: readonly number[]): Promise<void> => {
  frames = Array<number>(count * 2).fill(0);
  lostFrames = Array<number>(count * 2).fill(0);
  calls = [];
  left = count * 2;
  const legPorts: number[] = [];
  for (let i = 0; i < count; i++) {
    const call = plane.openCall(randomBytes(8).toString('hex') as CallId, hear);
    calls.push(call);
    for (const leg of [2 * i, 2 * i + 1])
      legPorts.push(await openLeg(call, leg, phonePorts[leg % phonePorts.length] ?? 0));
    call.setHearing(String(2 * i) as LegId, [String(2 * i + 1) as LegId]);
    call.setHearing(String(2 * i + 1) as LegId, [String(2 * i) as LegId]);
  }
  started = { cpu: process.cpuUsage(), atMs: monoMs() };
  say({ kind: 'opened', legPorts });
};

process.on('message', (message: ToServer) => {
  if (message.kind === 'open') {
    open(message.calls, message.phonePorts).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
    return;
  }
  const used = process.cpuUsage(started.cpu);
  cpu = (used.user + used.system) / 1000 / (monoMs() - started.atMs);
  calls.forEach((call, i) => {
    call.sealTrack(String(2 * i) as TrackId);
    call.sealTrack(String(2 * i + 1) as TrackId);
  });
});
process.on('disconnect', () => {
  void plane.close().finally(() => {
    rmSync(folder, { recursive: true });
    process.exit(0);
  });
});
say({ kind: 'ready' });
