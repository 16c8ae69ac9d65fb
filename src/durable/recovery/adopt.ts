/** A journal that the ledger does not know → the entries that make it a track like any other of a process that died. Pure. */
import type { JournalFacts } from '#audio/container/journal-format.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId, LegId, RecordingId, TenantId, TrackId } from '#core/ids.ts';
import { noDirectory, unknownParty } from './found-call.ts';
import type { OpenCall } from './open-calls.ts';

export interface FoundJournal {
  /** Relative to the data folder. */
  readonly path: string;
  readonly facts: JournalFacts;
  /** Whether the ledger names the call. */
  readonly isKnown: boolean;
  /** What it knows of it, unless nothing of it is left to do. */
  readonly call: OpenCall | undefined;
}

/**
 * Ids follow from the journal's own, so that doing it twice says the same. Times are those of the header, when it was begun, but never
 * before what the call itself told last.
 */
export const adoptJournal = ({
  path,
  facts,
  isKnown,
  call,
}: FoundJournal): readonly LedgerEntry[] => {
  const callId = facts.callId as CallId;
  const recordingId = facts.recordingId as RecordingId;
  const trackId = facts.trackId as TrackId;
  const legId = `${trackId}-leg` as LegId;
  const at = Math.max(facts.startedAtMs, call?.lastSignAtMs ?? 0);
  const { participant, participantKind: kind } = facts;
  const entries: LedgerEntry[] = [];
  if (!isKnown)
    entries.push({
      kind: 'callStarted',
      callId,
      at,
      tenantId: facts.tenantId as TenantId,
      callType: 'inbound',
      direction: 'in',
      caller: unknownParty,
      callee: unknownParty,
      trunkId: null,
      directoryVersion: noDirectory,
    });
  if (!isKnown || call?.wasFound === true) {
    // Each on its own: whoever wrote the first of them may have been killed before the next.
    if (call?.answered !== true) entries.push({ kind: 'answered', callId, at });
    if (call?.decided !== true) {
      const verdict = { record: true, rule: 'found on disk, unknown to the ledger' } as const;
      entries.push({ kind: 'recordingDecided', callId, at, verdict });
    }
  }
  if (call?.recordings.has(recordingId) !== true)
    entries.push({
      kind: 'recordingStarted',
      callId,
      // The same instant as the monotonic one beside it.
      at: facts.startedAtMs,
      recordingId,
      segment: facts.segment,
      atMonoNs: facts.startedAtMonoNs,
    });
  entries.push(
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
  );
  return entries;
};
