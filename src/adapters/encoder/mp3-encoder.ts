import type { AudioEncoder, EncoderOptions } from '#ports/audio-encoder.ts';
import { crc16, infoFrameBytes, samplesPerMp3Frame, writeInfoFrame } from './info-frame.ts';
import { loadLame, type Lame, type LameEncoder } from './lame/lame.ts';

/** Spec decision 9: 32 kbit/s per voice. */
const kbpsPerChannel = 32;
/** LAME's own delay, the part that a player has to leave out; the decoder's 529 samples are known to every player. */
const lameDelay = 576;
/**
 * LAME's scale from 0, best, to 9, fastest. At 32 kbit/s for 8,000 Hz there are bits to spare: with 7 speech comes back as near to what it was as
 * with 3, LAME's own choice (docs/adr/0017-a-lame-of-our-own-making.md has the figures), at nearly twice the speed.
 */
const quality = 7;

/** MP3 encoders of one thread: in one instance of LAME, and in a new one where that could not be loaded or broke. */
export class Mp3Encoders {
  readonly #load: () => Promise<Lame>;
  #lame: Lame | undefined;

  constructor(load = loadLame) {
    this.#load = load;
  }

  async open({ channels, sampleRateHz }: EncoderOptions): Promise<AudioEncoder> {
    if (!this.#lame || this.#lame.isBroken) this.#lame = await this.#load();
    const kbps = channels * kbpsPerChannel;
    const encoder = this.#lame.open({ sampleRateHz, channels, kbps, quality });
    return new Mp3Encoder(encoder, channels, kbps);
  }
}

class Mp3Encoder implements AudioEncoder {
  readonly head: Uint8Array;
  readonly #lame: LameEncoder;
  readonly #channels: 1 | 2;
  readonly #bitRateKbps: number;
  #frames = 0;
  #bytes = 0;
  #crc = 0;

  constructor(lame: LameEncoder, channels: 1 | 2, bitRateKbps: number) {
    this.#lame = lame;
    this.#channels = channels;
    this.#bitRateKbps = bitRateKbps;
    this.head = new Uint8Array(infoFrameBytes(bitRateKbps));
  }

  encode(channels: readonly Int16Array[], frames: number): Uint8Array {
    this.#frames += frames;
    return this.#count(this.#lame.encode(channels, frames));
  }

  finish(): { readonly tail: Uint8Array; readonly head: Uint8Array } {
    const tail = this.#count(this.#lame.flush()).slice();
    const mp3Frames = Math.round(this.#bytes / this.head.length);
    const head = writeInfoFrame({
      channels: this.#channels,
      bitRateKbps: this.#bitRateKbps,
      mp3Frames,
      sizeBytes: this.#bytes + this.head.length,
      delaySamples: lameDelay,
      paddingSamples: Math.max(0, mp3Frames * samplesPerMp3Frame - lameDelay - this.#frames),
      musicCrc: this.#crc,
    });
    this.close();
    return { tail, head };
  }

  close(): void {
    this.#lame.close();
  }

  #count(bytes: Uint8Array): Uint8Array {
    this.#bytes += bytes.length;
    this.#crc = crc16(bytes, this.#crc);
    return bytes;
  }
}
