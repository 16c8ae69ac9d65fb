/** Stand-ins for everything around the call core: signalling, media threads, ledger, clock. They record, and do what a test tells them. */
import type { JournalFacts } from '#audio/container/journal-format.ts';
import type { Result } from '#base/result.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { AgentEntry, Directory, TrunkEntry } from '#core/directory.ts';
import type { CallId, LegId, TrackId, TrunkId } from '#core/ids.ts';
import type { TrackSummary } from '#core/recording/marks.ts';
import type {
  IncomingLeg,
  LegEndCause,
  LegEvent,
  OutgoingLegOrder,
  Signalling,
  SipLeg,
  TrunkAnswer,
} from '#live/signalling/leg.ts';
import type { Clock, Timer } from '#ports/clock.ts';
import type { DirectorySource } from '#ports/directory-source.ts';
import type { JournalFolders } from '#ports/journal-folders.ts';
import type { ChangeEvent, ChangeFeed } from '#ports/events.ts';
import type { Ledger } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';
import type { MediaCall, MediaEvent, MediaPlane, TrackOrder } from '#ports/media-plane.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { JournalFolder } from '#ports/recovery.ts';
import type { Sealer } from '#ports/sealer.ts';

/** Lets every microtask and promise that is due run. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Time that stands still until a test moves it. */
export class StillClock implements Clock {
  readonly #timers = new Set<{ dueAt: number; callback: () => void }>();
  #mono = 1000;

  get pending(): number {
    return this.#timers.size;
  }

  nowMs(): number {
    return 1_700_000_000_000 + this.#mono;
  }

  monoMs(): number {
    return this.#mono;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { dueAt: this.#mono + delayMs, callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** Moves time on; due timers run in order, and what they set off has run too. */
  async advance(ms: number): Promise<void> {
    const end = this.#mono + ms;
    for (;;) {
      const due = [...this.#timers]
        .filter((timer) => timer.dueAt <= end)
        .toSorted((a, b) => a.dueAt - b.dueAt)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#mono = Math.max(this.#mono, due.dueAt);
      due.callback();
      await settled();
    }
    this.#mono = end;
    await settled();
  }
}

export const sdpOf = (
  direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' = 'sendrecv',
  payloads = '0 8 101',
): Buffer =>
  Buffer.from(
    [
      'v=0',
      'o=phone 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio 40000 RTP/AVP ${payloads}`,
      'a=rtpmap:101 telephone-event/8000',
      `a=${direction}`,
      '',
    ].join('\r\n'),
  );

let legCount = 0;

/** One dialog as the call sees it, and the phone at its other end as the test plays it. */
export class FakeLeg implements SipLeg {
  readonly id: LegId;
  readonly sipCallId: string;
  readonly direction: 'in' | 'out';
  readonly order: OutgoingLegOrder | null;
  /** What the call asked of this leg, in words. */
  readonly asked: string[] = [];
  readonly sent: { answer?: string; ringing?: string; reAnswer?: string; offer?: string } = {};
  /** A phone that does not answer BYE. */
  isDeaf = false;
  reOfferAnswer: Result<{ readonly sdp: Buffer }, { readonly status: number }> = {
    ok: true,
    value: { sdp: sdpOf() },
  };
  #listener: (event: LegEvent) => void = () => undefined;
  #isOver = false;

  constructor(direction: 'in' | 'out', order: OutgoingLegOrder | null) {
    this.direction = direction;
    this.order = order;
    this.id = `sip-${++legCount}` as LegId;
    this.sipCallId = `${this.id}@test`;
  }

  listen(listener: (event: LegEvent) => void): void {
    this.#listener = listener;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  ring(options?: { readonly sdp?: Buffer }): void {
    this.asked.push(options?.sdp === undefined ? '180' : '183');
    if (options?.sdp !== undefined) this.sent.ringing = options.sdp.toString();
  }

  answer(sdp: Buffer): void {
    this.asked.push('200');
    this.sent.answer = sdp.toString();
  }

  reject(status: number): void {
    this.asked.push(String(status));
    this.#end({ by: 'us', how: 'refused', sipStatus: null, text: '' });
  }

  hangUp(): void {
    if (this.asked.at(-1) === 'hang up') return;
    this.asked.push('hang up');
    if (!this.isDeaf) this.#end({ by: 'us', how: 'bye', sipStatus: null, text: '' });
  }

  async offer(sdp: Buffer): Promise<typeof this.reOfferAnswer> {
    this.asked.push('re-INVITE');
    this.sent.offer = sdp.toString();
    return this.reOfferAnswer;
  }

  answerOffer(answer: Result<{ readonly sdp: Buffer }, { readonly status: number }>): void {
    this.asked.push(answer.ok ? 're-INVITE 200' : `re-INVITE ${answer.error.status}`);
    if (answer.ok) this.sent.reAnswer = answer.value.sdp.toString();
  }

  /** The phone at the other end does this. */
  async peer(event: Exclude<LegEvent, { kind: 'ended' }>): Promise<void> {
    this.#listener(event);
    await settled();
  }

  async peerRings(sdp: Buffer | null = null): Promise<void> {
    await this.peer({ kind: 'ringing', status: sdp === null ? 180 : 183, sdp });
  }

  async peerAnswers(sdp: Buffer | null = sdpOf()): Promise<void> {
    await this.peer({ kind: 'answered', sdp });
  }

  async peerEnds(cause: Partial<LegEndCause> = {}): Promise<void> {
    this.#end({ by: 'peer', how: 'bye', sipStatus: null, text: '', ...cause });
    await settled();
  }

  #end(cause: LegEndCause): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener({ kind: 'ended', cause });
  }
}

export class FakeSignalling implements Signalling {
  readonly placed: FakeLeg[] = [];
  /** Trunks that were asked whether they are there, in order. */
  readonly probed: TrunkId[] = [];
  trunkAnswer: TrunkAnswer = { isReachable: false, status: null, roundTripMs: null };
  readonly #contacts = new Map<string, number>();
  #handler: (incoming: IncomingLeg) => (event: LegEvent) => void = () => () => undefined;
  #onRegistration: (agent: AgentEntry, contacts: number) => void = () => undefined;

