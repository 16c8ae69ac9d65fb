/**
 * Journals that were never on a disk: a speaker with a clock of its own, a network with delay, jitter and loss, and the records that
 * capture would have written. Everything follows from the plan and its seed.
 */
import { linearToUlaw, ulawSilence } from '#audio/g711.ts';
import type { JournalFacts } from '#audio/container/journal-format.ts';
import type { JournalRecord, ReadingEnd } from '#audio/container/journal-reader.ts';
import type { JournalMark } from '#core/recording/marks.ts';
import type { JournalSource } from '#ports/journal-source.ts';
import { Fault } from '#base/fault.ts';

export interface SyntheticTrack {
  readonly participant: number;
  readonly kind: 'customer' | 'agent' | 'thirdParty';
  /** What the speaker says at an instant of real time (seconds since the recording began): −32,768…32,767. */
  readonly says: (seconds: number) => number;
  /** Whether anything is said in the packet that begins at that instant; saves the time of asking for each sample of an hour. */
  readonly speaks?: (seconds: number) => boolean;
  /** Real seconds at which the first sample is spoken, and how long the track lasts. */
  readonly startSeconds?: number;
  readonly seconds: number;
  /** How much faster than 8,000 Hz the speaker's clock runs; a function for one that changes with real time. */
  readonly ppm?: number | ((seconds: number) => number);
  readonly delayMs?: number;
  /** Mean of the exponential part of the delay. */
  readonly jitterMs?: number;
  /** Extra delay at an instant, for queues and route changes. */
  readonly queueMs?: (seconds: number) => number;
  /** Share of packets lost. */
  readonly loss?: number;
  readonly packetSamples?: number;
  readonly firstTimestamp?: number;
  /** Real seconds at which the sender restarts its timestamps at another value. */
  readonly restarts?: readonly { readonly at: number; readonly timestamp: number }[];
  /** Real seconds in which the party is held: nothing is captured. `frozen`: the phone stops counting meanwhile. */
  readonly holds?: readonly {
    readonly from: number;
    readonly to: number;
    readonly frozen?: boolean;
  }[];
  /** How the journal ends: `null` = torn off. */
  readonly end?: 'ended' | 'salvaged' | null;
  readonly seed?: number;
}

/** Blocks of half a second, as capture's flush wheel writes them. */
const packetsPerBlock = 25;

/** The monotonic instant at which these recordings begin, and its decimal form. */
export const syntheticStartUs = 1_000_000_000;
export const syntheticStartMonoNs = String(syntheticStartUs * 1000);

const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
};

interface Packet {
  readonly timestamp: number;
  readonly samples: Uint8Array;
  readonly arrivalUs: number;
}

