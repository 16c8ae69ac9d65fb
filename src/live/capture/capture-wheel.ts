import { asFault } from '#base/fault.ts';
import { BlockScratch } from '#audio/container/journal-block.ts';
import { encodeFileHeader } from '#audio/container/journal-format.ts';
import type { JournalFile, JournalFiles, MakeBlockCipher } from '#ports/journal-files.ts';
import type { TrackOrder } from '#ports/media-plane.ts';
import { TrackWriter, type CaptureListener, type EndReason } from './track-writer.ts';

/** What `kill -9` may cost of a track; with the reorder window it stays far below one second. */
const periodUs = 500_000;
/** The media worker turns the wheel every 5 ms. */
const slotUs = 5000;
const slots = periodUs / slotUs;

export interface CaptureOptions {
  readonly files: JournalFiles;
  readonly makeBlockCipher: MakeBlockCipher;
  readonly listener: CaptureListener;
}

const createWithHeader = (files: JournalFiles, path: string, header: Uint8Array): JournalFile => {
  const file = files.create(path);
  try {
    file.append(header);
  } catch (thrown) {
    // The refusal of `append` is what is reported; closing repeats it.
    file.close().catch(() => undefined);
    throw thrown;
  }
  return file;
};

/** Opens the tracks of one media worker and flushes each of them every 500 ms, spread so that no turn has many to write. */
export class CaptureWheel {
  readonly #options: CaptureOptions;
  readonly #scratch = new BlockScratch();
  readonly #slots: readonly Set<TrackWriter>[] = Array.from({ length: slots }, () => new Set());
  #turnedTo: number | undefined;

  constructor(options: CaptureOptions) {
    this.#options = options;
  }

  /** Tracks that are being written now. */
  get openTracks(): number {
    return this.#slots.reduce((tracks, slot) => tracks + slot.size, 0);
  }

  /**
   * Creates the journal and its header.
   *
   * @returns undefined when the disk refuses; `failed` of the listener has been called then and the call goes on
   */
  open(order: TrackOrder): TrackWriter | undefined {
    const { files, makeBlockCipher, listener } = this.#options;
    const slot = this.#emptiestSlot();
    try {
      const header = encodeFileHeader(order.header);
      const cipher = makeBlockCipher(order.key, header);
      const file = createWithHeader(files, order.path, header);
      const gone = (writer: TrackWriter): void => {
        slot.delete(writer);
      };
      const options = { trackId: order.trackId, file, cipher, scratch: this.#scratch };
      const writer = new TrackWriter({ ...options, listener, gone }, header.length);
      slot.add(writer);
      return writer;
    } catch (thrown) {
      listener.failed(order.trackId, asFault(thrown, 'disk/io').code, {
        frames: 0,
        lostFrames: 0,
        bytes: 0,
        firstPacketAtMonoNs: null,
        lastPacketAtMonoNs: null,
      });
      return undefined;
    }
  }

  /** Flushes the tracks whose turn has come since the last call; a late call catches up, each track once. */
  turn(nowMonoUs: number): void {
    const now = Math.floor(nowMonoUs / slotUs);
    const from = Math.max(this.#turnedTo ?? now - 1, now - slots);
    for (let turn = from + 1; turn <= now; turn++) {
      for (const writer of this.#slots[turn % slots] ?? []) writer.tick();
    }
    this.#turnedTo = now;
  }

  /** Seals every open track: the worker is asked to stop. */
  sealAll(reason: EndReason, nowMonoUs: number): void {
    for (const slot of this.#slots) for (const writer of slot) writer.seal(reason, nowMonoUs);
  }

  #emptiestSlot(): Set<TrackWriter> {
    return this.#slots.reduce((best, slot) => (slot.size < best.size ? slot : best));
  }
}
