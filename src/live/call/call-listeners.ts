import { refuse, ok, type Result } from '#base/result.ts';
import type { LegFacts } from '#core/call/topology-words.ts';
import type { CallListener, ListenRefusal, LiveListener } from '#ports/live-calls.ts';
import type { ListeningOrder, MediaCall } from '#ports/media-plane.ts';

export interface CallListenersOptions {
  readonly media: Pick<MediaCall, 'setListening'>;
  readonly endUserChannel: 'left' | 'right';
  readonly nowMs: () => number;
  /** Somebody came or left. */
  readonly onChange: () => void;
}

/** More ears on one call is a conference that nobody agreed to. */
const maxPerCall = 3;

const nobody: ListeningOrder = { left: [], right: [] };
const textOf = ({ left, right }: ListeningOrder): string => `${left.join(' ')}|${right.join(' ')}`;

/** 16 bits in network byte order, as `audio/L16` wants them. */
const wireOf = (samples: Int16Array): Buffer => {
  const bytes = Buffer.alloc(samples.length * 2);
  for (let i = 0; i < samples.length; i++) bytes.writeInt16BE(samples[i] ?? 0, i * 2);
  return bytes;
};

/** Who listens to one call in silence, and which voices they get. No participant: the call does not know of them. */
export class CallListeners {
  readonly #options: CallListenersOptions;
  readonly #present = new Map<CallListener, LiveListener>();
  #order = nobody;
  #isOver = false;

  constructor(options: CallListenersOptions) {
    this.#options = options;
  }

  get present(): readonly LiveListener[] {
    return [...this.#present.values()];
  }

  add(name: string, listener: CallListener): Result<null, ListenRefusal> {
    if (this.#isOver) return refuse('not-connected');
    if (this.#present.size >= maxPerCall) return refuse('too-many-on-call');
    this.#present.set(listener, { name, sinceMs: this.#options.nowMs() });
    if (this.#present.size === 1) this.#options.media.setListening(this.#order);
    this.#options.onChange();
    return ok(null);
  }

  /** @returns false for one who was gone already */
  remove(listener: CallListener): boolean {
    if (!this.#present.delete(listener)) return false;
    if (this.#present.size === 0) this.#options.media.setListening(null);
    this.#options.onChange();
    return true;
  }

  /** These legs are heard from now on; none while nothing may be captured. */
  arrange(legs: readonly Pick<LegFacts, 'id' | 'party'>[]): void {
    const idsOf = (isEndUser: boolean) =>
      legs.filter(({ party }) => (party === 'customer') === isEndUser).map(({ id }) => id);
    const isLeft = this.#options.endUserChannel === 'left';
    const order = { left: idsOf(isLeft), right: idsOf(!isLeft) };
    if (textOf(order) === textOf(this.#order)) return;
    this.#order = order;
    if (this.#present.size > 0) this.#options.media.setListening(order);
  }

  heard(samples: Int16Array): void {
    if (this.#present.size === 0) return;
    const chunk = wireOf(samples);
    for (const listener of [...this.#present.keys()]) listener.audio(chunk);
  }

  /** The call is over: each of them is told. */
  end(): void {
    this.#isOver = true;
    const leaving = [...this.#present.keys()];
    this.#present.clear();
    if (leaving.length > 0) this.#options.media.setListening(null);
    for (const listener of leaving) listener.ended();
  }
}