/** The records of a track, made as they are asked for. */
export async function* syntheticRecords(track: SyntheticTrack): AsyncGenerator<JournalRecord> {
  let number = 0;
  const mark = (mark: JournalMark, seconds: number, timestamp: number): JournalRecord => ({
    kind: 'mark',
    number: number++,
    timestamp,
    atMonoUs: syntheticStartUs + seconds * 1e6,
    mark,
  });
  const block = (packets: readonly Packet[]): JournalRecord => {
    const best = packets.reduce((least, packet) =>
      packet.arrivalUs - packet.timestamp * 125 < least.arrivalUs - least.timestamp * 125
        ? packet
        : least,
    );
    return {
      kind: 'audio',
      number: number++,
      codec: 'PCMU',
      runs: joined(packets),
      frames: packets.reduce((sum, packet) => sum + packet.samples.length, 0),
      pair: { timestamp: best.timestamp + best.samples.length, arrivalMonoUs: best.arrivalUs },
    };
  };

  const random = randomOf(track.seed ?? 1);
  const size = track.packetSamples ?? 160;
  const start = track.startSeconds ?? 0;
  let timestamp = track.firstTimestamp ?? 0;
  let spokenAt = start;
  let waiting: Packet[] = [];
  const restarts = [...(track.restarts ?? [])];
  const holds = [...(track.holds ?? [])];
  let isHeld = false;
  while (spokenAt < start + track.seconds - 1e-9) {
    const ppm = typeof track.ppm === 'function' ? track.ppm(spokenAt) : (track.ppm ?? 0);
    const period = 1 / (8000 * (1 + ppm / 1e6));
    const restart = restarts[0];
    const hold = holds[0];
    const holdStarts = !isHeld && hold !== undefined && spokenAt >= hold.from;
    const holdEnds = isHeld && hold !== undefined && spokenAt >= hold.to;
    const restartsNow = restart !== undefined && spokenAt >= restart.at;
    if (holdStarts || holdEnds || restartsNow || waiting.length === packetsPerBlock) {
      if (waiting.length > 0) yield block(waiting);
      waiting = [];
    }
    if (holdStarts) {
      isHeld = true;
      yield mark({ kind: 'hold', reason: 'held-by-agent' }, spokenAt, timestamp);
    } else if (holdEnds) {
      isHeld = false;
      holds.shift();
      yield mark({ kind: 'resume', reason: 'held-by-agent' }, spokenAt, timestamp);
    }
    if (restartsNow) {
      restarts.shift();
      timestamp = restart.timestamp;
      yield mark({ kind: 'epoch' }, spokenAt, timestamp);
    }
    const samples = new Uint8Array(size);
    if (track.speaks?.(spokenAt) === false) samples.fill(ulawSilence);
    else
      for (let i = 0; i < size; i++)
        samples[i] = linearToUlaw(Math.round(track.says(spokenAt + i * period)));
    // Rounded to the picosecond, so that thousands of sums do not add up to a sample.
    const sentAt = Math.round((spokenAt + size * period) * 1e12) / 1e12;
    const late = (track.jitterMs ?? 0) * -Math.log(1 - random()) + (track.queueMs?.(sentAt) ?? 0);
    const arrivalUs = syntheticStartUs + sentAt * 1e6 + ((track.delayMs ?? 0) + late) * 1000;
    const isLost = random() < (track.loss ?? 0);
    if (!isLost && !isHeld) waiting.push({ timestamp, samples, arrivalUs });
    spokenAt = sentAt;
    if (!(isHeld && holds[0]?.frozen === true)) timestamp += size;
  }
  if (waiting.length > 0) yield block(waiting);
  const reason = track.end === undefined ? 'ended' : track.end;
  if (reason !== null) yield mark({ kind: 'end', reason }, spokenAt, timestamp);
}

const joined = (packets: readonly Packet[]): { timestamp: number; samples: Uint8Array }[] => {
  const runs: { timestamp: number; parts: Uint8Array[]; length: number }[] = [];
  for (const { timestamp, samples } of packets) {
    const last = runs.at(-1);
    if (last && last.timestamp + last.length === timestamp) {
      last.parts.push(samples);
      last.length += samples.length;
    } else {
      runs.push({ timestamp, parts: [samples], length: samples.length });
    }
  }
  return runs.map(({ timestamp, parts }) => ({ timestamp, samples: Buffer.concat(parts) }));
};

/** A source in which each path is one of the tracks; any other path is missing. */
export const syntheticJournals = (
  tracks: Readonly<Record<string, SyntheticTrack>>,
): JournalSource => ({
  open: async (path) => {
    const track = tracks[path];
    if (!track) throw new Fault('journal/missing', `${path} is not there`, { facts: { path } });
    const facts: JournalFacts = {
      callId: 'call',
      recordingId: 'recording',
      trackId: path,
      tenantId: 'tenant',
      participant: track.participant,
      participantKind: track.kind,
      segment: 1,
      startedAtMs: 0,
      startedAtMonoNs: syntheticStartMonoNs,
      codec: 'PCMU',
      sealedKey: '',
    };
    const end: ReadingEnd = {
      goodBytes: 0,
      damages: 0,
      blocks: 0,
      ended: track.end !== null,
      flaw: track.end === null ? { offset: 0, rule: 'torn' } : undefined,
    };
    return {
      facts,
      records: () => syntheticRecords(track),
      end: () => end,
      close: async () => undefined,
    };
  },
});