  onIncoming(handler: (incoming: IncomingLeg) => (event: LegEvent) => void): void {
    this.#handler = handler;
  }

  place(order: OutgoingLegOrder, listener: (event: LegEvent) => void): FakeLeg {
    const leg = new FakeLeg('out', order);
    leg.listen(listener);
    this.placed.push(leg);
    return leg;
  }

  async probe(trunk: TrunkEntry): Promise<TrunkAnswer> {
    this.probed.push(trunk.id);
    return this.trunkAnswer;
  }

  registeredContacts(agent: AgentEntry): number {
    return this.#contacts.get(agent.id) ?? 0;
  }

  onRegistration(handler: (agent: AgentEntry, contacts: number) => void): void {
    this.#onRegistration = handler;
  }

  async register(agent: AgentEntry, contacts = 1): Promise<void> {
    this.#contacts.set(agent.id, contacts);
    this.#onRegistration(agent, contacts);
    await settled();
  }

  async invite(facts: Omit<IncomingLeg, 'leg'>): Promise<FakeLeg> {
    const leg = new FakeLeg('in', null);
    leg.listen(this.#handler({ ...facts, leg }));
    await settled();
    return leg;
  }

  /** The leg placed last. */
  get last(): FakeLeg {
    const leg = this.placed.at(-1);
    if (leg === undefined) throw new Error('no leg was placed');
    return leg;
  }
}

const noAudio: TrackSummary = {
  frames: 0,
  lostFrames: 0,
  bytes: 0,
  firstPacketAtMonoNs: null,
  lastPacketAtMonoNs: null,
};

/** The media threads: every order in words, sealing when asked unless the test holds it back. */
export class FakeMedia implements MediaPlane {
  readonly orders: string[] = [];
  readonly tracks: TrackOrder[] = [];
  readonly openLegs = new Set<LegId>();
  openCalls = 0;
  hasPorts = true;
  /** Else the journals are sealed when `sealLate` says so. */
  sealsInTime = true;
  readonly #late: (() => void)[] = [];
  #nextPort = 20_000;
  #listener: (event: MediaEvent) => void = () => undefined;

