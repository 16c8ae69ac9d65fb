import type { CallId, LegId, TrackId } from '#core/ids.ts';
import type { HoldReason, JournalMark } from '#core/recording/marks.ts';
import type {
  ListeningOrder,
  MediaEvent,
  PlaySource,
  RemoteMedia,
  TrackOrder,
} from '#ports/media-plane.ts';
import { digitCode } from '#protocol/rtp/telephone-event.ts';
import type { CaptureWheel } from '../capture/capture-wheel.ts';
import { LegTrack, type SealReason } from './leg-track.ts';
import { ListenerMix } from './listener-mix.ts';
import type { MediaLeg } from './media-leg.ts';
import { MixFeed } from './mix-feed.ts';
import type { Prompt, PromptStore } from './prompt-store.ts';

interface TrackPlace {
  readonly leg: MediaLeg;
  readonly track: LegTrack;
}

export interface CallContext {
  readonly capture: CaptureWheel;
  readonly prompts: PromptStore;
  readonly monoMs: () => number;
  readonly emit: (event: MediaEvent) => void;
}

/** Twenty milliseconds at 8,000 Hz. */
const mixTicks = 160;
const mixMs = 20;
/** A thread that was late by more mixes from now on, not what was missed. */
const maxMixLateMs = 200;

/** One call on its media thread: its legs, who hears whom, its tracks. Orders for what is gone already are no fault: they crossed. */
export class CallMedia {
  readonly id: CallId;
  readonly legs = new Map<LegId, MediaLeg>();
  readonly #context: CallContext;
  readonly #hearing = new Map<LegId, readonly LegId[]>();
  readonly #tracks = new Map<TrackId, TrackPlace>();
  readonly #sum = new Int32Array(mixTicks);
  #mixing: { readonly hearer: MediaLeg; readonly sources: readonly MediaLeg[] }[] = [];
  #mixDueAtMs = 0;
  #listening: { readonly mix: ListenerMix; readonly order: ListeningOrder } | null = null;
  /** The same legs as `legs`: walked 200 times a second, so without an iterator. */
  #legList: readonly MediaLeg[] = [];

  constructor(id: CallId, context: CallContext) {
    this.id = id;
    this.#context = context;
  }

  addLeg(leg: MediaLeg): void {
    this.legs.set(leg.id, leg);
    this.#connect();
  }

  setRemote(legId: LegId, remote: RemoteMedia): void {
    this.legs.get(legId)?.setRemote(remote);
  }

