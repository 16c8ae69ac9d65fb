/** One listening at a time, wherever the user is in the console. Plays one file; its two channels can be silenced each. */
import { useCallback, useSyncExternalStore } from 'react';
import { recall, remember } from '../remembered.ts';
import type { Quiet } from './silence.ts';
import type { Clocks } from './clocks.ts';
import { Voices, type Sound, type Voice } from './voices.ts';

export type Channel = 0 | 1;

export interface Listening {
  readonly recordingId: string;
  readonly title: string;
  readonly url: string;
  readonly channels: 1 | 2;
  /** Of everybody, where more than one shares a side; else none. */
  readonly voices: readonly Voice[];
  /** Of the file. */
  readonly durationMs: number;
  readonly clocks: Clocks;
}

export interface PlayerState {
  readonly listening: Listening | null;
  readonly isPlaying: boolean;
  readonly isWaiting: boolean;
  /** The browser could not get or decode the file. */
  readonly hasFailed: boolean;
  readonly rate: number;
  readonly audible: readonly [boolean, boolean];
  /** Participants with a voice of their own who are not to be heard. */
  readonly silent: ReadonlySet<number>;
  readonly skipsSilence: boolean;
  /** In the file; without an end it is not in force yet. */
  readonly loop: Loop | null;
}

export interface Loop {
  readonly fromMs: number;
  readonly toMs: number | null;
}

export const isHeard = ({ audible, silent }: PlayerState, sound: Sound): boolean =>
  sound.kind === 'side' ? audible[sound.channel] : !silent.has(sound.participant);

/** Nobody else is heard. */
export const isAlone = (state: PlayerState, sound: Sound): boolean => {
  if (!isHeard(state, sound)) return false;
  if (sound.kind === 'side') return !state.audible[sound.channel === 0 ? 1 : 0];
  const others = (state.listening?.voices ?? []).filter(
    ({ participant }) => participant !== sound.participant,
  );
  return others.every(({ participant }) => state.silent.has(participant));
};

export const rates = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

const rememberedRate = (): number => {
  const rate = Number(recall('rate'));
  return rates.some((known) => known === rate) ? rate : 1;
};

/** From each channel of the file to each ear. A channel that is alone is heard on both. */
const gainsOf = ([left, right]: readonly [boolean, boolean]): readonly number[] =>
  left && right ? [1, 0, 0, 1] : [Number(left), Number(left), Number(right), Number(right)];

/** Shorter ones are a slip of the finger. */
const SHORTEST_LOOP_MS = 300;
/** A leap of less is not worth its click. */
const GRACE_MS = 200;

/** Changes smaller than this are not worth another frame. */
const GLIDE_SECONDS = 0.01;

