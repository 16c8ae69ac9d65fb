import type { G711Codec } from '#audio/g711.ts';
import type { HoldReason, JournalMark } from '#core/recording/marks.ts';
import { ReorderWindow, type IncomingPacket, type OrderedSink } from '#protocol/rtp/reorder.ts';
import type { TrackWriter } from '../capture/track-writer.ts';

/**
 * How long the recorder waits for a missing packet. Beyond what networks reorder, and short enough that `kill -9` costs less than a
 * second together with the 500 ms between two flushes.
 */
const patienceMs = 300;

/** How a journal may end while its thread lives. */
export type SealReason = 'ended' | 'party-left' | 'failed';

/** Which codec a packet carried, through the window; the numbers are those of RFC 3551 §6. */
export const codecNumber = (codec: G711Codec): number => (codec === 'PCMA' ? 8 : 0);

/** What one leg's peer says on its way to one journal, put in order. */
export class LegTrack implements OrderedSink {
  readonly #writer: TrackWriter;
  readonly #window: ReorderWindow;
  /** Packets that came too late or did not fit: lost to the journal, though not to the ear. */
  dropped = 0;

  constructor(writer: TrackWriter) {
    this.#writer = writer;
    this.#window = new ReorderWindow(this);
  }

  take(packet: IncomingPacket): void {
    const pushed = this.#window.push(packet);
    if (pushed === 'late' || pushed === 'too-long') this.dropped++;
  }

  packet(
    extendedTimestamp: number,
    arrivalMs: number,
    payloadType: number,
    bytes: Uint8Array,
    at: number,
    length: number,
  ): void {
    // Of a key press only the number came through the window.
    if (length === 0) {
      this.#writer.keyPressed(arrivalMs * 1000);
      return;
    }
    const codec = payloadType === 8 ? 'PCMA' : 'PCMU';
    this.#writer.write(extendedTimestamp, arrivalMs * 1000, codec, bytes, at, length);
  }

  /** The writer tells lost samples by their timestamps. */
  gap(): void {}

  /** The sender restarted: what waits belongs to the time before. */
  restart(nowMs: number): void {
    this.#window.restart();
    this.#writer.mark({ kind: 'epoch' }, nowMs * 1000);
  }

  expire(nowMs: number): void {
    if (this.#window.held > 0) this.#window.expire(nowMs - patienceMs);
  }

  hold(reason: HoldReason, nowMs: number): void {
    this.#window.flush();
    this.#writer.hold(reason, nowMs * 1000);
  }

  resume(reason: HoldReason, nowMs: number): void {
    this.#window.flush();
    this.#writer.resume(reason, nowMs * 1000);
  }

  mark(mark: JournalMark, nowMs: number): void {
    this.#window.flush();
    this.#writer.mark(mark, nowMs * 1000);
  }

  seal(reason: SealReason, nowMs: number): void {
    this.#window.flush();
    this.#writer.seal(reason, nowMs * 1000);
  }
}
