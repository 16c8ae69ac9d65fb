/** Which calls of the ledger have no end, and what of them is still open. */
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { CallId, LegId, RecordingId, TrackId } from '#core/ids.ts';
import { foundOnDisk } from './adopt.ts';

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
  /** Sealed or failed: nothing is left to do. */
  closed: boolean;
}

export interface OpenCall {
  readonly callId: CallId;
  readonly openLegs: Set<LegId>;
  readonly recordings: Map<RecordingId, OpenRecording>;
  gotMedia: boolean;
  ended: boolean;
  /** Nobody knew it but its journals: they tell when it ended. */
  wasFound: boolean;
  /** Its own last entry. */
  lastSignAtMs: number;
  /** When the last packet of any of its sealed tracks came, by the wall clock; 0 = none is known. */
  lastPacketAtMs: number;
}

/** What recovery itself may have written, long after the process died. */
const isAfterwards = (entry: LedgerEntry): boolean =>
  (entry.kind === 'trackSealed' && entry.salvaged) ||
  entry.kind === 'recordingSealed' ||
  entry.kind === 'recordingFailed';

const isClosed = (call: OpenCall): boolean =>
  call.ended && [...call.recordings.values()].every((recording) => recording.closed);

export class OpenCalls {
  readonly #calls = new Map<CallId, OpenCall>();
  readonly #seen = new Set<string>();
  #lastSignAtMs = 0;

  /** The process was alive then: its last entry, of whichever call. Not the greatest: a clock may have been wrong for a while. */
  get lastSignAtMs(): number {
    return this.#lastSignAtMs;
  }

  /** What the ledger told before recovery added to it. */
  read(entry: LedgerEntry): void {
    if (!isAfterwards(entry)) this.#lastSignAtMs = entry.at;
    this.take(entry);
  }

  take(entry: LedgerEntry): void {
    const call = this.#call(entry.callId);
    if (!isAfterwards(entry)) call.lastSignAtMs = entry.at;
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

  hasRecording(callId: string, recordingId: string): boolean {
    return this.#calls.get(callId as CallId)?.recordings.has(recordingId as RecordingId) === true;
  }

  /** Paths of the journals that the ledger names, of a call with something left to do. */
  journalsOf(callId: string): ReadonlySet<string> {
    const recordings = [...(this.#calls.get(callId as CallId)?.recordings.values() ?? [])];
    return new Set(
      recordings.flatMap(({ tracks }) => [...tracks.values()].map(({ path }) => path)),
    );
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
      wasFound: false,
      lastSignAtMs: 0,
      lastPacketAtMs: 0,
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
        recordingOf(call, entry.recordingId).start = { atMs: entry.at, atMonoNs: entry.atMonoNs };
        break;
      case 'trackStarted': {
        const { trackId, path } = entry;
        const track = { trackId, path, sealed: false, frames: 0 };
        recordingOf(call, entry.recordingId).tracks.set(trackId, track);
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
        call.ended = true;
        break;
      case 'recordingDecided':
        call.wasFound = entry.verdict.rule === foundOnDisk;
        break;
      case 'callStarted':
      case 'queued':
      case 'legRinging':
      case 'answered':
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
  const recording: OpenRecording = { recordingId, tracks: new Map(), start: null, closed: false };
  call.recordings.set(recordingId, recording);
  return recording;
};

const wallOf = ({ start }: OpenRecording, monoNs: string | null): number => {
  if (start === null || monoNs === null) return 0;
  const sinceMs = Math.round((Number(monoNs) - Number(start.atMonoNs)) / 1e6);
  return Number.isFinite(sinceMs) ? start.atMs + sinceMs : 0;
};
