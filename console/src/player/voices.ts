/** Participants who share a side of the file, each by themselves: heard in its place while some of them are to be silent. */

export interface Voice {
  readonly participant: number;
  readonly url: string;
}

/** What a button silences: a side of the file, or one of those who share it. */
export type Sound =
  | { readonly kind: 'side'; readonly channel: 0 | 1 }
  | { readonly kind: 'voice'; readonly participant: number };

/** Further apart, two who talk at once are heard out of step. */
const APART_SECONDS = 0.08;
/** A leap takes its time where the file comes from afar; another one before it has settled would only begin it again. */
const SETTLE_MS = 500;

interface Element {
  readonly audio: HTMLAudioElement;
  leaptAtMs: number;
}

/** Follows the needle of the whole file, which stays the clock and is silent meanwhile. Nothing is fetched before somebody is to be silent. */
export class Voices {
  readonly #elements = new Map<number, Element>();
  /** An element has one way out for as long as it lives. */
  readonly #connected = new WeakSet<HTMLAudioElement>();
  readonly #onFailure: () => void;

  constructor(onFailure: () => void) {
    this.#onFailure = onFailure;
  }

  load(voices: readonly Voice[]): void {
    for (const { audio } of this.#elements.values()) {
      audio.pause();
      audio.removeAttribute('src');
      audio.load();
    }
    this.#elements.clear();
    for (const { participant, url } of voices) {
      const audio = new Audio();
      audio.preload = 'none';
      audio.src = url;
      audio.addEventListener('error', () => {
        if (this.#elements.get(participant)?.audio === audio) this.#onFailure();
      });
      this.#elements.set(participant, { audio, leaptAtMs: 0 });
    }
  }

  /** Only these sound, where the leader is; while it rests nobody does. */
  follow(leader: HTMLAudioElement, heard: ReadonlySet<number>, context: AudioContext): void {
    for (const [participant, element] of this.#elements) {
      const { audio } = element;
      if (leader.paused || !heard.has(participant)) {
        if (!audio.paused) audio.pause();
        continue;
      }
      audio.playbackRate = leader.playbackRate;
      const nowMs = performance.now();
      const isApart = Math.abs(audio.currentTime - leader.currentTime) > APART_SECONDS;
      if (isApart && nowMs - element.leaptAtMs > SETTLE_MS) {
        element.leaptAtMs = nowMs;
        audio.currentTime = leader.currentTime;
      }
      if (audio.paused) this.#begin(audio, context);
    }
  }

  #begin(audio: HTMLAudioElement, context: AudioContext): void {
    if (!this.#connected.has(audio)) {
      context.createMediaElementSource(audio).connect(context.destination);
      this.#connected.add(audio);
    }
    audio.play().catch((error: unknown) => {
      // A pause that came while it was starting is no failure.
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.#onFailure();
    });
  }
}