  openCall(_callId: CallId, listener: (event: MediaEvent) => void): MediaCall {
    this.openCalls++;
    this.#listener = listener;
    const legs = new Set<LegId>();
    const open = new Map<TrackId, LegId>();
    const say = (line: string): void => void this.orders.push(line);
    const seal = (trackId: TrackId): void => {
      if (!open.delete(trackId)) return;
      say('seal');
      const tell = (): void => listener({ kind: 'trackSealed', trackId, summary: noAudio });
      if (this.sealsInTime) queueMicrotask(tell);
      else this.#late.push(tell);
    };
    const closeLeg = (legId: LegId): void => {
      for (const [trackId, ofLeg] of open) if (ofLeg === legId) seal(trackId);
      legs.delete(legId);
      this.openLegs.delete(legId);
    };
    return {
      openLeg: async (legId) => {
        if (!this.hasPorts) return { ok: false, error: 'no-free-port' };
        legs.add(legId);
        this.openLegs.add(legId);
        this.#nextPort += 2;
        return { ok: true, value: { port: this.#nextPort } };
      },
      setRemote: (_legId, remote) => say(`remote ${remote.codec} ${remote.direction}`),
      setHearing: (_legId, hears) => say(`hear ${hears.length}`),
      setListening: (order) =>
        say(
          order === null ? 'nobody listens' : `listen ${order.left.length}+${order.right.length}`,
        ),
      play: (_legId, source) => say(`play ${source.kind === 'prompt' ? source.name : source.tone}`),
      stopPlaying: () => say('stop playing'),
      sendDigit: () => undefined,
      startTrack: (order) => {
        open.set(order.trackId, order.legId);
        this.tracks.push(order);
        say('track');
      },
      holdTrack: (_trackId, reason) => say(`hold ${reason}`),
      resumeTrack: (_trackId, reason) => say(`resume ${reason}`),
      mark: () => undefined,
      sealTrack: seal,
      closeLeg,
      close: () => {
        for (const legId of legs) closeLeg(legId);
        this.openCalls--;
      },
    };
  }

  /** The disk that stalled goes on. */
  async sealLate(): Promise<number> {
    const late = this.#late.splice(0);
    for (const tell of late) tell();
    await settled();
    return late.length;
  }

  /** An event of the call that was opened last. */
  async emit(event: MediaEvent): Promise<void> {
    this.#listener(event);
    await settled();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

export class FakeLedger implements Ledger {
  readonly entries: LedgerEntry[] = [];

  append(entry: LedgerEntry): void {
    this.entries.push(entry);
  }

  get kinds(): string[] {
    return this.entries.map((entry) => entry.kind);
  }

  of<Kind extends LedgerEntry['kind']>(kind: Kind): Extract<LedgerEntry, { kind: Kind }>[] {
    return this.entries.filter(
      (entry): entry is Extract<LedgerEntry, { kind: Kind }> => entry.kind === kind,
    );
  }
}

export class FakeDirectory implements DirectorySource {
  #directory: Directory;
  readonly #listeners = new Set<(directory: Directory) => void>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  current(): Directory {
    return this.#directory;
  }

  onChange(listener: (directory: Directory) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(directory: Directory): void {
    this.#directory = directory;
    for (const listener of this.#listeners) listener(directory);
  }
}

export class FakeFeed implements ChangeFeed {
  readonly events: ChangeEvent[] = [];

  publish(event: ChangeEvent): void {
    this.events.push(event);
  }

  subscribe(): () => void {
    return () => undefined;
  }
}

/** Errors are kept, so that a test can say that there were none. */
export class FakeLog implements Log {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  debug(): void {
    return;
  }
  info(): void {
    return;
  }
  warn(event: string, facts?: Readonly<Record<string, unknown>>): void {
    this.warnings.push(`${event} ${JSON.stringify(facts)}`);
  }
  error(event: string, facts?: Readonly<Record<string, unknown>>): void {
    this.errors.push(`${event} ${JSON.stringify(facts)}`);
  }
}

const instrument = { add: () => undefined, set: () => undefined, observe: () => undefined };

export const fakeMetrics: Metrics = {
  counter: () => instrument,
  gauge: () => instrument,
  histogram: () => instrument,
};

export const fakeSealer: Sealer = {
  seal: (secret) => `sealed:${secret.length}`,
  open: () => new Uint8Array(32),
};

/** Every journal is whole and one second long, unless the test says that the disk refuses. */
export class FakeJournals implements Pick<JournalFolder, 'salvage'> {
  readonly salvaged: string[] = [];
  refuses: Error | null = null;

  async salvage(path: string): ReturnType<JournalFolder['salvage']> {
    if (this.refuses !== null) throw this.refuses;
    this.salvaged.push(path);
    const summary = { ...noAudio, frames: 8000, bytes: 8400 };
    return { facts: {} as JournalFacts, summary, cutBytes: 0, changed: true };
  }
}

export const fakeFolders: JournalFolders = {
  make: (callId) => ({
    absolute: `/data/journals/${callId}`,
    relativeToData: `journals/${callId}`,
  }),
};
