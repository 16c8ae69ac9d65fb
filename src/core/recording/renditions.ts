/** The files that are made of a recording: their names in the API, in the object store and on a person's disk. */
import { dateOf } from '../civil-date.ts';
import type { CallId, TenantId } from '../ids.ts';

const dayMs = 86_400_000;

/** As the API spells it: `mixed`, `dual-channel`, `participant-{n}`. */
export type Rendition = 'mixed' | 'dual-channel' | `participant-${number}`;

export type AudioFormat = 'mp3' | 'wav';

export const audioFormats: readonly AudioFormat[] = ['mp3', 'wav'];

/** Made when the recording is sealed; everything else on demand while the journals exist (spec decision 23). */
export const plannedRenditions: readonly { rendition: Rendition; format: AudioFormat }[] = [
  { rendition: 'mixed', format: 'mp3' },
  { rendition: 'dual-channel', format: 'mp3' },
];

/** The rendition that a piece of text names, or undefined. Participants count from 1 without leading zeros. */
export const parseRendition = (text: string): Rendition | undefined => {
  if (text === 'mixed' || text === 'dual-channel') return text;
  const number = /^participant-([1-9]\d{0,3})$/.exec(text)?.[1];
  return number === undefined ? undefined : `participant-${Number(number)}`;
};

/** The participant that a rendition is limited to; null when it holds everybody. */
export const participantOf = (rendition: Rendition): number | null =>
  rendition.startsWith('participant-') ? Number(rendition.slice('participant-'.length)) : null;

export const channelsOf = (rendition: Rendition): 1 | 2 => (rendition === 'dual-channel' ? 2 : 1);

export const contentTypeOf = (format: AudioFormat): string =>
  format === 'mp3' ? 'audio/mpeg' : 'audio/wav';

export interface RecordingName {
  readonly tenantId: TenantId;
  readonly callId: CallId;
  readonly segment: number;
  /** Wall clock, milliseconds. */
  readonly startedAtMs: number;
}

/**
 * Where a rendition lies in the object store: `recordings/{tenant}/{yyyy}/{mm}/{dd}/call-{id}-{segment}-{rendition}.{format}`, the
 * day in UTC. It depends on the recording alone, so a job that runs twice writes the same object twice.
 */
export const renditionKey = (
  name: RecordingName,
  rendition: Rendition,
  format: AudioFormat,
): string => `${keyStem(name)}-${rendition}.${format}`;

/** Where the waveform peaks of a rendition lie: they do not depend on its format. */
export const peaksKey = (name: RecordingName, rendition: Rendition): string =>
  `${keyStem(name)}-${rendition}.peaks`;

const keyStem = (name: RecordingName): string => {
  const { year, month, day } = dateOf(Math.floor(name.startedAtMs / dayMs));
  const folder = `${year}/${pad(month)}/${pad(day)}`;
  return `recordings/${name.tenantId}/${folder}/call-${name.callId}-${name.segment}`;
};

const pad = (value: number): string => String(value).padStart(2, '0');

/**
 * The name under which a person or a destination gets the file: `call-{id}.mp3`, with a segment `call-{id}-{segment}.mp3`, a part of
 * it `call-{id}[-{segment}]-part{k}.mp3`. Renditions other than the mix carry their name before the ending.
 */
export const fileName = (file: {
  readonly callId: CallId;
  readonly format: AudioFormat;
  /** Null when the call has one file only. */
  readonly segment?: number | null;
  readonly rendition?: Rendition;
  /** From 1; null when the file is whole. */
  readonly part?: number | null;
}): string => {
  const segment = file.segment === undefined || file.segment === null ? '' : `-${file.segment}`;
  const rendition =
    file.rendition === undefined || file.rendition === 'mixed' ? '' : `-${file.rendition}`;
  const part = file.part === undefined || file.part === null ? '' : `-part${file.part}`;
  return `call-${file.callId}${segment}${rendition}${part}.${file.format}`;
};
