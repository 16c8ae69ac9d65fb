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
/** Twenty minutes; longer is no prompt. */
const maxBytes = 20 * 60 * 8000;
/** Sixty-six minutes in both laws: the assets of a busy day's tasks, and little beside what a media thread holds anyway. */
const defaultKeepBytes = 64 * 1024 * 1024;

/** The bytes to play on a leg that speaks `codec`. */
export const promptBytes = (prompt: Prompt, codec: G711Codec): Uint8Array =>
  codec === 'PCMU' ? prompt.ulaw : prompt.alaw;

/** @param ulaw G.711 µ-law at 8,000 Hz */
export const preparePrompt = (name: string, ulaw: Uint8Array): Prompt => ({
  name,
  ulaw,
  alaw: Uint8Array.from(ulaw, (code) => ulawToAlaw[code] ?? 0),
});

const sizeOf = (prompt: Prompt): number => prompt.ulaw.length + prompt.alaw.length;

/**
 * The prompts of one media thread: built in, or read once and kept while there is room. What was asked for longest ago leaves first;
 * a leg that plays it keeps it until it ends.
 */
export class PromptStore {
  readonly #builtIn = new Map<string, Prompt>();
  /** In the order of their last use. */
  readonly #kept = new Map<string, Prompt>();
  readonly #waiting = new Map<string, Promise<Prompt | null>>();
  readonly #read: ReadPrompt;
  readonly #log: Log;
  readonly #keepBytes: number;
  #keptBytes = 0;

  /** @param keepBytes most memory of prompts that are not built in */
  constructor(
    builtIn: readonly Prompt[],
    read: ReadPrompt,
    log: Log,
    keepBytes = defaultKeepBytes,
  ) {
    for (const prompt of builtIn) this.#builtIn.set(prompt.name, prompt);
    this.#read = read;
    this.#log = log;
    this.#keepBytes = keepBytes;
  }

  /** Bytes of the prompts that are kept, those built in not counted. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** The prompt when it is at hand, else undefined: then `load` it. */
  get(name: string): Prompt | undefined {
    const prompt = this.#kept.get(name);
    if (prompt === undefined) return this.#builtIn.get(name);
    this.#kept.delete(name);
    this.#kept.set(name, prompt);
    return prompt;
  }

  /** @returns null when there is none of that name or it cannot be read, which is logged */
  load(name: string): Promise<Prompt | null> {
    const ready = this.get(name);
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
      this.#keep(prompt);
      return prompt;
    } catch (error) {
      this.#log.warn('media.prompt-unreadable', { prompt: name, error: String(error) });
      return null;
    }
  }

  #keep(prompt: Prompt): void {
    this.#kept.set(prompt.name, prompt);
    this.#keptBytes += sizeOf(prompt);
    for (const oldest of this.#kept.values()) {
      if (this.#keptBytes <= this.#keepBytes) return;
      this.#kept.delete(oldest.name);
      this.#keptBytes -= sizeOf(oldest);
    }
  }
}
