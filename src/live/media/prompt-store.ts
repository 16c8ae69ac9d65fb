import type { Log } from '#ports/log.ts';
import { ulawToAlaw, type G711Codec } from '#audio/g711.ts';

/** Prepared audio in both laws: playing it costs a copy, nothing else. */
export interface Prompt {
  readonly name: string;
  readonly ulaw: Uint8Array;
  readonly alaw: Uint8Array;
}

/** @returns G.711 µ-law at 8,000 Hz, or null when there is no prompt of that name */
export type ReadPrompt = (name: string) => Promise<Uint8Array | null>;

/** One path segment: a prompt never leaves its folder. */
const promptName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** Twenty minutes; longer is no prompt, and a media thread keeps every prompt it played. */
const maxBytes = 20 * 60 * 8000;

/** The bytes to play on a leg that speaks `codec`. */
export const promptBytes = (prompt: Prompt, codec: G711Codec): Uint8Array =>
  codec === 'PCMU' ? prompt.ulaw : prompt.alaw;

/** @param ulaw G.711 µ-law at 8,000 Hz */
export const preparePrompt = (name: string, ulaw: Uint8Array): Prompt => ({
  name,
  ulaw,
  alaw: Uint8Array.from(ulaw, (code) => ulawToAlaw[code] ?? 0),
});

/** The prompts of one media thread: built in, or read once and kept. */
export class PromptStore {
  readonly #ready = new Map<string, Prompt>();
  readonly #waiting = new Map<string, Promise<Prompt | null>>();
  readonly #read: ReadPrompt;
  readonly #log: Log;

  constructor(builtIn: readonly Prompt[], read: ReadPrompt, log: Log) {
    for (const prompt of builtIn) this.#ready.set(prompt.name, prompt);
    this.#read = read;
    this.#log = log;
  }

  /** The prompt when it is at hand, else undefined: then `load` it. */
  get(name: string): Prompt | undefined {
    return this.#ready.get(name);
  }

  /** @returns null when there is none of that name or it cannot be read, which is logged */
  load(name: string): Promise<Prompt | null> {
    const ready = this.#ready.get(name);
    if (ready !== undefined) return Promise.resolve(ready);
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) return waiting;
    const loading = this.#load(name).finally(() => this.#waiting.delete(name));
    this.#waiting.set(name, loading);
    return loading;
  }

  async #load(name: string): Promise<Prompt | null> {
    try {
      const ulaw = promptName.test(name) ? await this.#read(name) : null;
      if (ulaw === null || ulaw.length === 0 || ulaw.length > maxBytes) {
        this.#log.warn('media.prompt-missing', { prompt: name, bytes: ulaw?.length ?? null });
        return null;
      }
      const prompt = preparePrompt(name, ulaw);
      this.#ready.set(name, prompt);
      return prompt;
    } catch (error) {
      this.#log.warn('media.prompt-unreadable', { prompt: name, error: String(error) });
      return null;
    }
  }
}
