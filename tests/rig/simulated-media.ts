/**
 * The real media engine (receive path, relay, capture, journals) on a simulated network and clock: an hour of two drifting phones
 * with loss and reordering takes seconds.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalFiles } from '#adapters/disk/journal-files.ts';
import { cipherOf, openJournalFile, readHeaderOf } from '#adapters/disk/journal-source.ts';
import { encodeJournalFacts, type JournalFacts } from '#audio/container/journal-format.ts';
import { JournalReader, type ReadingEnd } from '#audio/container/journal-reader.ts';
import { decodeG711, encodeG711 } from '#audio/g711.ts';
import type { CallId, LegId, TrackId } from '#core/ids.ts';
import type { JournalMark } from '#core/recording/marks.ts';
import { builtInPrompts } from '#live/media/built-in-prompts.ts';
import { MediaEngine } from '#live/media/media-engine.ts';
import { PortPairs, type PortRange } from '#live/media/port-pairs.ts';
import { PromptStore, type Prompt, type ReadPrompt } from '#live/media/prompt-store.ts';
import type { JournalFiles } from '#ports/journal-files.ts';
import type { Log } from '#ports/log.ts';
import type { MediaEvent, RemoteMedia } from '#ports/media-plane.ts';
import { RtpView, writeRtpHeader } from '#protocol/rtp/packet.ts';
import { testKeys } from './journals.ts';
import { seededRandom, SimulatedNetwork, SimulatedTime } from './simulated-network.ts';

/** One RTP packet as a phone heard it. */
export interface HeardPacket {
  readonly atMs: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

export interface PhoneOptions {
  readonly address?: string;
  readonly port?: number;
  readonly codec?: 'PCMU' | 'PCMA';
  /** Clock error in parts per million: +100 is a phone whose clock runs fast. */
  readonly ppm?: number;
  /** Share of packets that never arrive. */
  readonly loss?: number;
  /** Least delay of the way to us; default 20. */
  readonly delayMs?: number;
  /** Added to each packet's delay, evenly 0…this: more than 20 reorders. */
  readonly jitterMs?: number;
  readonly seed?: number;
  readonly ssrc?: number;
  readonly sequence?: number;
  readonly timestamp?: number;
}

/** What a phone says: sample by sample of its own clock, from 0 when it began to speak. */
export type Voice = (frame: number) => number;

export const toneVoice =
  (frequencyHz: number, amplitude = 8000): Voice =>
  (frame) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * frame) / 8000));

const packetFrames = 160;

/** A phone on the simulated network: speaks by its own clock over its own bad line, keeps what it hears. */
export class SimulatedPhone {
  readonly address: string;
  readonly port: number;
  readonly heard: HeardPacket[] = [];
  readonly heardRtcp: Uint8Array[] = [];
  /** Packets put on the line, and those of them that were lost there. */
  sent = 0;
  lostOnTheWay = 0;
  ssrc: number;
  sequence: number;
  timestamp: number;
  readonly #options: PhoneOptions;
  readonly #rig: SimulatedMedia;
  readonly #random: () => number;
  #speaking = 0;

  constructor(rig: SimulatedMedia, options: PhoneOptions, index: number) {
    this.#rig = rig;
    this.#options = options;
    this.address = options.address ?? `198.51.100.${10 + index}`;
    this.port = options.port ?? 30_000 + index * 2;
    this.#random = seededRandom(options.seed ?? 1000 + index);
    this.ssrc = options.ssrc ?? 0x1000 + index;
    this.sequence = options.sequence ?? 100;
    this.timestamp = options.timestamp ?? 160_000;
    const view = new RtpView();
    rig.network.attach(this.address, this.port, ({ bytes, atMs }) => {
      if (view.read(bytes) !== null) throw new Error('the engine sent a malformed packet');
      const { payloadType, marker, sequence, timestamp, ssrc } = view;
      const payload = bytes.slice(view.payloadAt, view.payloadAt + view.payloadLength);
      this.heard.push({ atMs, payloadType, marker, sequence, timestamp, ssrc, payload });
    });
    rig.network.attach(this.address, this.port + 1, ({ bytes }) => {
      this.heardRtcp.push(bytes.slice());
    });
  }

  /** What an offer and its answer with this phone agree on. */
  remote(change: Partial<RemoteMedia> = {}): RemoteMedia {
    const codec = this.#options.codec ?? 'PCMU';
    return {
      address: this.address,
      port: this.port,
      codec,
      payloadType: codec === 'PCMU' ? 0 : 8,
      telephoneEventPayloadType: 101,
      packetMs: 20,
      direction: 'sendrecv',
      rtcpMux: false,
      ...change,
    };
  }

