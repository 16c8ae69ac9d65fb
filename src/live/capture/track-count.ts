import type { TrackSummary } from '#core/recording/marks.ts';

/** Microseconds of the monotonic clock → decimal nanoseconds. */
export const monoNsText = (monoUs: number): string => String(Math.round(monoUs * 1000));

/** What a track's summary is made of while it grows. */
export class TrackCount {
  frames = 0;
  lostFrames = 0;
  lateFrames = 0;
  bytes = 0;
  /** Arrival of the last packet looked at, kept or not; NaN before the first. */
  lastSeenUs = NaN;
  #firstUs = NaN;
  #lastUs = NaN;

  /** A packet was kept. */
  arrived(monoUs: number): void {
    if (Number.isNaN(this.#firstUs)) this.#firstUs = monoUs;
    this.#lastUs = monoUs;
  }

  summary(): TrackSummary {
    const heard = !Number.isNaN(this.#firstUs);
    return {
      frames: this.frames,
      lostFrames: this.lostFrames,
      bytes: this.bytes,
      firstPacketAtMonoNs: heard ? monoNsText(this.#firstUs) : null,
      lastPacketAtMonoNs: heard ? monoNsText(this.#lastUs) : null,
    };
  }
}
