/** Journals on disk for tests, written by the real writer, block cipher and files under a master key of the test's own. */
import { randomBytes } from 'node:crypto';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalFiles } from '#adapters/disk/journal-files.ts';
import type { JournalKeys } from '#adapters/disk/journal-source.ts';
import { createSealer } from '#adapters/disk/master-key.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { encodeJournalFacts, type JournalFacts } from '#audio/container/journal-format.ts';
import type { LegId, TrackId } from '#core/ids.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import { CaptureWheel } from '#live/capture/capture-wheel.ts';
import type { TrackWriter } from '#live/capture/track-writer.ts';

export const testKeys = (masterKey: Uint8Array = new Uint8Array(32).fill(1)): JournalKeys => ({
  sealer: createSealer(masterKey),
  makeBlockCipher,
});

export interface TestJournal {
  readonly path: string;
  readonly keys: JournalKeys;
  readonly facts?: Partial<JournalFacts>;
}

/** Header payload and recording key as the call makes them. */
export const testOrder = ({ path, keys, facts = {} }: TestJournal) => {
  const key = randomBytes(32);
  const trackId = (facts.trackId ?? 'track-1') as TrackId;
  const header = encodeJournalFacts({
    callId: 'call-1',
    recordingId: 'recording-1',
    trackId,
    tenantId: 'tenant-1',
    participant: 1,
    participantKind: 'customer',
    segment: 1,
    startedAtMs: 1_700_000_000_000,
    startedAtMonoNs: '5000000000',
    codec: 'PCMU',
    ...facts,
    sealedKey: keys.sealer.seal(key),
  });
  return { trackId, legId: 'leg-1' as LegId, path, key, header };
};

/** Lets `fill` write and seals the journal unless it did; resolves when the file is closed. */
export const writeJournal = (
  journal: TestJournal,
  fill: (writer: TrackWriter) => void,
): Promise<TrackSummary> =>
  new Promise((resolve, reject) => {
    const wheel = new CaptureWheel({
      files: new DiskJournalFiles(systemClock),
      makeBlockCipher,
      listener: {
        sealed: (_, summary) => resolve(summary),
        failed: (_, code) => reject(new Error(code)),
      },
    });
    const writer = wheel.open(testOrder(journal));
    if (writer === undefined) return;
    fill(writer);
    writer.seal('ended', 9e6);
  });
