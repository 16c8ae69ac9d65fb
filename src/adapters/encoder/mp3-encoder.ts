import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEncoder, type WasmMediaEncoder } from 'wasm-media-encoders';
import type { AudioEncoder, EncoderOptions } from '#ports/audio-encoder.ts';
import { crc16, infoFrameBytes, samplesPerMp3Frame, writeInfoFrame } from './info-frame.ts';

type LameEncoder = WasmMediaEncoder<'audio/mpeg'>;

/** Spec decision 9: 32 kbit/s per voice. */
const kbpsPerChannel = 32;
/** LAME's own delay, the part that a player has to leave out; the decoder's 529 samples are known to every player. */
const lameDelay = 576;

/**
 * LAME's own file, `mp3.wasm` of the package: it is under the LGPL, and whoever runs this may put another build of it in that place.
 */
const readLame = (): Uint8Array =>
  readFileSync(fileURLToPath(import.meta.resolve('wasm-media-encoders/wasm/mp3')));

/** MP3 encoders of one thread; an instance of LAME (half a megabyte) that has finished a file is used for the next one. */
export class LameEncoders {
  readonly #wasm = readLame();
  readonly #idle: LameEncoder[] = [];

  async open({ channels, sampleRateHz }: EncoderOptions): Promise<AudioEncoder> {
    const lame = this.#idle.pop() ?? (await createEncoder('audio/mpeg', this.#wasm));
    const bitrate = channels === 1 ? kbpsPerChannel : ((2 * kbpsPerChannel) as 64);
    lame.configure({ sampleRate: sampleRateHz, channels, bitrate });
    return new Mp3Encoder(lame, channels, () => this.#idle.push(lame));
  }
}

class Mp3Encoder implements AudioEncoder {
  readonly head: Uint8Array;
  readonly #lame: LameEncoder;
  readonly #channels: 1 | 2;
  readonly #bitRateKbps: number;
  readonly #giveBack: () => void;
  #scratch: Float32Array[] = [];
  #frames = 0;
  #bytes = 0;
  #crc = 0;
  #isOpen = true;

  constructor(lame: LameEncoder, channels: 1 | 2, giveBack: () => void) {
    this.#lame = lame;
    this.#channels = channels;
    this.#bitRateKbps = kbpsPerChannel * channels;
    this.#giveBack = giveBack;
    this.head = new Uint8Array(infoFrameBytes(this.#bitRateKbps));
  }

  encode(channels: readonly Int16Array[], frames: number): Uint8Array {
    this.#frames += frames;
    return this.#count(this.#lame.encode(this.#toFloat(channels, frames)));
  }

  finish(): { readonly tail: Uint8Array; readonly head: Uint8Array } {
    const tail = this.#count(this.#lame.finalize()).slice();
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
    if (this.#isOpen) this.#giveBack();
    this.#isOpen = false;
  }

  #count(bytes: Uint8Array): Uint8Array {
    this.#bytes += bytes.length;
    this.#crc = crc16(bytes, this.#crc);
    return bytes;
  }

  #toFloat(channels: readonly Int16Array[], frames: number): Float32Array[] {
    if (this.#scratch[0]?.length !== frames)
      this.#scratch = channels.map(() => new Float32Array(frames));
    channels.forEach((samples, channel) => {
      const target = this.#scratch[channel];
      if (target) for (let i = 0; i < frames; i++) target[i] = (samples[i] ?? 0) / 32_768;
    });
    return this.#scratch;
  }
}
