/** Gathers the samples of one audio block, and seals blocks of either kind. Memory is fixed; adding samples allocates nothing. */
import type { G711Codec } from '../g711.ts';
import {
  blockFlags,
  blockHeaderBytes,
  blockKinds,
  bodyLimitBytes,
  runEntryBytes,
  tagBytes,
  writeBlockHeader,
  type BlockCipher,
  type BlockHeader,
} from './journal-format.ts';

/** One second at 8,000 Hz: twice what a flush every 500 ms brings, so that a late timer costs a block, not a sample. */
export const blockCapacityFrames = 8000;
/** More jumps in RTP time than that begin a new block. */
const runLimit = 64;
/** A jump longer than ten seconds begins a new block, which keeps a run's offset far from its 32 bits. */
const jumpLimitTicks = 80_000;
const usPerTick = 125;

/** Sealed bytes land here before they are appended; shared by all tracks of a thread, since sealing is synchronous. */
export class BlockScratch {
  readonly body: Uint8Array = new Uint8Array(bodyLimitBytes);
  readonly sealed: Uint8Array = new Uint8Array(blockHeaderBytes + bodyLimitBytes + tagBytes);
}

/** Staging of one audio block. `add` is given only what `room` said fits. */
export class AudioBlock {
  readonly #samples = new Uint8Array(blockCapacityFrames);
  readonly #runTicks = new Uint32Array(runLimit);
  readonly #runFrames = new Uint16Array(runLimit);
  #runs = 0;
  #frames = 0;
  #codec: G711Codec = 'PCMU';
  #first = 0;
  #next = 0;
  #pairTimestamp = 0;
  #pairArrivalUs = 0;

  get frames(): number {
    return this.#frames;
  }

  /** How many samples of that codec may be added at that time; 0 = take the block out first. */
  room(codec: G711Codec, timestamp: number): number {
    if (this.#frames === 0) return blockCapacityFrames;
    if (codec !== this.#codec || timestamp - this.#next > jumpLimitTicks) return 0;
    if (timestamp !== this.#next && this.#runs === runLimit) return 0;
    return blockCapacityFrames - this.#frames;
  }

  /** @param timestamp not before the end of what was added last */
  add(
    codec: G711Codec,
    timestamp: number,
    payload: Uint8Array,
    offset: number,
    length: number,
  ): void {
    if (this.#frames === 0) {
      this.#runs = 0;
      this.#codec = codec;
      this.#first = timestamp;
      this.#next = -Infinity;
      this.#pairArrivalUs = Infinity;
      this.#pairTimestamp = timestamp;
    }
    if (timestamp !== this.#next) {
      this.#runTicks[this.#runs] = timestamp - this.#first;
      this.#runFrames[this.#runs] = 0;
      this.#runs++;
    }
    const run = this.#runs - 1;
    this.#runFrames[run] = (this.#runFrames[run] ?? 0) + length;
    for (let i = 0; i < length; i++) {
      this.#samples[this.#frames + i] = payload[offset + i] ?? 0;
    }
    this.#frames += length;
    this.#next = timestamp + length;
  }

  /** Notes when the samples before `endTimestamp` arrived; the block keeps the pair with the least delay. */
  stamp(endTimestamp: number, arrivalUs: number): void {
    const gain = (endTimestamp - this.#pairTimestamp) * usPerTick;
    if (arrivalUs - this.#pairArrivalUs >= gain) return;
    this.#pairTimestamp = endTimestamp;
    this.#pairArrivalUs = arrivalUs;
  }

  /** Writes the clear body to `target`, empties the block and returns the header that belongs to it. */
  take(number: number, target: Uint8Array): BlockHeader {
    const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    view.setUint16(0, this.#runs);
    for (let run = 0; run < this.#runs; run++) {
      view.setUint32(2 + run * runEntryBytes, this.#runTicks[run] ?? 0);
      view.setUint16(2 + run * runEntryBytes + 4, this.#runFrames[run] ?? 0);
    }
    const samplesAt = 2 + this.#runs * runEntryBytes;
    target.set(this.#samples.subarray(0, this.#frames), samplesAt);
    const header: BlockHeader = {
      kind: blockKinds.audio,
      flags: this.#codec === 'PCMA' ? blockFlags.alaw : 0,
      number,
      bodyBytes: samplesAt + this.#frames,
      pairTicks: this.#pairTimestamp - this.#first,
      timestamp: this.#first,
      monoUs: this.#pairArrivalUs,
    };
    this.#frames = 0;
    return header;
  }
}

/**
 * Writes header, encrypted body and tag to `target` from 0 on.
 *
 * @returns bytes of the block
 */
export const sealBlock = (
  cipher: BlockCipher,
  header: BlockHeader,
  body: Uint8Array,
  target: Uint8Array,
): number => {
  writeBlockHeader(target, 0, header);
  cipher.seal(target.subarray(0, blockHeaderBytes), body, target, blockHeaderBytes);
  return blockHeaderBytes + body.length + tagBytes;
};

/** A whole mark block as it lies in the file. `mark` has to be JSON of at most 1,024 bytes. */
export const sealMark = (
  cipher: BlockCipher,
  place: Pick<BlockHeader, 'number' | 'timestamp' | 'monoUs'> & { readonly flags?: number },
  mark: unknown,
): Uint8Array => {
  const body = new TextEncoder().encode(JSON.stringify(mark));
  const block = new Uint8Array(blockHeaderBytes + body.length + tagBytes);
  sealBlock(
    cipher,
    { flags: 0, ...place, kind: blockKinds.mark, bodyBytes: body.length, pairTicks: 0 },
    body,
    block,
  );
  return block;
};
