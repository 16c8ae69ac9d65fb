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

export interface Lame {
  /** @throws {Fault} `finalise/encoder-failed` when LAME does not take the options or there is no memory */
  open(options: LameOptions): LameEncoder;
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
      throw new Fault('finalise/encoder-failed', `LAME ended with ${code}`, { retry: 'later' });
    },
  },
};

/** An instance for the thread that calls. */
export const loadLame = async (): Promise<Lame> => {
  const { instance } = await WebAssembly.instantiate(await readFile(wasmPath), imports);
  const lame = instance.exports;
  lame._initialize();
  return { open: (options) => new LameEncoder(lame, options) };
};

export class LameEncoder {
  readonly #lame: LameExports;
  /** 0 once it is closed. */
  #encoder: number;
  #out = new Uint8Array(0);

  constructor(lame: LameExports, { sampleRateHz, channels, kbps, quality }: LameOptions) {
    this.#lame = lame;
    this.#encoder = lame.encoder_open(sampleRateHz, channels, kbps, quality);
    if (this.#encoder === 0)
      throw failed(`LAME opens no encoder of ${kbps} kbit/s at ${sampleRateHz} Hz`);
  }

  /**
   * @param channels s16 samples of each channel, the first `frames` of each count
   * @returns whole MP3 frames, perhaps none; valid until the next call
   * @throws {Fault} `finalise/encoder-failed`
   */
  encode(channels: readonly Int16Array[], frames: number): Uint8Array {
    if (this.#lame.encoder_reserve(this.#encoder, frames) !== 0)
      throw failed(`no memory for ${frames} samples`);
    channels.forEach((samples, channel) => {
      const at = this.#lame.encoder_pcm(this.#encoder, channel);
      new Int16Array(this.#lame.memory.buffer, at, frames).set(samples.subarray(0, frames));
    });
    return this.#taken(this.#lame.encoder_encode(this.#encoder, frames));
  }

  /** What LAME still holds back; once, last. */
  flush(): Uint8Array {
    return this.#taken(this.#lame.encoder_flush(this.#encoder));
  }

  /** Gives its memory back to the instance; idempotent. */
  close(): void {
    this.#lame.encoder_close(this.#encoder);
    this.#encoder = 0;
  }

  /** Out of the instance's memory, which another encoder may move. */
  #taken(length: number): Uint8Array {
    if (length < 0) throw failed(`LAME answered ${length}`);
    if (this.#out.length < length) this.#out = new Uint8Array(2 * length);
    const at = this.#lame.encoder_out(this.#encoder);
    this.#out.set(new Uint8Array(this.#lame.memory.buffer, at, length));
    return this.#out.subarray(0, length);
  }
}

const failed = (message: string): Fault =>
  new Fault('finalise/encoder-failed', message, { retry: 'later' });
