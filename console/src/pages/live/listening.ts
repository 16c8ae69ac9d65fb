/** Which call is listened to in this window, and its sound. One at a time: two calls in two ears are none. */
import { useSyncExternalStore } from 'react';
import { fetchRaw } from '../../api/client.ts';
import workletUrl from './listen-worklet.ts?worker&url';
import { peaksOf, SampleReader } from './samples.ts';

export interface Listening {
  readonly callId: string;
  /** As the bar names the call. */
  readonly title: string;
  readonly phase: 'connecting' | 'hearing' | 'ended' | 'failed';
  readonly sinceMs: number;
  /** Why it failed; null otherwise. */
  readonly error: unknown;
}

/** How loud each side was within the last tenth of a second, 0 … 1. */
export interface Peaks {
  readonly left: number;
  readonly right: number;
}

const silence: Peaks = { left: 0, right: 0 };

interface Sound {
  readonly play: (samples: Float32Array<ArrayBuffer>) => void;
  readonly close: () => void;
}

/** At the rate of the telephone: the browser converts. */
const openSound = async (): Promise<Sound> => {
  const context = new AudioContext({ sampleRate: 8000 });
  try {
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, 'callreel-listener', { outputChannelCount: [2] });
    node.connect(context.destination);
    await context.resume();
    return {
      play: (samples) => node.port.postMessage(samples, [samples.buffer]),
      close: () => void context.close(),
    };
  } catch (error) {
    void context.close();
    throw error;
  }
};

class Listener {
  #now: Listening | null = null;
  #peaks = silence;
  #stop = new AbortController();
  readonly #watchers = new Set<() => void>();

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  readonly now = (): Listening | null => this.#now;
  /** Apart from the rest: it changes ten times a second, and only the meters want it. */
  readonly peaks = (): Peaks => this.#peaks;

  /** To be called from a press of a button: browsers let nothing sound otherwise. */
  async listen(callId: string, title: string): Promise<void> {
    this.close();
    const stop = new AbortController();
    this.#stop = stop;
    this.#set({ callId, title, error: null, sinceMs: Date.now(), phase: 'connecting' });
    let sound: Sound | null = null;
    try {
      sound = await openSound();
      const { signal } = stop;
      const answer = await fetchRaw(`/calls/${encodeURIComponent(callId)}/listen`, { signal });
      this.#update(stop, { phase: 'hearing', sinceMs: Date.now() });
      await this.#hear(answer, sound, stop);
      this.#update(stop, { phase: 'ended' });
    } catch (error) {
      this.#update(stop, { phase: 'failed', error });
    } finally {
      sound?.close();
    }
  }

  /** Stops listening and forgets the call. */
  close(): void {
    this.#stop.abort();
    this.#set(null);
  }

  async #hear(answer: Response, sound: Sound, stop: AbortController): Promise<void> {
    const stream = answer.body?.getReader();
    if (stream === undefined) return;
    const samples = new SampleReader();
    for (;;) {
      const { done, value } = await stream.read();
      if (done) return;
      const piece = samples.read(value);
      if (piece.length === 0) continue;
      if (stop.signal.aborted) return;
      this.#peaks = peaksOf(piece);
      this.#tell();
      sound.play(piece);
    }
  }

  /** Nothing for a listening that was stopped meanwhile. */
  #update(stop: AbortController, change: Partial<Listening>): void {
    if (stop.signal.aborted || this.#now === null) return;
    this.#set({ ...this.#now, ...change });
  }

  #set(now: Listening | null): void {
    this.#now = now;
    this.#peaks = silence;
    this.#tell();
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

export const listener = new Listener();

export const useListening = (): Listening | null =>
  useSyncExternalStore(listener.subscribe, listener.now);
export const usePeaks = (): Peaks => useSyncExternalStore(listener.subscribe, listener.peaks);
