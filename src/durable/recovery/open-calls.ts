/** Which calls of the ledger have no end, and what of them is still open. */
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId, LegId, RecordingId, TrackId } from '#core/ids.ts';

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
  /** Sealed or failed: nothing is left to do. */
  closed: boolean;
}

export interface OpenCall {
  readonly callId: CallId;
  readonly openLegs: Set<LegId>;
  readonly recordings: Map<RecordingId, OpenRecording>;
  gotMedia: boolean;
  ended: boolean;
}

const isClosed = (call: OpenCall): boolean =>
  call.ended && [...call.recordings.values()].every((recording) => recording.closed);

export class OpenCalls {
  readonly #calls = new Map<CallId, OpenCall>();
  readonly #seen = new Set<string>();

  take(entry: LedgerEntry): void {
    const call = this.#call(entry.callId);
    this.#apply(call, entry);
    if (isClosed(call)) this.#calls.delete(entry.callId);
  }

  /** Calls with something left to do, oldest first. */
  list(): readonly OpenCall[] {
    return [...this.#calls.values()];
  }

  /** Whether any entry named the call. */
  has(callId: string): boolean {
    return this.#seen.has(callId);
  }

  #call(callId: CallId): OpenCall {
    const known = this.#calls.get(callId);
    if (known) return known;
    const call: OpenCall = {
      callId,
      openLegs: new Set(),
      recordings: new Map(),
      gotMedia: false,
      ended: false,
    };
    this.#calls.set(callId, call);
    this.#seen.add(callId);
    return call;
  }

  #apply(call: OpenCall, entry: LedgerEntry): void {
    switch (entry.kind) {
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
        recordingOf(call, entry.recordingId);
        break;
      case 'trackStarted': {
        const { trackId, path } = entry;
        const track = { trackId, path, sealed: false, frames: 0 };
        recordingOf(call, entry.recordingId).tracks.set(trackId, track);
        break;
      }
      case 'trackSealed': {
        const track = recordingOf(call, entry.recordingId).tracks.get(entry.trackId);
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
        call.ended = true;
        break;
      case 'callStarted':
      case 'queued':
      case 'legRinging':
      case 'answered':
      case 'recordingDecided':
      case 'messagePlayed':
      case 'optedOut':
      case 'held':
      case 'unheld':
        break;
    }
  }
}

const recordingOf = (call: OpenCall, recordingId: RecordingId): OpenRecording => {
  const known = call.recordings.get(recordingId);
  if (known) return known;
  const recording: OpenRecording = { recordingId, tracks: new Map(), closed: false };
  call.recordings.set(recordingId, recording);
  return recording;
};
