/** A held call of three, as the capture of a server leaves it: journals and ledger on the disk of one that is not running at the moment. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerFile } from '#adapters/disk/ledger-file.ts';
import { readMasterKey } from '#adapters/disk/master-key.ts';
import { encodeG711 } from '#audio/g711.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { AgentId, CallId, LegId, RecordingId, TenantId, TrackId } from '#core/ids.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import { testKeys, writeJournal } from './journals.ts';
import { silentLog, silentMetrics } from './silent.ts';

export interface Speaker {
  readonly kind: 'customer' | 'agent' | 'thirdParty';
  readonly endpointUser: string;
  readonly agentId: string | null;
  /** Said from beginning to end. */
  readonly toneHz: number;
}

const sampleRateHz = 8000;
const packetSamples = 160;
const atMonoNs = '5000000000';

const toneOf = (hz: number, seconds: number): Uint8Array => {
  const samples = Int16Array.from({ length: sampleRateHz * seconds }, (_, i) =>
    Math.round(6000 * Math.sin((2 * Math.PI * hz * i) / sampleRateHz)),
  );
  const bytes = new Uint8Array(samples.length);
  encodeG711('PCMU', samples, bytes);
  return bytes;
};

export const leaveCall = async (
  dataDir: string,
  call: {
    readonly tenantId: string;
    readonly speakers: readonly Speaker[];
    readonly seconds: number;
  },
): Promise<{ readonly callId: string; readonly recordingId: string }> => {
  const { speakers, seconds } = call;
  const tenantId = call.tenantId as TenantId;
  const callId = 'call-of-three' as CallId;
  const recordingId = 'recording-of-three' as RecordingId;
  const startedAtMs = Date.now() - 60_000;
  const at = startedAtMs;
  const keys = testKeys(readMasterKey(join(dataDir, 'secrets'), null));
  mkdirSync(join(dataDir, 'journals', callId), { recursive: true, mode: 0o700 });
  const legOf = (place: number): LegId => `${callId}-leg-${place + 1}` as LegId;
  const trackOf = (place: number): TrackId => `${callId}-track-${place + 1}` as TrackId;
  const pathOf = (place: number): string => `journals/${callId}/${trackOf(place)}.crj`;

  const write = ({ kind, toneHz }: Speaker, place: number): Promise<TrackSummary> => {
    const voice = toneOf(toneHz, seconds);
    const facts = {
      callId,
      recordingId,
      tenantId,
      trackId: trackOf(place),
      participant: place + 1,
      participantKind: kind,
      startedAtMs,
      startedAtMonoNs: atMonoNs,
    };
    return writeJournal({ path: join(dataDir, pathOf(place)), keys, facts }, (writer) => {
      for (let packet = 0; packet < seconds * 50; packet++) {
        const arrivalUs = 5_000_000 + (packet + 1) * 20_000;
        const offset = packet * packetSamples;
        writer.write(offset, arrivalUs, 'PCMU', voice, offset, packetSamples);
        if (packet % 25 === 24) writer.tick();
      }
    });
  };
  const summaries: TrackSummary[] = [];
  for (const [place, speaker] of speakers.entries()) summaries.push(await write(speaker, place));

  const own = { callId, at };
  const entries: LedgerEntry[] = [
    {
      ...own,
      kind: 'callStarted',
      tenantId,
      callType: 'inbound',
      direction: 'in',
      caller: speakers[0]?.endpointUser ?? '',
      callee: '1000',
      trunkId: null,
      directoryVersion: 1,
    },
    ...speakers.flatMap(({ kind, endpointUser, agentId }, place): LedgerEntry[] => [
      {
        ...own,
        kind: 'legStarted',
        legId: legOf(place),
        direction: place === 0 ? 'in' : 'out',
        sipCallId: `${callId}-${place}`,
        participant: {
          participant: place + 1,
          kind,
          endpointUser,
          agentId: agentId as AgentId | null,
        },
      },
      { ...own, kind: 'legAnswered', legId: legOf(place) },
    ]),
    { ...own, kind: 'answered' },
    { ...own, kind: 'recordingDecided', verdict: { record: true, rule: 'inbound.record' } },
    { ...own, kind: 'recordingStarted', recordingId, segment: 1, atMonoNs },
    ...speakers.map((_, place): LedgerEntry => ({
      ...own,
      kind: 'trackStarted',
      recordingId,
      trackId: trackOf(place),
      legId: legOf(place),
      participant: place + 1,
      path: pathOf(place),
    })),
    ...summaries.map((summary, place): LedgerEntry => ({
      callId,
      at: at + seconds * 1000,
      kind: 'trackSealed',
      recordingId,
      trackId: trackOf(place),
      summary,
      salvaged: false,
      failedBy: null,
    })),
    { callId, at: at + seconds * 1000, kind: 'recordingSealed', recordingId },
    ...speakers.map((_, place): LedgerEntry => ({
      callId,
      at: at + seconds * 1000,
      kind: 'legEnded',
      legId: legOf(place),
      sipStatus: null,
      cause: 'bye',
    })),
    {
      callId,
      at: at + seconds * 1000,
      kind: 'callEnded',
      endStatus: 'ok',
      hungUpSide: 'user',
      cause: 'the customer hung up',
      gotMedia: true,
    },
  ];
  const ledger = await LedgerFile.open({
    folder: join(dataDir, 'ledger'),
    log: silentLog(),
    metrics: silentMetrics(),
  });
  for (const entry of entries) ledger.append(entry);
  await ledger.close();
  return { callId, recordingId };
};
