/** A finaliser with real threads, store and journals, and rows in memory: what survives a kill are the rows and the disk. */
import { join } from 'node:path';
import { openDiskObjectStore } from '#adapters/disk/object-store.ts';
import { openDiskRenderFolders } from '#adapters/disk/render-folders.ts';
import { FinaliseWorkers } from '#adapters/threads/finalise-workers.ts';
import type { Alarms } from '#ports/alarms.ts';
import type { CallId, RecordingId, TenantId, TrackId } from '#core/ids.ts';
import { FinaliseWaits } from '#durable/finalise/waits.ts';
import { Finaliser, type FinaliserOptions } from '#durable/finalise/finalise.ts';
import type { ReadyFacts, RecordingRows, RecordingSources } from '#ports/recording-rows.ts';
import type { StoredRendition } from '#ports/renditions.ts';
import { silentLog, silentMetrics } from './silent.ts';

export const testMasterKey = new Uint8Array(32).fill(1);
export const recordingId = 'recording-1' as RecordingId;

export const sealedRecording = (
  tracks: readonly { participant: number; kind: 'customer' | 'agent'; path: string }[],
): RecordingSources => ({
  recordingId,
  tenantId: 'tenant-1' as TenantId,
  callId: 'call-1' as CallId,
  segment: 1,
  node: 'node-1',
  state: 'sealed',
  startedAtMs: Date.UTC(2026, 10, 21, 12),
  startedAtMonoNs: null,
  endUserChannel: 'left',
  captureFailedBy: null,
  tracks: tracks.map((track) => ({
    ...track,
    trackId: track.path as TrackId,
    failedBy: null,
  })),
});

/** One recording's rows; `state`, `reason` and `facts` are what finalising made of them. */
export class MemoryRows implements RecordingRows {
  source: RecordingSources;
  reason: string | undefined;
  facts: ReadyFacts | undefined;
  readonly stored = new Map<string, StoredRendition>();

  constructor(source: RecordingSources) {
    this.source = source;
  }

  async sources(id: RecordingId): Promise<RecordingSources | null> {
    return id === this.source.recordingId ? this.source : null;
  }

  async renditions(): Promise<readonly StoredRendition[]> {
    return [...this.stored.values()];
  }

  async storeRendition(_: RecordingId, rendition: StoredRendition): Promise<void> {
    this.stored.set(`${rendition.rendition} ${rendition.format}`, rendition);
  }

  async markReady(_: RecordingId, facts: ReadyFacts): Promise<void> {
    if (this.source.state === 'sealed') this.source = { ...this.source, state: 'ready' };
    this.facts = facts;
  }

  async markFailed(_: RecordingId, reason: string): Promise<void> {
    if (this.source.state !== 'sealed') return;
    this.source = { ...this.source, state: 'failed' };
    this.reason = reason;
  }
}

/** The alarms that stand, as `kind subject`, with their words. */
export class MemoryAlarms implements Alarms {
  readonly standing = new Map<string, string>();

  async raise({ kind, subjectId, message }: Parameters<Alarms['raise']>[0]): Promise<void> {
    this.standing.set(`${kind} ${subjectId}`, message);
  }

  async clear({ kind, subjectId }: Parameters<Alarms['clear']>[0]): Promise<void> {
    this.standing.delete(`${kind} ${subjectId}`);
  }
}

export interface TestFinaliser {
  readonly finaliser: Finaliser;
  readonly options: FinaliserOptions;
  readonly close: () => Promise<void>;
}

export const openTestWorkers = (): FinaliseWorkers =>
  new FinaliseWorkers({
    threadUrl: new URL('../../src/threads/finalise.ts', import.meta.url),
    threadData: { masterKey: testMasterKey },
    count: 1,
  });

/**
 * @param change puts something in the way of a part, to see what becomes of it
 * @param workers threads of the test's own, which `close` leaves alone
 */
export const openTestFinaliser = async (
  folder: string,
  rows: RecordingRows,
  change: (options: FinaliserOptions) => FinaliserOptions = (options) => options,
  workers?: FinaliseWorkers,
): Promise<TestFinaliser> => {
  const own = workers ?? openTestWorkers();
  const options = change({
    rows,
    renderer: own,
    folders: await openDiskRenderFolders(join(folder, 'making')),
    store: await openDiskObjectStore(join(folder, 'objects')),
    journalPath: (relative) => join(folder, relative),
    waits: new FinaliseWaits({ alarms: new MemoryAlarms(), ownNode: () => 'node-1' }),
    log: silentLog(),
    metrics: silentMetrics(),
  });
  return {
    finaliser: new Finaliser(options),
    options,
    close: async () => (own === workers ? undefined : own.close()),
  };
};
