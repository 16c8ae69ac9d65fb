/** Notes in a journal that say why there is no audio, or what happened. Silence, hold, pause and loss are marks, not bytes. */

export type HoldReason = 'held-by-agent' | 'held-by-customer' | 'paused-by-agent' | 'payment';

export type JournalMark =
  /** Party held: its input is not captured (spec decision 14). */
  | { readonly kind: 'hold'; readonly reason: HoldReason }
  | { readonly kind: 'resume'; readonly reason: HoldReason }
  /** A prompt was played towards this track's party. */
  | { readonly kind: 'prompt'; readonly name: string }
  /** Frames that were lost on the network or dropped here; `frames` samples long. */
  | {
      readonly kind: 'loss';
      readonly frames: number;
      readonly reason: 'network' | 'overflow' | 'disk';
    }
  /** The sender restarted its RTP timestamps; placement begins anew. */
  | { readonly kind: 'epoch' }
  | { readonly kind: 'codec'; readonly codec: 'PCMU' | 'PCMA' }
  /** A key was pressed: the party's phone sent no voice meanwhile. Which key is not said: it may belong to a card number. */
  | { readonly kind: 'key-press' }
  /** Last record of a journal that ended in good order. Absent = the process died; `salvaged` is written by recovery. */
  | { readonly kind: 'end'; readonly reason: 'ended' | 'party-left' | 'failed' | 'salvaged' };

/** What is known of a track when its journal closes. */
export interface TrackSummary {
  /** Samples per channel written, at 8,000 Hz. */
  readonly frames: number;
  readonly lostFrames: number;
  readonly bytes: number;
  /** Machine-monotonic nanoseconds (CLOCK_MONOTONIC) of the first and last packet, as decimal strings; null without audio. */
  readonly firstPacketAtMonoNs: string | null;
  readonly lastPacketAtMonoNs: string | null;
}

const markKinds: Readonly<Record<JournalMark['kind'], true>> = {
  hold: true,
  resume: true,
  prompt: true,
  loss: true,
  epoch: true,
  codec: true,
  'key-press': true,
  end: true,
};

/**
 * A mark as it was read from a journal. The block's tag vouches that our own writer made it, so only the kind is looked at: a newer
 * version may know kinds that this one does not.
 *
 * @returns undefined for a kind this version does not know
 */
export const readMark = (value: unknown): JournalMark | undefined =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  Object.hasOwn(markKinds, value.kind)
    ? (value as JournalMark)
    : undefined;
