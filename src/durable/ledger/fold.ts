/** Ledger entries → what they change in the tables. Pure: the same entries give the same changes. */
import { assertNever } from '#base/assert-never.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallPatch, Happening, LedgerChanges, LegPatch } from '#ports/ledger-tables.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Lists = { [K in keyof LedgerChanges]: LedgerChanges[K][number][] };

class Fold {
  readonly lists: Lists = {
    calls: [],
    callPatches: [],
    legs: [],
    legPatches: [],
    recordings: [],
    tracks: [],
    trackPatches: [],
    sealed: [],
    failed: [],
    happenings: [],
  };
  readonly #calls = new Map<string, Mutable<CallPatch>>();
  readonly #legs = new Map<string, Mutable<LegPatch>>();

  /** One patch per call and batch, so that one statement writes them all. */
  call(id: string): Mutable<CallPatch> {
    const known = this.#calls.get(id);
    if (known) return known;
    const patch: Mutable<CallPatch> = { id };
    this.#calls.set(id, patch);
    this.lists.callPatches.push(patch);
    return patch;
  }

  leg(id: string): Mutable<LegPatch> {
    const known = this.#legs.get(id);
    if (known) return known;
    const patch: Mutable<LegPatch> = { id };
    this.#legs.set(id, patch);
    this.lists.legPatches.push(patch);
    return patch;
  }

  happened(entry: LedgerEntry, kind: Happening['kind'], facts: Happening['facts']): void {
    this.lists.happenings.push({ callId: entry.callId, at: entry.at, kind, facts });
  }
}

const takeCall = (fold: Fold, entry: LedgerEntry): boolean => {
  switch (entry.kind) {
    case 'callStarted': {
      const { kind: _kind, callId: id, at: startedAt, ...facts } = entry;
      fold.lists.calls.push({ id, startedAt, ...facts });
      return true;
    }
    case 'queued': {
      const patch = fold.call(entry.callId);
      patch.queueId = entry.queueId;
      patch.queuedAt ??= entry.at;
      fold.happened(entry, 'queued', { queueId: entry.queueId });
      return true;
    }
    case 'answered':
      fold.call(entry.callId).answeredAt ??= entry.at;
      return true;
    case 'recordingDecided': {
      const patch = fold.call(entry.callId);
      patch.record = entry.verdict.record;
      patch.recordRule = entry.verdict.rule;
      return true;
    }
    case 'callEnded': {
      const { endStatus, hungUpSide, cause, gotMedia, at: endedAt } = entry;
      Object.assign(fold.call(entry.callId), { endStatus, hungUpSide, cause, gotMedia, endedAt });
      return true;
    }
    case 'lastHeard':
      fold.call(entry.callId).heardUntil = entry.at;
      return true;
    default:
      return false;
  }
};

const takeLeg = (fold: Fold, entry: LedgerEntry): boolean => {
  switch (entry.kind) {
    case 'legStarted': {
      const { callId, at: startedAt, legId: id, direction, sipCallId } = entry;
      const { participant, kind: participantKind, endpointUser, agentId } = entry.participant;
      fold.lists.legs.push({
        id,
        callId,
        direction,
        participant,
        participantKind,
        endpointUser,
        agentId,
        sipCallId,
        startedAt,
      });
      return true;
    }
    case 'legRinging':
      fold.leg(entry.legId).ringingAt ??= entry.at;
      fold.call(entry.callId).ringingAt ??= entry.at;
      return true;
    case 'legAnswered':
      fold.leg(entry.legId).answeredAt ??= entry.at;
      return true;
    case 'legEnded': {
      const patch = fold.leg(entry.legId);
      patch.endedAt = entry.at;
      patch.cause = entry.cause;
      if (entry.sipStatus !== null) patch.sipStatus = entry.sipStatus;
      return true;
    }
    case 'held':
    case 'unheld':
      fold.happened(entry, entry.kind, { legId: entry.legId, reason: entry.reason });
      return true;
    case 'messagePlayed': {
      const { legId, prompt, playedMs, completed, isForWantOfAgent } = entry;
      fold.happened(entry, 'messagePlayed', {
        legId,
        prompt,
        playedMs: String(playedMs),
        completed: String(completed),
        isForWantOfAgent: String(isForWantOfAgent),
      });
      return true;
    }
    case 'optedOut':
      fold.happened(entry, 'optedOut', { legId: entry.legId, number: entry.number });
      return true;
    default:
      return false;
  }
};

const takeRecording = (fold: Fold, entry: LedgerEntry): boolean => {
  switch (entry.kind) {
    case 'recordingStarted': {
      const { recordingId: id, callId, segment, at: startedAt, atMonoNs: startedAtMonoNs } = entry;
      fold.lists.recordings.push({ id, callId, segment, startedAt, startedAtMonoNs });
      return true;
    }
    case 'trackStarted': {
      const { trackId: id, recordingId, legId, participant, path, at: startedAt } = entry;
      fold.lists.tracks.push({ id, recordingId, legId, participant, path, startedAt });
      return true;
    }
    case 'trackSealed': {
      const { trackId: id, at: sealedAt, salvaged, failedBy } = entry;
      const { frames, lostFrames, bytes, firstPacketAtMonoNs, lastPacketAtMonoNs } = entry.summary;
      fold.lists.trackPatches.push({
        id,
        sealedAt,
        frames,
        lostFrames,
        bytes,
        firstPacketAtMonoNs,
        lastPacketAtMonoNs,
        salvaged,
        failedBy,
      });
      return true;
    }
    case 'recordingSealed':
      fold.lists.sealed.push({ id: entry.recordingId, at: entry.at });
      return true;
    case 'recordingFailed':
      fold.lists.failed.push({ id: entry.recordingId, at: entry.at, reason: entry.reason });
      return true;
    default:
      return false;
  }
};

export const foldEntries = (entries: readonly LedgerEntry[]): LedgerChanges => {
  const fold = new Fold();
  for (const entry of entries)
    if (!takeCall(fold, entry) && !takeLeg(fold, entry) && !takeRecording(fold, entry))
      assertNever(entry as never);
  return fold.lists;
};