  setHearing(legId: LegId, hears: readonly LegId[]): void {
    this.#hearing.set(
      legId,
      hears.filter((other) => other !== legId),
    );
    this.#connect();
  }

  /** Null ends it. */
  setListening(order: ListeningOrder | null): void {
    if (order === null) {
      this.#listening?.mix.stop();
      this.#listening = null;
      return;
    }
    const mix =
      this.#listening?.mix ??
      new ListenerMix(this.#context.monoMs(), (samples) =>
        this.#context.emit({ kind: 'listened', samples }),
      );
    this.#listening = { mix, order };
    this.#connectListening();
  }

  play(legId: LegId, source: PlaySource): void {
    const leg = this.legs.get(legId);
    if (leg === undefined) return;
    const name = source.kind === 'tone' ? `tone:${source.tone}` : source.name;
    const prompt = this.#context.prompts.get(name);
    if (prompt !== undefined) {
      this.#start(leg, prompt, source.loop);
      return;
    }
    leg.sender.stopPlaying();
    const generation = leg.sender.playOrders;
    void this.#context.prompts.load(name).then((loaded) => {
      // Another order came meanwhile, or the leg is gone.
      if (this.legs.get(legId) !== leg || leg.sender.playOrders !== generation) return;
      if (loaded !== null) this.#start(leg, loaded, source.loop);
      else this.#context.emit({ kind: 'playEnded', legId, playedMs: 0 });
    });
  }

  #start(leg: MediaLeg, prompt: Prompt, loop: boolean): void {
    const nowMs = this.#context.monoMs();
    for (const track of leg.tracks) track.mark({ kind: 'prompt', name: prompt.name }, nowMs);
    leg.sender.play(prompt, loop, nowMs, (playedMs) =>
      this.#context.emit({ kind: 'playEnded', legId: leg.id, playedMs: Math.round(playedMs) }),
    );
  }

  stopPlaying(legId: LegId): void {
    this.legs.get(legId)?.sender.stopPlaying();
  }

  /** @returns false when the digit cannot be sent to that peer */
  sendDigit(legId: LegId, digit: string, durationMs: number): boolean {
    const leg = this.legs.get(legId);
    const code = digitCode(digit);
    if (leg === undefined) return true;
    return code !== null && leg.sender.press(code, durationMs, this.#context.monoMs());
  }

  /** @returns false when there is no such leg; the caller reports the failed track */
  startTrack(order: TrackOrder): boolean {
    const leg = this.legs.get(order.legId);
    if (leg === undefined) return false;
    if (this.#tracks.has(order.trackId)) return true;
    const writer = this.#context.capture.open(order);
    if (writer === undefined) return true;
    const track = new LegTrack(writer);
    leg.tracks.add(track);
    this.#tracks.set(order.trackId, { leg, track });
    return true;
  }

  holdTrack(trackId: TrackId, reason: HoldReason): void {
    this.#tracks.get(trackId)?.track.hold(reason, this.#context.monoMs());
  }

  resumeTrack(trackId: TrackId, reason: HoldReason): void {
    const place = this.#tracks.get(trackId);
    place?.track.resume(reason, this.#context.monoMs());
  }

  mark(trackId: TrackId, mark: JournalMark): void {
    this.#tracks.get(trackId)?.track.mark(mark, this.#context.monoMs());
  }

  sealTrack(trackId: TrackId, reason: SealReason = 'ended'): void {
    const place = this.#tracks.get(trackId);
    if (place === undefined) return;
    this.#tracks.delete(trackId);
    place.track.seal(reason, this.#context.monoMs());
    place.leg.removeTrack(place.track);
  }

  /** The disk refused: the leg goes on without this track. */
  trackFailed(trackId: TrackId): void {
    const place = this.#tracks.get(trackId);
    this.#tracks.delete(trackId);
    place?.leg.removeTrack(place.track);
  }

  closeLeg(legId: LegId, reason: SealReason = 'party-left'): MediaLeg | undefined {
    const leg = this.legs.get(legId);
    if (leg === undefined) return undefined;
    for (const [trackId, place] of this.#tracks)
      if (place.leg === leg) this.sealTrack(trackId, reason);
    this.legs.delete(legId);
    this.#hearing.delete(legId);
    this.#connect();
    leg.close();
    return leg;
  }

  /** Called every 5 ms. */
  tick(nowMs: number): void {
    for (let i = 0; i < this.#legList.length; i++) {
      const sender = this.#legList[i]?.sender;
      if (sender?.isPaced === true) sender.pace(nowMs);
    }
    if (this.#listening !== null) this.#listening.mix.tick(nowMs);
    if (this.#mixing.length === 0) return;
    if (nowMs - this.#mixDueAtMs > maxMixLateMs) this.#mixDueAtMs = nowMs;
    while (this.#mixDueAtMs <= nowMs) {
      this.#mix(this.#mixDueAtMs);
      this.#mixDueAtMs += mixMs;
    }
  }

  #mix(nowMs: number): void {
    for (const leg of this.legs.values()) leg.feed?.pull();
    for (const { hearer, sources } of this.#mixing) {
      this.#sum.fill(0);
      for (const { feed } of sources) {
        if (feed === null || !feed.isHeard) continue;
        for (let i = 0; i < mixTicks; i++)
          this.#sum[i] = (this.#sum[i] ?? 0) + (feed.frame[i] ?? 0);
      }
      hearer.sender.sendMix(this.#sum, nowMs);
    }
  }

  /** Lays the paths anew after legs or hearing changed. */
  #connect(): void {
    const heard = (leg: MediaLeg): MediaLeg[] =>
      (this.#hearing.get(leg.id) ?? [])
        .map((id) => this.legs.get(id))
        .filter((other) => other !== undefined);
    const legs = [...this.legs.values()];
    this.#legList = legs;
    const rows = legs.map((hearer) => ({ hearer, sources: heard(hearer) }));
    const mixing = rows.filter((row) => row.sources.length > 1);
    if (this.#mixing.length === 0) this.#mixDueAtMs = this.#context.monoMs();
    this.#mixing = mixing;
    for (const leg of legs) {
      leg.relayTo = rows
        .filter((row) => row.sources.length === 1 && row.sources[0] === leg)
        .map((row) => row.hearer.sender);
      const isMixed = mixing.some((row) => row.sources.includes(leg));
      if (!isMixed) leg.feed = null;
      else leg.feed ??= new MixFeed();
      leg.sender.isMixing = mixing.some((row) => row.hearer === leg);
    }
    this.#connectListening();
  }

  #connectListening(): void {
    if (this.#listening === null) return;
    const { mix, order } = this.#listening;
    const present = (ids: readonly LegId[]): MediaLeg[] =>
      ids.map((id) => this.legs.get(id)).filter((leg) => leg !== undefined);
    mix.hear(present(order.left), present(order.right));
  }
}
