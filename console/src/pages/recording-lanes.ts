/** A recording's participants as lanes: which side of the file each is heard on, and whose waveform it shows. */
import { queryOptions, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fetchRaw } from '../api/client.ts';
import type { Recording, RecordingDetail, Track } from '../api/queries.ts';
import { useText } from '../i18n/language.ts';
import { useNames } from '../lists/filters.tsx';
import type { Lane } from '../player/lanes.tsx';
import { readPeaks, type Peaks } from '../player/peaks.ts';
import type { Channel } from '../player/player.ts';
import type { Voice } from '../player/voices.ts';

/** One row per participant: somebody who left and came back has several tracks. */
const participantsOf = (tracks: readonly Track[]): readonly Track[] => {
  const seen = new Map<number, Track>();
  for (const track of tracks) if (!seen.has(track.participant)) seen.set(track.participant, track);
  return [...seen.values()];
};

/** As the server puts them: where nobody is a customer, the first has the end user's side. */
const sideOf = (
  track: Track,
  participants: readonly Track[],
  endUserChannel: 'left' | 'right',
): Channel => {
  const hasCustomer = participants.some(({ kind }) => kind === 'customer');
  const first = Math.min(...participants.map(({ participant }) => participant));
  const isEndUser = hasCustomer ? track.kind === 'customer' : track.participant === first;
  return isEndUser === (endUserChannel === 'left') ? 0 : 1;
};

/** Two share the dual-channel file without loss; from three on each waveform is its own. */
const peaksSources = (participants: readonly Track[]): readonly string[] =>
  participants.length <= 2
    ? ['dual-channel']
    : participants.map(({ participant }) => `participant-${participant}`);

/** From three on somebody shares a side of the file, so that each is to be had alone. */
export const voicesOf = (
  { tracks }: RecordingDetail,
  urlOf: (rendition: string) => string,
): readonly Voice[] => {
  const participants = participantsOf(tracks);
  if (participants.length <= 2) return [];
  return participants.map(({ participant }) => ({
    participant,
    url: urlOf(`participant-${participant}`),
  }));
};

const soundOf = (track: Track, participants: readonly Track[], channel: Channel): Lane['sound'] => {
  if (participants.length > 2) return { kind: 'voice', participant: track.participant };
  return participants.length === 2 ? { kind: 'side', channel } : null;
};

const peaksQuery = (recordingId: string, rendition: string) =>
  queryOptions({
    queryKey: ['peaks', recordingId, rendition],
    // A finished rendition never changes.
    staleTime: Infinity,
    queryFn: async ({ signal }): Promise<Peaks | null> => {
      const path = `/recordings/${recordingId}/renditions/${rendition}/peaks`;
      const answer = await fetchRaw(path, { signal });
      return readPeaks(new Uint8Array(await answer.arrayBuffer()));
    },
  });

/** There is a file to play, and waves to see. */
export const isPlayable = ({ state }: Pick<Recording, 'state'>): boolean =>
  state === 'ready' || state === 'delivered';

const peaksOf = (recording: RecordingDetail, participants: readonly Track[]) =>
  peaksSources(participants).map((source) => peaksQuery(recording.id, source));

/** The waves that the recording's page will ask for; none while there is nothing to play. */
export const wavesOf = (recording: RecordingDetail) =>
  isPlayable(recording) ? peaksOf(recording, participantsOf(recording.tracks)) : [];

/**
 * The waves that a recording's page will most likely ask for, by its row in the list: a row does not say who else was in the call, and
 * nearly always nobody was. Asked for in vain they are a file that nobody looks at.
 */
export const likelyWavesOf = (row: Recording) =>
  isPlayable(row) && row.agentIds.length <= 2 ? [peaksQuery(row.id, 'dual-channel')] : [];

export interface LanesOfRecording {
  readonly lanes: readonly Lane[];
  /** The waveform cannot be had; the audio may still play. */
  readonly problem: unknown;
}

export const useLanes = (recording: RecordingDetail, mayPlay: boolean): LanesOfRecording => {
  const t = useText();
  const names = useNames();
  const participants = useMemo(() => participantsOf(recording.tracks), [recording.tracks]);
  const peaks = peaksOf(recording, participants);
  const enabled = mayPlay && isPlayable(recording);
  const answers = useQueries({ queries: peaks.map((query) => ({ ...query, enabled })) });
  const lanes = participants.map((track, index): Lane => {
    const channel = sideOf(track, participants, recording.endUserChannel);
    const isOwn = peaks.length > 1;
    return {
      participant: track.participant,
      kind: track.kind,
      name: track.agentId === null ? track.endpointUser : names.agents([track.agentId]),
      role: t(`kind.${track.kind}`),
      sound: soundOf(track, participants, channel),
      peaks: answers[isOwn ? index : 0]?.data ?? null,
      peaksChannel: isOwn ? 0 : channel,
      spans: (recording.timeline ?? []).filter(
        ({ kind, participant }) => kind !== 'talk' && participant === track.participant,
      ),
    };
  });
  return { lanes, problem: answers.find(({ error }) => error !== null)?.error ?? null };
};
