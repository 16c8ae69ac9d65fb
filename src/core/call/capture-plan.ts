/**
 * Which track is captured when. Capture begins when the customer and an agent are connected and the settings say so; while anybody
 * is held nothing is captured; a call gets its verdict exactly once (spec decisions 13 and 14).
 *
 * Announcements and consent will stand between `connected` and the first `startTrack`; a transfer will seal the tracks of one
 * segment and start those of the next. Neither exists yet.
 */
import { assertNever } from '#base/assert-never.ts';
import { decideRecording } from '../policy/recording-verdict.ts';
import type { CallRecordingSettings } from '../directory.ts';
import type { LegId } from '../ids.ts';
import type { HoldReason } from '../recording/marks.ts';
import type { CallType, RecordingVerdict } from './ledger-entry.ts';

export interface CapturePlan {
  readonly phase: 'waiting' | 'capturing' | 'stopped';
  readonly callType: CallType;
  /** As they were when the call began. */
  readonly settings: CallRecordingSettings;
  readonly verdict: RecordingVerdict | null;
  readonly tracks: readonly LegId[];
  readonly holds: readonly HoldReason[];
}

export type CaptureEvent =
  | { readonly kind: 'connected'; readonly legs: readonly LegId[] }
  | { readonly kind: 'held'; readonly reason: HoldReason }
  | { readonly kind: 'unheld'; readonly reason: HoldReason }
  /** @see LedgerEntry `callEnded.gotMedia` */
  | { readonly kind: 'ended'; readonly gotMedia: boolean };

export type CaptureEffect =
  | { readonly kind: 'decided'; readonly verdict: RecordingVerdict }
  | { readonly kind: 'startRecording' }
  | { readonly kind: 'startTrack'; readonly legId: LegId }
  | { readonly kind: 'holdTrack'; readonly legId: LegId; readonly reason: HoldReason }
  | { readonly kind: 'resumeTrack'; readonly legId: LegId; readonly reason: HoldReason }
  | { readonly kind: 'sealTrack'; readonly legId: LegId };

export interface CaptureStep {
  readonly plan: CapturePlan;
  readonly effects: readonly CaptureEffect[];
}

export const newCapturePlan = (
  callType: CallType,
  settings: CallRecordingSettings,
): CapturePlan => ({
  phase: 'waiting',
  callType,
  settings,
  verdict: null,
  tracks: [],
  holds: [],
});

export const decideCapture = (plan: CapturePlan, event: CaptureEvent): CaptureStep => {
  if (plan.phase === 'stopped') return { plan, effects: [] };
  switch (event.kind) {
    case 'connected':
      return connected(plan, event.legs);
    case 'held':
      return held(plan, event.reason);
    case 'unheld':
      return unheld(plan, event.reason);
    case 'ended':
      return ended(plan, event.gotMedia);
    default:
      return assertNever(event);
  }
};

const connected = (plan: CapturePlan, legs: readonly LegId[]): CaptureStep => {
  if (plan.verdict !== null) return { plan, effects: [] };
  const verdict = decideRecording(plan.callType, plan.settings);
  if (!verdict.record) {
    return { plan: { ...plan, verdict }, effects: [{ kind: 'decided', verdict }] };
  }
  return {
    plan: { ...plan, phase: 'capturing', verdict, tracks: legs },
    effects: [
      { kind: 'decided', verdict },
      { kind: 'startRecording' },
      ...legs.map((legId) => ({ kind: 'startTrack', legId }) as const),
      // Somebody may have been put on hold while the other side was still ringing.
      ...plan.holds.flatMap((reason) => onEach(legs, 'holdTrack', reason)),
    ],
  };
};

/** The holder's track is held too: what their phone sends meanwhile is its own music, or talk that is not part of the call. */
const held = (plan: CapturePlan, reason: HoldReason): CaptureStep => {
  if (plan.holds.includes(reason)) return { plan, effects: [] };
  return {
    plan: { ...plan, holds: [...plan.holds, reason] },
    effects: onEach(plan.tracks, 'holdTrack', reason),
  };
};

const unheld = (plan: CapturePlan, reason: HoldReason): CaptureStep => {
  if (!plan.holds.includes(reason)) return { plan, effects: [] };
  return {
    plan: { ...plan, holds: plan.holds.filter((other) => other !== reason) },
    effects: onEach(plan.tracks, 'resumeTrack', reason),
  };
};

const onEach = (
  legs: readonly LegId[],
  kind: 'holdTrack' | 'resumeTrack',
  reason: HoldReason,
): readonly CaptureEffect[] => legs.map((legId) => ({ kind, legId, reason }));

const ended = (plan: CapturePlan, gotMedia: boolean): CaptureStep => {
  const seals = plan.tracks.map((legId) => ({ kind: 'sealTrack', legId }) as const);
  if (plan.verdict !== null || !gotMedia) {
    return { plan: { ...plan, phase: 'stopped', tracks: [] }, effects: seals };
  }
  // The caller heard us but never an agent: the one outcome of that call is "excluded".
  const verdict: RecordingVerdict = { record: false, rule: 'no-agent' };
  return {
    plan: { ...plan, phase: 'stopped', verdict },
    effects: [{ kind: 'decided', verdict }],
  };
};
