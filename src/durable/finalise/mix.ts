import type { ParticipantFacts } from '#core/call/ledger-entry.ts';
import { participantOf, type Rendition } from '#core/recording/renditions.ts';

/** Whose voice goes where in a rendition: per channel, the indices of its tracks. */
export type ChannelPlan = readonly (readonly number[])[];

interface PlannedTrack {
  readonly participant: number;
  readonly kind: ParticipantFacts['kind'];
}

/**
 * The channels of a rendition. Dual-channel puts the end user on their side and everyone else on the other (spec decision 5); in a
 * call without one (agents among themselves) the first participant takes that side.
 */
export const planChannels = (
  rendition: Rendition,
  tracks: readonly PlannedTrack[],
  endUserChannel: 'left' | 'right',
): ChannelPlan => {
  const all = tracks.map((_, index) => index);
  if (rendition === 'mixed') return [all];
  const only = participantOf(rendition);
  if (only !== null) return [all.filter((index) => tracks[index]?.participant === only)];
  const first = Math.min(...tracks.map((track) => track.participant));
  const hasCustomer = tracks.some((track) => track.kind === 'customer');
  const isEndUser = (index: number): boolean =>
    hasCustomer ? tracks[index]?.kind === 'customer' : tracks[index]?.participant === first;
  const endUser = all.filter(isEndUser);
  const others = all.filter((index) => !isEndUser(index));
  return endUserChannel === 'left' ? [endUser, others] : [others, endUser];
};

/** Adds voices sample by sample; where they exceed 16 bits, saturates. Allocates nothing. */
export const mixVoices = (
  voices: readonly Int16Array[],
  target: Int16Array,
  frames: number,
): void => {
  const [first, second] = voices;
  if (!first) {
    target.fill(0, 0, frames);
  } else if (!second) {
    target.set(first.subarray(0, frames));
  } else {
    for (let i = 0; i < frames; i++) {
      let sum = (first[i] ?? 0) + (second[i] ?? 0);
      for (let voice = 2; voice < voices.length; voice++) sum += voices[voice]?.[i] ?? 0;
      target[i] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : sum;
    }
  }
};
