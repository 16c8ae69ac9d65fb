import { asFault, type FaultCode } from '#base/fault.ts';
import {
  AudioBlock,
  sealBlock,
  sealMark,
  type BlockScratch,
} from '#audio/container/journal-block.ts';
import type { BlockCipher } from '#audio/container/journal-format.ts';
import type { G711Codec } from '#audio/g711.ts';
import type { TrackId } from '#core/ids.ts';
import type { HoldReason, JournalMark, TrackSummary } from '#core/recording/marks.ts';
import type { JournalFile } from '#ports/journal-files.ts';
import { TrackCount } from './track-count.ts';

export type EndReason = Extract<JournalMark, { kind: 'end' }>['reason'];

/** Hears of the end of each track, once: either sealed or failed. */
export interface CaptureListener {
  /** The journal is complete, on the medium and closed. */
  sealed(trackId: TrackId, summary: TrackSummary): void;
  /** The disk refused; the call goes on without this track. */
  failed(trackId: TrackId, code: FaultCode, summary: TrackSummary): void;
}

export interface TrackWriterOptions {
  readonly trackId: TrackId;
  /** Its header is written already. */
  readonly file: JournalFile;
  readonly cipher: BlockCipher;
  readonly scratch: BlockScratch;
  readonly listener: CaptureListener;
  /** Called once when the writer takes no more samples. */
  readonly gone: (writer: TrackWriter) => void;
}

/** A timestamp that jumps back by more than ten seconds, or ahead by ten more than the clock did, is a restart of the sender. */
const restartTicks = 80_000;
const usPerTick = 125;

/**
 * Turns the packets of one track into its journal. Packets come in order of media time (the reorder window is before us). All
 * instants are microseconds of CLOCK_MONOTONIC as float64. Nothing is allocated per packet.
 *
 * While held nothing is kept: the samples before the hold are written at once, then the mark, then nothing until the last reason to
 * hold is gone.
 */
export class TrackWriter {
  readonly trackId: TrackId;
  readonly #options: TrackWriterOptions;
  readonly #block = new AudioBlock();
  readonly #count = new TrackCount();
  readonly #holds = new Set<HoldReason>();
  #state: 'open' | 'sealed' | 'failed' = 'open';
  #blockNumber = 0;
  /** Media time after the last sample seen, held ones included; NaN before the first and after an epoch. */
  #next = NaN;
  /** The next jump in media time has its reason: it follows a hold. */
  #gapExplained = false;
  #codec: G711Codec | undefined;

  /** @param headerBytes length of the file header, which is in the file already */
  constructor(options: TrackWriterOptions, headerBytes: number) {
    this.trackId = options.trackId;
    this.#options = options;
    this.#count.bytes = headerBytes;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isHeld(): boolean {
    return this.#holds.size > 0;
  }

  /** Samples that came too late to be placed; they are part of `lostFrames` as the gap they left. */
  get lateFrames(): number {
    return this.#count.lateFrames;
  }

  get summary(): TrackSummary {
    return this.#count.summary();
  }

