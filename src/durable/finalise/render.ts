import type { JournalRecord } from '#audio/container/journal-reader.ts';
import { Fault } from '#base/fault.ts';
import { layOutTimeline } from '#core/recording/timeline.ts';
import type { AudioEncoders } from '#ports/audio-encoder.ts';
import type { JournalReading, JournalSource } from '#ports/journal-source.ts';
import type { RenderFiles } from '#ports/render-files.ts';
import type { RenderedFile, RenderOrder, RenderReport, RenderTrack } from '#ports/renderer.ts';
import { planChannels } from './mix.ts';
import { fitClock } from './placement.ts';
import { openSink, type RenditionSink } from './rendition-sink.ts';
import { extentPositions, lastSample, spansOf, type PlacedTrack } from './spans.ts';
import { surveyTrack, wasCut } from './survey.ts';
import { TalkDetector } from './talk-detector.ts';
import { TrackPlayer } from './track-player.ts';

/** One second: what is held in memory of each track and channel, whatever the length of the call. */
const blockFrames = 8000;

export interface RenderParts {
  readonly journals: JournalSource;
  readonly encoders: AudioEncoders;
  readonly files: RenderFiles;
}

/**
 * Makes the files of the order. Each journal is read twice: once to learn how its clock runs and how long the recording is, once for
 * its sound. A journal that is not there is silence, and told. Memory is a few blocks per track; time is nearly all the encoder's.
 *
 * @throws {Fault} as `Renderer.render`
 */
export const renderRecording = async (
  order: RenderOrder,
  parts: RenderParts,
): Promise<RenderReport> => {
  const tracks = await placeTracks(order, parts.journals);
  const missing = tracks.filter((track) => track.isMissing).map((track) => track.participant);
  const extents = tracks.flatMap(({ survey, clocks }) => extentPositions(survey, clocks));
  if (extents.length === 0) return { frames: 0, timeline: [], missing, outputs: [] };
  // The first packet's samples were spoken before it came, so they may lie a little before the recording's own start.
  const origin = Math.min(0, Math.round(Math.min(...extents.map(({ first }) => first))));
  const frames = Math.round(Math.max(...tracks.map(endOf)) - origin);
  const players = await openPlayers(order.tracks, tracks, parts.journals, origin);
  const sinks: RenditionSink[] = [];
  try {
    for (const output of order.outputs) {
      const plan = planChannels(output.rendition, order.tracks, order.endUserChannel);
      const channels = plan.length === 2 ? 2 : 1;
      const encoder = await parts.encoders.open({
        format: output.format,
        channels,
        sampleRateHz: 8000,
      });
      sinks.push(openSink(output, plan, { files: parts.files, encoder }, blockFrames));
    }
    const detectors = tracks.map(() => new TalkDetector());
    await playThrough(players, frames, (voices, length) => {
      voices.forEach((voice, index) => detectors[index]?.feed(voice, length));
      for (const sink of sinks) sink.feed(voices, length);
    });
    const outputs: RenderedFile[] = sinks.map((sink) => sink.finish());
    const spans = tracks.flatMap((track, index) =>
      spansOf(track, origin, frames, detectors[index]?.finish() ?? []),
    );
    return { frames, timeline: layOutTimeline(spans), missing, outputs };
  } finally {
    for (const sink of sinks) sink.close();
    await Promise.all(players.map((player) => player.close()));
  }
};

/** One reading per track, null where its journal is not there. */
const openReadings = async (
  order: RenderOrder,
  journals: JournalSource,
): Promise<readonly (JournalReading | null)[]> => {
  const readings: (JournalReading | null)[] = [];
  let missing: Fault | undefined;
  try {
    for (const { path } of order.tracks) {
      try {
        readings.push(await journals.open(path));
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.code !== 'journal/missing') throw thrown;
        missing = thrown;
        readings.push(null);
      }
    }
    if (missing && readings.every((reading) => reading === null)) throw missing;
    return readings;
  } catch (thrown) {
    await closeAll(readings);
    throw thrown;
  }
};

const placeTracks = async (
  order: RenderOrder,
  journals: JournalSource,
): Promise<readonly (PlacedTrack & { readonly isMissing: boolean })[]> => {
  const readings = await openReadings(order, journals);
  try {
    const starts = readings.flatMap((reading) => reading?.facts.startedAtMonoNs ?? []);
    const zeroUs = Math.min(
      ...(order.startedAtMonoNs === null ? starts : [order.startedAtMonoNs]).map(
        (ns) => Number(BigInt(ns)) / 1000,
      ),
    );
    const placed = [];
    for (const [index, reading] of readings.entries()) {
      const survey = await surveyTrack(reading?.records() ?? nothing(), zeroUs);
      placed.push({
        participant: order.tracks[index]?.participant ?? 0,
        survey,
        clocks: survey.pairs.map((pairs) => (pairs.length === 0 ? [] : fitClock(pairs))),
        wasCut: reading !== null && wasCut(survey, reading.end()),
        failedBy: order.tracks[index]?.failedBy ?? null,
        isMissing: reading === null,
      });
    }
    return placed;
  } finally {
    await closeAll(readings);
  }
};

const closeAll = async (readings: readonly (JournalReading | null)[]): Promise<void> => {
  for (const reading of readings) await reading?.close();
};

async function* nothing(): AsyncGenerator<JournalRecord> {}

/** A call that ends while a party is held ends with that hold, not with the last word before it. */
const endOf = (track: PlacedTrack): number => {
  const { holds, lastMarkAt } = track.survey;
  const endsHeld = holds.some((hold) => hold.to === null);
  return Math.max(lastSample(track), endsHeld ? (lastMarkAt ?? -Infinity) : -Infinity);
};

const openPlayers = async (
  orders: readonly RenderTrack[],
  tracks: readonly (PlacedTrack & { readonly isMissing: boolean })[],
  journals: JournalSource,
  origin: number,
): Promise<TrackPlayer[]> => {
  const players: TrackPlayer[] = [];
  try {
    for (const [index, { path }] of orders.entries()) {
      const track = tracks[index];
      const records = track?.isMissing === true ? nothing() : (await journals.open(path)).records();
      players.push(new TrackPlayer(records, track?.clocks ?? [], origin));
    }
    return players;
  } catch (error) {
    await Promise.all(players.map((player) => player.close()));
    throw error;
  }
};

const playThrough = async (
  players: readonly TrackPlayer[],
  frames: number,
  take: (voices: readonly Int16Array[], length: number) => void,
): Promise<void> => {
  const voices = players.map(() => new Int16Array(blockFrames));
  for (let from = 0; from < frames; from += blockFrames) {
    for (const [index, player] of players.entries()) {
      const voice = voices[index];
      if (voice) await player.fill(voice, from);
    }
    take(voices, Math.min(blockFrames, frames - from));
  }
};
