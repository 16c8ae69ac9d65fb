/** A journal that the ledger does not know → the entries that make it a track of a recording, open like any other of a process that died. Pure. */
import type { JournalFacts } from '#audio/container/journal-format.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId, LegId, RecordingId, TenantId, TrackId } from '#core/ids.ts';

export interface FoundJournal {
  /** Relative to the data folder. */
  readonly path: string;
  readonly facts: JournalFacts;
  /** Whether the ledger names the call, and the recording. */
  readonly isKnown: boolean;
  readonly knowsRecording: boolean;
}

const unknownParty = 'unknown';
/** The rule that such a call was recorded by. */
export const foundOnDisk = 'found on disk, unknown to the ledger';

/** Ids follow from the journal's own, so that doing it twice says the same. Times are those of the header: when it was begun. */
export const adoptJournal = (found: FoundJournal): readonly LedgerEntry[] => {
  const { path, facts, isKnown, knowsRecording } = found;
  const callId = facts.callId as CallId;
  const recordingId = facts.recordingId as RecordingId;
  const trackId = facts.trackId as TrackId;
  const legId = `${trackId}-leg` as LegId;
  const at = facts.startedAtMs;
  const { participant, participantKind: kind } = facts;
  const call: LedgerEntry[] = isKnown
    ? []
    : [
        {
          kind: 'callStarted',
          callId,
          at,
          tenantId: facts.tenantId as TenantId,
          callType: 'inbound',
          direction: 'in',
          caller: unknownParty,
          callee: unknownParty,
          trunkId: null,
          directoryVersion: 0,
        },
        { kind: 'answered', callId, at },
        {
          kind: 'recordingDecided',
          callId,
          at,
          verdict: { record: true, rule: foundOnDisk },
        },
      ];
  const recording: LedgerEntry[] = knowsRecording
    ? []
    : [
        {
          kind: 'recordingStarted',
          callId,
          at,
          recordingId,
          segment: facts.segment,
          atMonoNs: facts.startedAtMonoNs,
        },
      ];
  return [
    ...call,
    ...recording,
    {
      kind: 'legStarted',
      callId,
      at,
      legId,
      direction: kind === 'customer' ? 'in' : 'out',
      participant: { participant, kind, endpointUser: unknownParty, agentId: null },
      sipCallId: unknownParty,
    },
    { kind: 'legAnswered', callId, at, legId },
    { kind: 'trackStarted', callId, at, recordingId, trackId, legId, participant, path },
  ];
};