  /**
   * Keeps the samples of one packet.
   *
   * @param extendedTimestamp RTP timestamp of the first sample, unwrapped; may begin anywhere
   * @param arrivalMonoUs when the datagram arrived
   * @param payload G.711; looked at before this returns, never kept
   */
  write(
    extendedTimestamp: number,
    arrivalMonoUs: number,
    codec: G711Codec,
    payload: Uint8Array,
    offset: number,
    length: number,
  ): void {
    if (this.#state !== 'open' || length === 0) return;
    if (this.#isRestart(extendedTimestamp, arrivalMonoUs, length)) this.#beginEpoch(arrivalMonoUs);
    const end = extendedTimestamp + length;
    if (end <= this.#next) {
      this.#count.lateFrames += length;
      return;
    }
    if (this.#holds.size > 0) {
      this.#next = end;
      this.#gapExplained = true;
      return;
    }
    if (codec !== this.#codec) this.#changeCodec(codec, arrivalMonoUs);
    let timestamp = extendedTimestamp;
    let at = offset;
    if (timestamp < this.#next) {
      at += this.#next - timestamp;
      timestamp = this.#next;
    }
    if (timestamp > this.#next && !this.#gapExplained)
      this.#count.lostFrames += timestamp - this.#next;
    this.#gapExplained = false;
    this.#next = end;
    this.#count.arrived(arrivalMonoUs);
    this.#add(codec, timestamp, arrivalMonoUs, payload, at);
  }

  /** A packet of a key press came in its turn: media time goes on without voice until the next packet, and nothing is lost by that. */
  keyPressed(nowMonoUs: number): void {
    if (this.#gapExplained || this.#holds.size > 0 || Number.isNaN(this.#next)) return;
    this.mark({ kind: 'key-press' }, nowMonoUs);
    this.#gapExplained = true;
  }

  /** From now on nothing is kept. Idempotent per reason; several reasons form a union. */
  hold(reason: HoldReason, nowMonoUs: number): void {
    if (this.#state !== 'open' || this.#holds.has(reason)) return;
    this.#holds.add(reason);
    this.mark({ kind: 'hold', reason }, nowMonoUs);
  }

  /** Keeps samples again once no other reason holds. Idempotent per reason. */
  resume(reason: HoldReason, nowMonoUs: number): void {
    if (this.#state !== 'open' || !this.#holds.delete(reason)) return;
    if (this.#holds.size === 0) this.#gapExplained = true;
    this.mark({ kind: 'resume', reason }, nowMonoUs);
  }

  /** Writes a mark behind every sample so far. `epoch` makes the next packet begin a new media time. */
  mark(mark: JournalMark, nowMonoUs: number): void {
    if (this.#state !== 'open') return;
    this.tick();
    if (this.#isDone()) return;
    const place = {
      number: this.#blockNumber,
      timestamp: Number.isNaN(this.#next) ? 0 : this.#next,
      monoUs: nowMonoUs,
    };
    this.#append(sealMark(this.#options.cipher, place, mark));
    if (mark.kind === 'epoch') this.#next = NaN;
  }

  /** Writes what is gathered; the wheel calls it every 500 ms. */
  tick(): void {
    if (this.#state !== 'open' || this.#block.frames === 0) return;
    const { cipher, scratch } = this.#options;
    const frames = this.#block.frames;
    const header = this.#block.take(this.#blockNumber, scratch.body);
    const bytes = sealBlock(
      cipher,
      header,
      scratch.body.subarray(0, header.bodyBytes),
      scratch.sealed,
    );
    if (this.#append(scratch.sealed.subarray(0, bytes))) this.#count.frames += frames;
  }

  /** Writes the rest and the `end` mark, then syncs and closes; `sealed` or `failed` of the listener follows. Idempotent. */
  seal(reason: EndReason, nowMonoUs: number): TrackSummary {
    this.mark({ kind: 'end', reason }, nowMonoUs);
    if (this.#state === 'open') {
      this.#state = 'sealed';
      this.#options.gone(this);
      const { file, listener } = this.#options;
      file.close().then(
        () => listener.sealed(this.trackId, this.summary),
        (thrown: unknown) =>
          listener.failed(this.trackId, asFault(thrown, 'disk/io').code, this.summary),
      );
    }
    return this.summary;
  }

  #isDone(): boolean {
    return this.#state !== 'open';
  }

  #isRestart(timestamp: number, arrivalMonoUs: number, length: number): boolean {
    if (timestamp + length < this.#next - restartTicks) return true;
    const elapsedTicks = (arrivalMonoUs - this.#count.lastSeenUs) / usPerTick;
    this.#count.lastSeenUs = arrivalMonoUs;
    return timestamp - this.#next > elapsedTicks + restartTicks;
  }

  #beginEpoch(nowMonoUs: number): void {
    this.mark({ kind: 'epoch' }, nowMonoUs);
  }

  #changeCodec(codec: G711Codec, nowMonoUs: number): void {
    if (this.#codec !== undefined) this.mark({ kind: 'codec', codec }, nowMonoUs);
    this.#codec = codec;
  }

  /** Stages the samples from `from` up to `#next`. */
  #add(
    codec: G711Codec,
    from: number,
    arrivalMonoUs: number,
    payload: Uint8Array,
    offset: number,
  ): void {
    const until = this.#next;
    for (let timestamp = from; timestamp < until;) {
      if (this.#block.room(codec, timestamp) === 0) this.tick();
      if (this.#isDone()) return;
      const part = Math.min(this.#block.room(codec, timestamp), until - timestamp);
      this.#block.add(codec, timestamp, payload, offset + timestamp - from, part);
      timestamp += part;
      this.#block.stamp(timestamp, arrivalMonoUs);
    }
  }

  /** @returns false when the disk refused, after which the track is over */
  #append(block: Uint8Array): boolean {
    try {
      this.#options.file.append(block);
    } catch (thrown) {
      this.#fail(asFault(thrown, 'disk/io').code);
      return false;
    }
    this.#blockNumber++;
    this.#count.bytes += block.length;
    return true;
  }

  #fail(code: FaultCode): void {
    this.#state = 'failed';
    const { file, listener, gone } = this.#options;
    gone(this);
    const report = (): void => listener.failed(this.trackId, code, this.summary);
    // Closing a file that refused to be written may be refused as well: the first refusal is the one to report.
    file.close().then(report, report);
  }
}
