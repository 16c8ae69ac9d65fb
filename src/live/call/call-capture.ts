import { randomBytes, randomUUID } from 'node:crypto';
import { encodeJournalFacts } from '#audio/container/journal-format.ts';
import { asFault } from '#base/fault.ts';
import type { CaptureEffect } from '#core/call/capture-plan.ts';
import type { LegFacts } from '#core/call/topology-words.ts';
import type { CallId, LegId, RecordingId, TenantId, TrackId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { JournalFolders } from '#ports/journal-folders.ts';
import type { Log } from '#ports/log.ts';
import type { MediaCall, MediaEvent } from '#ports/media-plane.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { CallAccount } from './call-account.ts';
import type { FoundTrack, JournalSalvage } from './journal-salvage.ts';

export interface CallCaptureOptions {
  readonly callId: CallId;
  readonly tenantId: TenantId;
  readonly account: CallAccount;
  readonly media: MediaCall;
  readonly sealer: Sealer;
  readonly folders: JournalFolders;
  readonly salvage: JournalSalvage;
  readonly clock: Clock;
  readonly log: Log;
  readonly onCaptureFailed: (reason: string) => void;
  /** Runs in the call's own turn, also after the call closed. */
  readonly inTurn: (then: () => void) => void;
}

interface Recording {
  readonly recordingId: RecordingId;
  readonly key: Uint8Array;
  readonly sealedKey: string;
  readonly folder: { readonly absolute: string; readonly relativeToData: string };
  readonly startedAtMs: number;
  readonly startedAtMonoNs: string;
}

/** One file per call until segments come with transfers. */
const segment = 1;

/** Carries what the capture plan decides to journals and ledger, and knows when all of it is safe. */
export class CallCapture {
  readonly #options: CallCaptureOptions;
  readonly #tracks = new Map<LegId, TrackId>();
  /** Where the journals that have no end yet lie, relative to the data folder. */
  readonly #unsealed = new Map<TrackId, string>();
  #recording: Recording | null = null;
  #isEnding = false;
  #isSettled = false;
  #isGivenUp = false;
  #hasFailed = false;

  constructor(options: CallCaptureOptions) {
    this.#options = options;
  }

  /** The call may close: every track is sealed and the ledger says so, or there is nothing to seal, or nobody waits for it any more. */
  get isSettled(): boolean {
    return this.#isSettled || this.#isGivenUp;
  }

  carry(effect: CaptureEffect, legOf: (legId: LegId) => LegFacts | undefined): void {
    const { account, media } = this.#options;
    switch (effect.kind) {
      case 'decided':
        account.write({ kind: 'recordingDecided', verdict: effect.verdict });
        break;
      case 'startRecording':
        this.#startRecording();
        break;
      case 'startTrack': {
        const leg = legOf(effect.legId);
        if (leg !== undefined) this.#startTrack(leg);
        break;
      }
      case 'holdTrack':
        this.#onTrack(effect.legId, (trackId) => media.holdTrack(trackId, effect.reason));
        break;
      case 'resumeTrack':
        this.#onTrack(effect.legId, (trackId) => media.resumeTrack(trackId, effect.reason));
        break;
      case 'sealTrack':
        this.#onTrack(effect.legId, (trackId) => media.sealTrack(trackId));
        break;
    }
  }

  /** No track will be started any more. */
  end(): void {
    this.#isEnding = true;
    this.#settle();
  }

  /** The end of a track is heard whenever it comes, after `giveUp` as well. */
  onMediaEvent(event: MediaEvent): void {
    if (event.kind === 'trackSealed')
      this.#sealed(event.trackId, { summary: event.summary, failedBy: null }, false);
    else if (event.kind === 'trackFailed')
      this.#sealed(event.trackId, { summary: event.summary, failedBy: event.reason }, false);
    else if (event.kind === 'trackLost') this.#salvage(event.trackId);
  }

  /**
   * The journals were not sealed in time: the call closes without them, and the recording stays open in the ledger. The disk is late,
   * nothing is lost: whoever seals them after all, the media thread now or recovery at the next start, ends the recording.
   */
  giveUp(): void {
    if (this.isSettled) return;
    this.#isGivenUp = true;
    this.#options.log.error('call.seal-timeout', {
      callId: this.#options.callId,
      unsealed: this.#unsealed.size,
    });
    this.#options.onCaptureFailed('capture/seal-timeout');
  }

  #startRecording(): void {
    const { account, clock, folders, sealer, callId } = this.#options;
    const recordingId = randomUUID() as RecordingId;
    const startedAtMs = clock.nowMs();
    const startedAtMonoNs = String(Math.round(clock.monoMs() * 1e6));
    account.write({
      kind: 'recordingStarted',
      recordingId,
      segment,
      atMonoNs: startedAtMonoNs,
    });
    try {
      const key = randomBytes(32);
      const sealedKey = sealer.seal(key);
      const folder = folders.make(callId);
      this.#recording = { recordingId, key, sealedKey, folder, startedAtMs, startedAtMonoNs };
    } catch (thrown) {
      // The call goes on without a recording; its outcome says why.
      const fault = asFault(thrown, 'capture/not-started');
      this.#options.log.error('call.recording-not-started', { callId, code: fault.code });
      account.write({ kind: 'recordingFailed', recordingId, reason: fault.code });
      this.#options.onCaptureFailed(fault.code);
    }
  }

  #startTrack(leg: LegFacts): void {
    const recording = this.#recording;
    if (recording === null) return;
    const trackId = randomUUID() as TrackId;
    const { recordingId, folder, key } = recording;
    const relativePath = `${folder.relativeToData}/${trackId}.crj`;
    this.#options.account.write({
      kind: 'trackStarted',
      recordingId,
      trackId,
      legId: leg.id,
      participant: leg.participant,
      path: relativePath,
    });
    this.#tracks.set(leg.id, trackId);
    this.#unsealed.set(trackId, relativePath);
    const header = encodeJournalFacts({
      callId: this.#options.callId,
      recordingId,
      trackId,
      tenantId: this.#options.tenantId,
      participant: leg.participant,
      participantKind: leg.party,
      segment,
      startedAtMs: recording.startedAtMs,
      startedAtMonoNs: recording.startedAtMonoNs,
      codec: 'PCMU',
      sealedKey: recording.sealedKey,
    });
    const path = `${folder.absolute}/${trackId}.crj`;
    this.#options.media.startTrack({ trackId, legId: leg.id, path, key, header });
  }

  #onTrack(legId: LegId, order: (trackId: TrackId) => void): void {
    const trackId = this.#tracks.get(legId);
    if (trackId !== undefined) order(trackId);
  }

  /** What the thread that died had written is kept: the call lost its last half second, not its recording. */
  #salvage(trackId: TrackId): void {
    const { salvage, inTurn } = this.#options;
    const path = this.#unsealed.get(trackId);
    if (path === undefined) return;
    void salvage.salvage(path).then((found) => {
      if (found !== null) inTurn(() => this.#sealed(trackId, found, true));
    });
  }

  #sealed(trackId: TrackId, { summary, failedBy }: FoundTrack, salvaged: boolean): void {
    const recordingId = this.#recording?.recordingId;
    if (recordingId === undefined || !this.#unsealed.delete(trackId)) return;
    if (failedBy !== null) this.#captureFailed(failedBy);
    this.#options.account.write({
      kind: 'trackSealed',
      recordingId,
      trackId,
      summary,
      salvaged,
      failedBy,
    });
    this.#settle();
  }

  /** Of each voice the metric, of each call one line: they mostly fail for the same reason at the same time. */
  #captureFailed(code: string): void {
    this.#options.onCaptureFailed(code);
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.log.warn('call.capture-failed', { callId: this.#options.callId, code });
  }

  #settle(): void {
    if (!this.#isEnding || this.#isSettled || this.#unsealed.size > 0) return;
    this.#isSettled = true;
    const recordingId = this.#recording?.recordingId;
    if (recordingId !== undefined) {
      this.#options.account.write({ kind: 'recordingSealed', recordingId });
    }
  }
}
