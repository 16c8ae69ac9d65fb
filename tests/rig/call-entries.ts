/** The ledger entries of a typical inbound call, as the call writes them. */
import type { LedgerEntry, RecordingVerdict } from '../../src/core/call/ledger-entry.ts';
import type {
  AgentId,
  CallId,
  LegId,
  QueueId,
  RecordingId,
  TenantId,
  TrackId,
} from '../../src/core/ids.ts';

export interface CallStory {
  readonly callId: string;
  readonly tenantId: TenantId;
  /** Null = nobody answers. */
  readonly agentId: string | null;
  readonly queueId?: string;
  readonly hold?: boolean;
  readonly verdict?: RecordingVerdict;
  /** Fault code that ended capture of the customer's track. */
  readonly failedBy?: string;
  readonly startedAt?: number;
}

export const callEntries = (story: CallStory): LedgerEntry[] => {
  const { tenantId, agentId, queueId, failedBy, startedAt: base = 1_790_000_000_000 } = story;
  const callId = story.callId as CallId;
  const verdict = story.verdict ?? { record: true, rule: 'inbound.record' };
  let at = base;
  const next = (): { callId: CallId; at: number } => ({ callId, at: at++ });
  const customer = `${callId}-l1` as LegId;
  const agent = `${callId}-l2` as LegId;
  const recordingId = `${callId}-r1` as RecordingId;
  const track = (participant: number): TrackId => `${callId}-t${participant}` as TrackId;
  const summary = {
    frames: 8000,
    lostFrames: 160,
    bytes: 9000,
    firstPacketAtMonoNs: '123456999',
    lastPacketAtMonoNs: '1123456999',
  };
  const seal = (participant: number, reason: string | null): LedgerEntry => ({
    kind: 'trackSealed',
    ...next(),
    recordingId,
    trackId: track(participant),
    summary,
    salvaged: false,
    failedBy: reason,
  });
  const start = (participant: number, legId: LegId): LedgerEntry => ({
    kind: 'trackStarted',
    ...next(),
    recordingId,
    trackId: track(participant),
    legId,
    participant,
    path: `journals/${callId}/${track(participant)}.crj`,
  });
  const entries: LedgerEntry[] = [
    {
      kind: 'callStarted',
      ...next(),
      tenantId,
      callType: 'inbound',
      direction: 'in',
      caller: '+628111',
      callee: '1000',
      trunkId: null,
      directoryVersion: 3,
    },
    {
      kind: 'legStarted',
      ...next(),
      legId: customer,
      direction: 'in',
      sipCallId: 'a@b',
      participant: { participant: 1, kind: 'customer', endpointUser: '+628111', agentId: null },
    },
  ];
  if (queueId) entries.push({ kind: 'queued', ...next(), queueId: queueId as QueueId });
  if (agentId) {
    entries.push(
      {
        kind: 'legStarted',
        ...next(),
        legId: agent,
        direction: 'out',
        sipCallId: 'c@d',
        participant: {
          participant: 2,
          kind: 'agent',
          endpointUser: `${agentId}@example.org`,
          agentId: agentId as AgentId,
        },
      },
      { kind: 'legRinging', ...next(), legId: agent },
      { kind: 'legAnswered', ...next(), legId: agent },
      { kind: 'legAnswered', ...next(), legId: customer },
      { kind: 'answered', ...next() },
      { kind: 'recordingDecided', ...next(), verdict },
    );
    if (verdict.record)
      entries.push(
        { kind: 'recordingStarted', ...next(), recordingId, segment: 1, atMonoNs: '123456789' },
        start(1, customer),
        start(2, agent),
      );
    if (story.hold)
      entries.push(
        { kind: 'held', ...next(), legId: customer, reason: 'held-by-agent' },
        { kind: 'unheld', ...next(), legId: customer, reason: 'held-by-agent' },
      );
    if (verdict.record)
      entries.push(seal(1, failedBy ?? null), seal(2, null), {
        kind: 'recordingSealed',
        ...next(),
        recordingId,
      });
    entries.push({ kind: 'legEnded', ...next(), legId: agent, sipStatus: null, cause: 'BYE' });
  }
  entries.push(
    { kind: 'legEnded', ...next(), legId: customer, sipStatus: null, cause: 'BYE' },
    {
      kind: 'callEnded',
      ...next(),
      endStatus: agentId ? 'ok' : 'waitingGiveUp',
      hungUpSide: 'user',
      cause: 'the caller hung up',
      gotMedia: agentId !== null,
    },
  );
  return entries;
};