  /** Speaks to `legPort`, one packet per 20 ms of its own clock, until `stop`. */
  speak(legPort: number, voice: Voice): void {
    const speech = ++this.#speaking;
    const { ppm = 0, codec = 'PCMU' } = this.#options;
    const startMs = this.#rig.time.nowMonoMs;
    const samples = new Int16Array(packetFrames);
    let packets = 0;
    const next = (): void => {
      if (speech !== this.#speaking) return;
      for (let i = 0; i < packetFrames; i++) samples[i] = voice(packets * packetFrames + i);
      const payload = new Uint8Array(packetFrames);
      encodeG711(codec, samples, payload);
      this.packet(legPort, codec === 'PCMU' ? 0 : 8, payload, packets === 0);
      this.timestamp += packetFrames;
      packets++;
      this.#rig.time.at(startMs + (packets * 20) / (1 + ppm / 1e6), next);
    };
    next();
  }

  stop(): void {
    this.#speaking++;
  }

  /** Puts one packet on the line with the present sequence and timestamp; the sequence grows. */
  packet(legPort: number, payloadType: number, payload: Uint8Array, marker = false): void {
    const { delayMs = 20, jitterMs = 0, loss = 0 } = this.#options;
    const bytes = new Uint8Array(12 + payload.length);
    const { ssrc } = this;
    const sequence = this.sequence & 0xffff;
    const timestamp = this.timestamp % 2 ** 32;
    writeRtpHeader({ payloadType, marker, sequence, timestamp, ssrc }, bytes, 0);
    bytes.set(payload, 12);
    this.sequence++;
    this.sent++;
    const arrivesAtMs = this.#rig.time.nowMonoMs + delayMs + this.#random() * jitterMs;
    if (this.#random() < loss) this.lostOnTheWay++;
    else this.#rig.time.at(arrivesAtMs, () => this.raw(legPort, bytes));
  }

  /** These very bytes, now. */
  raw(legPort: number, bytes: Uint8Array): void {
    this.#rig.network.deliver(legPort, bytes, this.address, this.port);
  }
}

export interface SimulatedTrack {
  readonly trackId: TrackId;
  readonly recordingId: string;
  readonly path: string;
  readonly key: Uint8Array;
  readonly facts: JournalFacts;
}

export interface ReadTrack {
  readonly samples: ReadonlyMap<number, number>;
  readonly marks: { readonly timestamp: number; readonly mark: JournalMark }[];
  readonly end: ReadingEnd;
}

export interface SimulatedMediaOptions {
  /** Journals lie below it, one folder per call. */
  readonly folder: string;
  readonly files?: JournalFiles;
  readonly rtpPorts?: PortRange;
  readonly silentAfterMs?: number;
  readonly prompts?: readonly Prompt[];
  readonly readPrompt?: ReadPrompt;
}

const noTimer = { setTimer: () => ({ cancel: () => undefined }) };

/** The engine with its surroundings. Advance time with `time.advance`; the 5 ms turn is part of it. */
export class SimulatedMedia {
  readonly time = new SimulatedTime();
  readonly network = new SimulatedNetwork(this.time);
  readonly events: { readonly callId: CallId; readonly event: MediaEvent }[] = [];
  readonly logged: string[] = [];
  readonly engine: MediaEngine;
  /** What opens the journals again. */
  readonly keys = testKeys();
  readonly #folder: string;
  #phones = 0;

  constructor(options: SimulatedMediaOptions) {
    this.#folder = options.folder;
    const note = (event: string): void => void this.logged.push(event);
    const log: Log = { debug: () => undefined, info: note, warn: note, error: note };
    const prompts = options.prompts ?? builtInPrompts();
    const read = options.readPrompt ?? (() => Promise.resolve(null));
    this.engine = new MediaEngine({
      openSocket: this.network.open,
      ports: new PortPairs(options.rtpPorts ?? { first: 0, last: 0 }),
      files: options.files ?? new DiskJournalFiles({ ...this.time.clock, ...noTimer }),
      makeBlockCipher,
      prompts: new PromptStore(prompts, read, log),
      clock: this.time.clock,
      log,
      random: seededRandom(7),
      silentAfterMs: options.silentAfterMs ?? 60_000,
      emit: (callId, event) => void this.events.push({ callId, event }),
    });
    this.time.every(5, () => this.engine.tick());
  }

  phone(options: PhoneOptions = {}): SimulatedPhone {
    return new SimulatedPhone(this, options, this.#phones++);
  }

  /** Opens a leg of the call for that phone and tells it the port. */
  async leg(callId: CallId, phone: SimulatedPhone, change: Partial<RemoteMedia> = {}) {
    const legId = randomUUID() as LegId;
    this.engine.openCall(callId);
    const opened = await this.engine.openLeg(callId, legId);
    if (!opened.ok) throw new Error(opened.error);
    this.engine.call(callId)?.setRemote(legId, phone.remote(change));
    return { legId, port: opened.value.port };
  }

  /** Opens a leg for each of both, who hear one another. */
  async talk(callId: CallId, one: SimulatedPhone, other: SimulatedPhone) {
    const [a, b] = [await this.leg(callId, one), await this.leg(callId, other)];
    const call = this.engine.call(callId);
    if (call === undefined) throw new Error(`no call ${callId}`);
    call.setHearing(a.legId, [b.legId]);
    call.setHearing(b.legId, [a.legId]);
    return { call, a, b };
  }

  /** From now on what that leg's peer says goes to a journal. */
  track(
    callId: CallId,
    legId: LegId,
    about: {
      readonly recordingId?: string;
      readonly key?: Uint8Array;
      readonly participant: number;
    },
  ): SimulatedTrack {
    const trackId = randomUUID() as TrackId;
    const recordingId = about.recordingId ?? randomUUID();
    const key = about.key ?? randomBytes(32);
    const folder = join(this.#folder, callId);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${trackId}.crj`);
    const facts: JournalFacts = {
      callId,
      recordingId,
      trackId,
      tenantId: 'tenant',
      participant: about.participant,
      participantKind: about.participant === 1 ? 'customer' : 'agent',
      segment: 1,
      startedAtMs: this.time.clock.nowMs(),
      startedAtMonoNs: String(Math.round(this.time.nowMonoMs * 1e6)),
      codec: 'PCMU',
      sealedKey: this.keys.sealer.seal(key),
    };
    const header = encodeJournalFacts(facts);
    this.engine.startTrack(callId, { trackId, legId, path, key, header });
    return { trackId, recordingId, path, key, facts };
  }

  /** Events of one kind, in order. */
  eventsOf<K extends MediaEvent['kind']>(kind: K): Extract<MediaEvent, { kind: K }>[] {
    return this.events
      .map((row) => row.event)
      .filter((event): event is Extract<MediaEvent, { kind: K }> => event.kind === kind);
  }

  /** The samples of a sealed journal by extended timestamp, decoded, and its marks. For short ones: use `readRuns` for an hour. */
  async read(track: SimulatedTrack): Promise<ReadTrack> {
    const samples = new Map<number, number>();
    const read = await this.readRuns(track, (timestamp, run) =>
      run.forEach((sample, i) => samples.set(timestamp + i, sample)),
    );
    return { samples, ...read };
  }

  /** Hands every stretch of samples to `visit`, in the order of the journal. */
  async readRuns(
    track: SimulatedTrack,
    visit: (timestamp: number, samples: Int16Array) => void,
  ): Promise<Omit<ReadTrack, 'samples'>> {
    const marks: ReadTrack['marks'][number][] = [];
    const handle = await openJournalFile(track.path, 'r');
    try {
      const header = await readHeaderOf(handle, track.path);
      const reader = new JournalReader(cipherOf(header, this.keys), header.bytes.length);
      const bytes = (await readFile(track.path)).subarray(header.bytes.length);
      for (let at = 0; at < bytes.length; at += 65_536) {
        reader.push(bytes.subarray(at, at + 65_536));
        for (let record = reader.next(); record !== undefined; record = reader.next()) {
          if (record.kind === 'mark') {
            marks.push({ timestamp: record.timestamp, mark: record.mark as JournalMark });
            continue;
          }
          for (const run of record.runs) {
            const samples = new Int16Array(run.samples.length);
            decodeG711(record.codec, run.samples, samples);
            visit(run.timestamp, samples);
          }
        }
      }
      return { marks, end: reader.end() };
    } finally {
      await handle.close();
    }
  }

  /** Closes every call and waits for the journals to be on the disk. */
  async close(): Promise<void> {
    this.engine.closeAll();
    for (let tries = 0; this.engine.openTracks > 0 && tries < 10_000; tries++)
      await new Promise((resolve) => setImmediate(resolve));
  }
}
