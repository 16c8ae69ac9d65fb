/** LAME as one WebAssembly instance that holds any number of encoders; `lame.wasm` beside this file is a file of its own (NOTICE.md). */
import { readFile } from 'node:fs/promises';
import { Fault } from '#base/fault.ts';

export interface LameOptions {
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  readonly kbps: number;
  /** 0, best, to 9, fastest. */
  readonly quality: number;
}

/** What `glue.c` exports; pointers are offsets in `memory`. */
interface LameExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  encoder_open(sampleRateHz: number, channels: number, kbps: number, quality: number): number;
  encoder_reserve(encoder: number, frames: number): number;
  encoder_pcm(encoder: number, channel: number): number;
  encoder_out(encoder: number): number;
  encoder_encode(encoder: number, frames: number): number;
  encoder_flush(encoder: number): number;
  encoder_close(encoder: number): void;
}

/** As much of it as is used here: the compiler counts it among the things of a browser. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Readonly<Record<string, Readonly<Record<string, (code: number) => unknown>>>>,
  ): Promise<{ readonly instance: { readonly exports: LameExports } }>;
};

const wasmPath = new URL('lame.wasm', import.meta.url);

/** `ENOSYS` of WASI: there are no files in there. */
const noSuchCall = (): number => 52;

/** What LAME would print and how it would end a process; nothing of both comes to pass. */
const imports = {
  env: { emscripten_notify_memory_growth: () => undefined },
  wasi_snapshot_preview1: {
    fd_close: noSuchCall,
    fd_seek: noSuchCall,
    fd_write: noSuchCall,
    proc_exit: (code: number) => {
      throw new Error(`LAME ended with ${code}`);
    },
  },
};

/** @throws {Fault} `finalise/encoder-failed` when the file cannot be read or is none */
export const loadLame = async (): Promise<Lame> => {
  try {
    const { instance } = await WebAssembly.instantiate(await readFile(wasmPath), imports);
    return new Lame(instance.exports);
  } catch (cause) {
    throw failed('lame.wasm cannot be loaded', cause);
  }
};

/** An instance of one thread. */
export class Lame {
  readonly #exports: LameExports;
  #isBroken = false;

  constructor(exports: LameExports) {
    this.#exports = exports;
    this.call(() => exports._initialize());
  }

  /** Something in it failed half-way: nothing that it says counts any more, of none of its encoders. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** What it has taken; it never shrinks, and what encoders give back is used for the next ones. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** @throws {Fault} `finalise/encoder-failed` when LAME does not take the options or there is no memory */
  open(options: LameOptions): LameEncoder {
    return new LameEncoder(this, this.#exports, options);
  }

  /** @throws {Fault} `finalise/encoder-failed` when LAME fails half-way, or did before */
  call<T>(step: () => T): T {
    if (this.#isBroken) throw failed('this instance of LAME failed before');
    try {
      return step();
    } catch (cause) {
      this.#isBroken = true;
      throw failed('LAME failed half-way', cause);
    }
  }
}

export class LameEncoder {
  readonly #lame: Lame;
  readonly #exports: LameExports;
  /** 0 once it is closed. */
  #encoder: number;
  #out = new Uint8Array(0);

  constructor(lame: Lame, exports: LameExports, options: LameOptions) {
    const { sampleRateHz, channels, kbps, quality } = options;
    this.#lame = lame;
    this.#exports = exports;
    this.#encoder = lame.call(() => exports.encoder_open(sampleRateHz, channels, kbps, quality));
    if (this.#encoder === 0)
      throw failed(`LAME opens no encoder of ${kbps} kbit/s at ${sampleRateHz} Hz`);
  }

  /**
   * @param channels s16 samples of each channel, the first `frames` of each count
   * @returns whole MP3 frames, perhaps none; valid until the next call
   * @throws {Fault} `finalise/encoder-failed`
   */
  encode(channels: readonly Int16Array[], frames: number): Uint8Array {
    const { memory } = this.#exports;
    const encoder = this.#open();
    if (this.#lame.call(() => this.#exports.encoder_reserve(encoder, frames)) !== 0)
      throw failed(`no memory for ${frames} samples`);
    channels.forEach((samples, channel) => {
      const at = this.#exports.encoder_pcm(encoder, channel);
      new Int16Array(memory.buffer, at, frames).set(samples.subarray(0, frames));
    });
    return this.#taken(this.#lame.call(() => this.#exports.encoder_encode(encoder, frames)));
  }

  /** What LAME still holds back; once, last. */
  flush(): Uint8Array {
    const encoder = this.#open();
    return this.#taken(this.#lame.call(() => this.#exports.encoder_flush(encoder)));
  }

  /** Gives its memory back to the instance; idempotent. */
  close(): void {
    const encoder = this.#encoder;
    this.#encoder = 0;
    if (encoder !== 0 && !this.#lame.isBroken)
      this.#lame.call(() => this.#exports.encoder_close(encoder));
  }

  #open(): number {
    if (this.#encoder === 0) throw failed('the encoder is closed');
    return this.#encoder;
  }

  /** Out of the instance's memory, which another encoder may move. */
  #taken(length: number): Uint8Array {
    if (length < 0) throw failed(`LAME answered ${length}`);
    if (this.#out.length < length) this.#out = new Uint8Array(2 * length);
    const at = this.#exports.encoder_out(this.#encoder);
    this.#out.set(new Uint8Array(this.#exports.memory.buffer, at, length));
    return this.#out.subarray(0, length);
  }
}

const failed = (message: string, cause?: unknown): Fault =>
  new Fault('finalise/encoder-failed', message, { retry: 'later', cause });
