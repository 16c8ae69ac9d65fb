/** Which calls of the ledger have something left to do, and what of them is known. */
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId, LegId, RecordingId, TrackId } from '#core/ids.ts';
import { isFoundCall } from './found-call.ts';

export interface OpenTrack {
  readonly trackId: TrackId;
  readonly path: string;
  sealed: boolean;
  /** Samples; known once it is sealed. */
  frames: number;
}

export interface OpenRecording {
  readonly recordingId: RecordingId;
  readonly tracks: Map<TrackId, OpenTrack>;
  /** The same instant by both clocks; null when the ledger does not tell. */
  start: { readonly atMs: number; readonly atMonoNs: string } | null;
  /** The ledger says that it is sealed or failed. */
  closed: boolean;
}

export interface OpenCall {
  readonly callId: CallId;
  readonly openLegs: Set<LegId>;
  readonly recordings: Map<RecordingId, OpenRecording>;
  gotMedia: boolean;
  answered: boolean;
  /** Whether it was to be recorded is written. */
  decided: boolean;
  /** Null: it has no end yet. */
  endedAtMs: number | null;
  /** Recovery gave it its end, from the last sign of the process. */
  wasCut: boolean;
  /** Nobody knew it but its journals: they tell when it ended. */
  wasFound: boolean;
  /** Its own last entry. */
  lastSignAtMs: number;
  /** When the last packet of any of its sealed tracks came, by the wall clock; 0 = none is known. */
  lastPacketAtMs: number;
}

/** Of the ends that recovery gives. */
export const cutCause = 'the process stopped while the call was up';

/** What recovery itself may have written, long after the process died. */
const isAfterwards = (entry: LedgerEntry): boolean =>
  (entry.kind === 'trackSealed' && entry.salvaged) ||
  entry.kind === 'recordingSealed' ||
  entry.kind === 'recordingFailed' ||
  entry.kind === 'lastHeard';

const tracksOf = ({ recordings }: OpenCall): OpenTrack[] =>
  [...recordings.values()].flatMap(({ tracks }) => [...tracks.values()]);

const isClosed = (call: OpenCall): boolean =>
  [...call.recordings.values()].every((recording) => recording.closed) &&
  tracksOf(call).every((track) => track.sealed);

export class OpenCalls {
  readonly #calls = new Map<CallId, OpenCall>();
  /** Of which nothing is left to do, with their ends. */
  readonly #closed = new Map<string, number>();
  #lastSignAtMs = 0;

  /** The process was alive then: its last entry, of whichever call. Not the greatest: a clock may have been wrong for a while. */
  get lastSignAtMs(): number {
    return this.#lastSignAtMs;
  }

  /** What the ledger told before recovery added to it. */
  read(entry: LedgerEntry): void {
    const call = this.take(entry);
    // A found call tells of the time of its journals, whoever wrote its entries and whenever.
    if (!isAfterwards(entry) && !call.wasFound) this.#lastSignAtMs = entry.at;
  }

  /** @returns the call, which is forgotten when nothing of it is left to do */
  take(entry: LedgerEntry): OpenCall {
    const call = this.#call(entry.callId);
    if (!isAfterwards(entry)) call.lastSignAtMs = entry.at;
    apply(call, entry);
    if (call.endedAtMs !== null && isClosed(call)) {
      this.#calls.delete(entry.callId);
      this.#closed.set(entry.callId, call.endedAtMs);
    }
    return call;
  }

  /** Calls with something left to do, oldest first. */
  list(): readonly OpenCall[] {
    return [...this.#calls.values()];
  }

  /** Whether any entry named the call. */
  has(callId: string): boolean {
    return this.#closed.has(callId) || this.#calls.has(callId as CallId);
  }

  /** Undefined for a call that nobody named, and for one of which nothing is left to do. */
  get(callId: string): OpenCall | undefined {
    return this.#calls.get(callId as CallId);
  }

  /** Paths of the journals that the ledger names, of a call with something left to do. */
  journalsOf(callId: string): ReadonlySet<string> {
    const call = this.get(callId);
    return new Set(call ? tracksOf(call).map(({ path }) => path) : []);
  }

  #call(callId: CallId): OpenCall {
    const known = this.#calls.get(callId);
    if (known) return known;
    const call: OpenCall = {
      callId,
      openLegs: new Set(),
      recordings: new Map(),
      gotMedia: false,
      answered: false,
      decided: false,
      // What comes late opens a call again, but its end stands.
      endedAtMs: this.#closed.get(callId) ?? null,
      wasCut: false,
      wasFound: false,
      lastSignAtMs: 0,
      lastPacketAtMs: 0,
    };
    this.#calls.set(callId, call);
    return call;
  }
}

const apply = (call: OpenCall, entry: LedgerEntry): void => {
  switch (entry.kind) {
    case 'callStarted':
      call.wasFound = isFoundCall(entry);
      break;
    case 'answered':
      call.answered = true;
      break;
    case 'recordingDecided':
      call.decided = true;
      break;
    case 'legStarted':
      call.openLegs.add(entry.legId);
      break;
    case 'legAnswered':
      call.gotMedia = true;
      break;
    case 'legEnded':
      call.openLegs.delete(entry.legId);
      break;
    case 'recordingStarted':
      recordingOf(call, entry.recordingId).start = { atMs: entry.at, atMonoNs: entry.atMonoNs };
      break;
    case 'trackStarted': {
      const { trackId, path } = entry;
      const { tracks } = recordingOf(call, entry.recordingId);
      if (!tracks.has(trackId)) tracks.set(trackId, { trackId, path, sealed: false, frames: 0 });
      break;
    }
    case 'trackSealed': {
      const recording = recordingOf(call, entry.recordingId);
      const lastPacketAtMs = wallOf(recording, entry.summary.lastPacketAtMonoNs);
      call.lastPacketAtMs = Math.max(call.lastPacketAtMs, lastPacketAtMs);
      const track = recording.tracks.get(entry.trackId);
      if (!track) break;
      track.sealed = true;
      track.frames = entry.summary.frames;
      break;
    }
    case 'recordingSealed':
    case 'recordingFailed':
      recordingOf(call, entry.recordingId).closed = true;
      break;
    case 'callEnded':
      call.endedAtMs = entry.at;
      call.wasCut = entry.cause === cutCause;
      break;
    case 'lastHeard':
      if (call.endedAtMs !== null) call.endedAtMs = Math.max(call.endedAtMs, entry.at);
      break;
    case 'queued':
    case 'legRinging':
    case 'messagePlayed':
    case 'optedOut':
    case 'held':
    case 'unheld':
      break;
  }
};

const recordingOf = (call: OpenCall, recordingId: RecordingId): OpenRecording => {
  const known = call.recordings.get(recordingId);
  if (known) return known;
  const recording: OpenRecording = { recordingId, tracks: new Map(), start: null, closed: false };
  call.recordings.set(recordingId, recording);
  return recording;
};

const wallOf = ({ start }: OpenRecording, monoNs: string | null): number => {
  if (start === null || monoNs === null) return 0;
  const sinceMs = Math.round((Number(monoNs) - Number(start.atMonoNs)) / 1e6);
  return Number.isFinite(sinceMs) ? start.atMs + sinceMs : 0;
};