export class Player {
  readonly #audio = new Audio();
  readonly #listeners = new Set<() => void>();
  #context: AudioContext | null = null;
  #gains: GainNode[] = [];
  #state: PlayerState = {
    listening: null,
    isPlaying: false,
    isWaiting: false,
    hasFailed: false,
    rate: rememberedRate(),
    audible: [true, true],
    silent: new Set(),
    skipsSilence: recall('skip-silence') === '1',
    loop: null,
  };
  readonly #voices = new Voices(() => this.#change({ hasFailed: true }));
  #findQuiet: (() => readonly Quiet[]) | null = null;
  /** Found at the first leap over it. */
  #quiet: readonly Quiet[] | null = null;
  #frame = 0;
  #positionMs = 0;
  readonly #positionListeners = new Set<() => void>();

  constructor() {
    const audio = this.#audio;
    audio.preload = 'metadata';
    audio.addEventListener('play', () => this.#change({ isPlaying: true }));
    audio.addEventListener('pause', () => {
      this.#change({ isPlaying: false, isWaiting: false });
      this.#lead();
    });
    audio.addEventListener('waiting', () => this.#change({ isWaiting: true }));
    audio.addEventListener('playing', () => this.#change({ isWaiting: false, hasFailed: false }));
    audio.addEventListener('error', () => {
      if (this.#state.listening) this.#change({ hasFailed: true, isWaiting: false });
    });
    audio.addEventListener('seeked', () => this.#tick());
    audio.addEventListener('timeupdate', () => this.#tick());
    audio.addEventListener('play', () => this.#follow());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): PlayerState => this.#state;

  readonly subscribePosition = (listener: () => void): (() => void) => {
    this.#positionListeners.add(listener);
    return () => this.#positionListeners.delete(listener);
  };
  /** In the file. */
  readonly positionMs = (): number => this.#positionMs;

  /** Puts a file under the needle; the same one again keeps its place. */
  load(listening: Listening): void {
    const now = this.#state.listening;
    if (now?.recordingId === listening.recordingId && now.url === listening.url) {
      this.#change({ listening });
      return;
    }
    this.#audio.src = listening.url;
    this.#voices.load(listening.voices);
    this.#audio.playbackRate = this.#state.rate;
    this.#positionMs = 0;
    this.setQuiet(null);
    this.#change({
      listening,
      audible: [true, true],
      silent: new Set(),
      hasFailed: false,
      isWaiting: false,
      loop: null,
    });
    this.#applyGains();
    this.#tick();
  }

  close(): void {
    this.#audio.pause();
    this.#voices.load([]);
    this.#change({ listening: null, hasFailed: false });
    this.#audio.removeAttribute('src');
    this.#audio.load();
  }

  toggle(): void {
    if (this.#state.isPlaying) this.#audio.pause();
    else void this.play();
  }

  pause(): void {
    this.#audio.pause();
  }

  async play(): Promise<void> {
    const { listening } = this.#state;
    if (!listening) return;
    if (this.#positionMs >= listening.durationMs - 50) this.seek(0);
    this.#connect();
    try {
      await this.#context?.resume();
      await this.#audio.play();
    } catch (error) {
      // A pause that came while it was starting is no failure; the element tells of real ones by itself.
      if (!(error instanceof DOMException && error.name === 'AbortError'))
        this.#change({ hasFailed: true });
    }
  }

  /** @param mediaMs position in the file; what lies outside is brought inside */
  seek(mediaMs: number): void {
    const { listening } = this.#state;
    if (!listening) return;
    this.#positionMs = Math.min(Math.max(0, mediaMs), listening.durationMs);
    this.#audio.currentTime = this.#positionMs / 1000;
    for (const listener of this.#positionListeners) listener();
  }

  step(byMs: number): void {
    this.seek(this.#positionMs + byMs);
  }

  setRate(rate: number): void {
    this.#audio.playbackRate = rate;
    remember('rate', String(rate));
    this.#change({ rate });
  }

  /** One step slower or faster. */
  stepRate(by: 1 | -1): void {
    const index = rates.findIndex((rate) => rate === this.#state.rate);
    const next = rates[Math.min(Math.max(0, index + by), rates.length - 1)];
    if (next !== undefined) this.setRate(next);
  }

  /**
   * Of the file under the needle, wherever the user goes meanwhile.
   *
   * @param find in order; asked once, and not before a silence is to be leapt over. Null while the waveform is not known
   */
  setQuiet(find: (() => readonly Quiet[]) | null): void {
    this.#findQuiet = find;
    this.#quiet = null;
  }

  toggleSkipping(): void {
    const skipsSilence = !this.#state.skipsSilence;
    remember('skip-silence', skipsSilence ? '1' : '0');
    this.#change({ skipsSilence });
  }

  /** Begins a loop at the needle. */
  loopFrom(): void {
    if (this.#state.listening) this.#change({ loop: { fromMs: this.#positionMs, toMs: null } });
  }

  /** Ends it at the needle, and plays it over and over; before its beginning the two change places. */
  loopTo(): void {
    const fromMs = this.#state.loop?.fromMs ?? 0;
    const toMs = this.#positionMs;
    if (!this.#state.listening || Math.abs(toMs - fromMs) < SHORTEST_LOOP_MS) return;
    this.#change({ loop: { fromMs: Math.min(fromMs, toMs), toMs: Math.max(fromMs, toMs) } });
  }

  endLoop(): void {
    this.#change({ loop: null });
  }

  /** The three of them in turn, for one button. */
  turnLoop(): void {
    const { loop } = this.#state;
    if (loop === null) this.loopFrom();
    else if (loop.toMs === null) this.loopTo();
    else this.endLoop();
  }

  /** For a key: the first or the second of those who can be silenced. */
  soundAt(place: 0 | 1): Sound {
    const voice = this.#state.listening?.voices[place];
    return voice
      ? { kind: 'voice', participant: voice.participant }
      : { kind: 'side', channel: place };
  }

  toggleMute(sound: Sound): void {
    if (sound.kind === 'voice') {
      const silent = new Set(this.#state.silent);
      if (!silent.delete(sound.participant)) silent.add(sound.participant);
      this.#sound({ silent });
      return;
    }
    const [left, right] = this.#state.audible;
    this.#sound({ audible: sound.channel === 0 ? [!left, right] : [left, !right] });
  }

  /** Only this one; all again when it was alone already. */
  toggleSolo(sound: Sound): void {
    const wasAlone = isAlone(this.#state, sound);
    if (sound.kind === 'voice') {
      const all = (this.#state.listening?.voices ?? []).map(({ participant }) => participant);
      const others = all.filter((participant) => participant !== sound.participant);
      this.#sound({ silent: new Set(wasAlone ? [] : others) });
      return;
    }
    this.#sound({ audible: wasAlone ? [true, true] : [sound.channel === 0, sound.channel === 1] });
  }

  #sound(change: Pick<PlayerState, 'audible'> | Pick<PlayerState, 'silent'>): void {
    this.#change(change);
    this.#applyGains();
    this.#lead();
  }

  /** While somebody of several is to be silent the others are heard by themselves, and the whole file is the clock alone. */
  #lead(): void {
    const { listening, silent } = this.#state;
    if (!this.#context || !listening || listening.voices.length === 0) return;
    const all = listening.voices.map(({ participant }) => participant);
    const heard = silent.size === 0 ? [] : all.filter((participant) => !silent.has(participant));
    this.#voices.follow(this.#audio, new Set(heard), this.#context);
  }

  /** Browsers allow this only after the user did something. */
  #connect(): void {
    if (this.#context) return;
    const context = new AudioContext();
    const splitter = context.createChannelSplitter(2);
    const merger = context.createChannelMerger(2);
    const source = context.createMediaElementSource(this.#audio);
    // A mono file comes out of both channels, so that it passes the same way.
    const upmix = context.createGain();
    upmix.channelCount = 2;
    upmix.channelCountMode = 'explicit';
    source.connect(upmix).connect(splitter);
    this.#gains = [0, 1, 2, 3].map((index) => {
      const gain = context.createGain();
      splitter.connect(gain, index >> 1);
      gain.connect(merger, 0, index & 1);
      return gain;
    });
    merger.connect(context.destination);
    this.#context = context;
    this.#applyGains();
  }

  #applyGains(): void {
    const now = this.#context?.currentTime ?? 0;
    const { audible, silent } = this.#state;
    gainsOf(silent.size === 0 ? audible : [false, false]).forEach((value, index) =>
      this.#gains[index]?.gain.setTargetAtTime(value, now, GLIDE_SECONDS),
    );
  }

  #change(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  #tick(): void {
    this.#positionMs = this.#audio.currentTime * 1000;
    if (!this.#audio.paused && !this.#audio.seeking) this.#leap();
    this.#lead();
    for (const listener of this.#positionListeners) listener();
  }

  /** Back to the beginning of the loop, or over a silence. */
  #leap(): void {
    const { loop, skipsSilence } = this.#state;
    const atMs = this.#positionMs;
    if (loop !== null && loop.toMs !== null && atMs >= loop.toMs) {
      // Whoever moved on beyond it by hand comes back too: the loop is in force until it is ended.
      this.#audio.currentTime = loop.fromMs / 1000;
      return;
    }
    if (!skipsSilence) return;
    this.#quiet ??= this.#findQuiet?.() ?? null;
    const quiet = this.#quiet?.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs - GRACE_MS);
    if (quiet) this.#audio.currentTime = quiet.toMs / 1000;
  }

  #follow(): void {
    cancelAnimationFrame(this.#frame);
    const next = (): void => {
      if (this.#audio.paused) return;
      this.#tick();
      this.#frame = requestAnimationFrame(next);
    };
    this.#frame = requestAnimationFrame(next);
  }
}

export const player = new Player();

export const usePlayer = (): PlayerState => useSyncExternalStore(player.subscribe, player.state);

/** Position in the file, rounded down to `stepMs`, so that a clock does not draw itself sixty times a second. */
export const usePosition = (stepMs: number): number =>
  useSyncExternalStore(
    player.subscribePosition,
    useCallback(() => Math.floor(player.positionMs() / stepMs) * stepMs, [stepMs]),
  );
