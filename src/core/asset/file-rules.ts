/**
 * What an uploaded recording has to be (spec decision 11), judged from what walking the file found. The server refuses by these rules
 * and the console names them before the upload begins.
 */

export const mostFileBytes = 1_048_576;
export const mostDurationMs = 60_000;
export const wantedSampleRateHz = 8000;

/** What the probe says of the file; `#audio/container/probe.ts` is one that does. */
export interface ProbedFile {
  readonly kind: string;
  readonly encoding: string | null;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  readonly durationMs: number;
  /** Part of the duration that may be an encoder's padding. */
  readonly paddingMs: number;
  readonly flaws: readonly { readonly rule: string; readonly offset: number }[];
}

export interface FileFacts {
  readonly name: string;
  /** Null when the upload was broken off beyond the limit. */
  readonly sizeBytes: number | null;
  readonly probed: ProbedFile;
}

export type FileRule =
  | 'file-empty'
  | 'file-ending'
  | 'file-format'
  | 'file-damaged'
  | 'sample-rate'
  | 'channels'
  | 'duration'
  | 'file-size';

export interface BrokenRule {
  readonly rule: FileRule;
  /** What was found, for the sentence: kind, Hz, channels, milliseconds, bytes. Null where there is nothing to name. */
  readonly found: string | number | null;
}

/** Names of what people upload by mistake. */
const kindNames: Readonly<Record<string, string>> = {
  'mpeg-layer-1': 'MPEG Layer I',
  'mpeg-layer-2': 'MPEG Layer II',
  aac: 'AAC',
  ogg: 'Ogg',
  flac: 'FLAC',
  mp4: 'MP4/M4A',
  aiff: 'AIFF',
  amr: 'AMR',
  au: 'AU',
  wma: 'WMA',
  webm: 'WebM',
  rf64: 'RF64',
  rifx: 'RIFX',
  w64: 'Wave64',
};

/** Flaws that say the file is another format; every other one says it is damaged. */
const formatFlaws = new Set(['encoding', 'free-format']);

const isOurs = (kind: string): kind is 'mp3' | 'wav' => kind === 'mp3' || kind === 'wav';

const endingOf = (name: string): string => /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';

const formatRules = ({ kind, encoding, flaws }: ProbedFile): readonly BrokenRule[] => {
  if (!isOurs(kind)) return [{ rule: 'file-format', found: kindNames[kind] ?? null }];
  const broken: BrokenRule[] = [];
  const other = flaws.find(({ rule }) => formatFlaws.has(rule));
  if (other) {
    const found = other.rule === 'free-format' ? 'free-format MP3' : `${encoding ?? '?'} in WAV`;
    broken.push({ rule: 'file-format', found });
  }
  const damage = flaws.find(({ rule }) => !formatFlaws.has(rule));
  // What cannot be walked cannot be counted: that there is no sound in it is no second mistake.
  if (damage && !(other && damage.rule === 'no-audio'))
    broken.push({ rule: 'file-damaged', found: damage.rule });
  return broken;
};

/** Every rule that the file breaks, in the order in which the dialog lists them; empty when it may be used. */
export const brokenFileRules = ({ name, sizeBytes, probed }: FileFacts): readonly BrokenRule[] => {
  if (sizeBytes === 0) return [{ rule: 'file-empty', found: null }];
  const broken: BrokenRule[] = [...formatRules(probed)];
  const ending = endingOf(name);
  if (!isOurs(ending)) broken.push({ rule: 'file-ending', found: ending === '' ? null : ending });
  else if (isOurs(probed.kind) && probed.kind !== ending)
    broken.push({ rule: 'file-ending', found: ending });
  const { sampleRateHz, channels, durationMs, paddingMs } = probed;
  if (sampleRateHz !== null && sampleRateHz !== wantedSampleRateHz)
    broken.push({ rule: 'sample-rate', found: sampleRateHz });
  if (channels !== null && channels !== 1) broken.push({ rule: 'channels', found: channels });
  if (durationMs > mostDurationMs + paddingMs) broken.push({ rule: 'duration', found: durationMs });
  if (sizeBytes === null || sizeBytes > mostFileBytes)
    broken.push({ rule: 'file-size', found: sizeBytes });
  return broken;
};

/**
 * Whether `Convert for me` would help: it mends the format, never the length, and what cannot be read it cannot read either.
 *
 * @param broken not empty
 */
export const isConvertible = (broken: readonly BrokenRule[]): boolean =>
  broken.every(({ rule }) => rule !== 'file-empty' && rule !== 'duration');

const damageSentences: Readonly<Record<string, string>> = {
  'no-audio': 'The file holds no sound.',
  'cut-off': 'The file is cut off before its end.',
  'stray-bytes': 'The file holds bytes that are no audio.',
  'mixed-frames': 'The file changes its sample rate or channels on the way.',
  'block-align': 'The header of the WAV file contradicts itself.',
  'fmt-missing': 'The WAV file does not describe its format before the samples.',
  'chunk-repeated': 'The WAV file describes its format or its samples twice.',
  'data-length': 'The WAV file does not hold a whole number of samples.',
};

const seconds = (ms: number): string => String(Math.ceil(ms / 10) / 100);

/** One sentence for the answer of the API (spec §12). */
export const sentenceOf = ({ rule, found }: BrokenRule): string => {
  switch (rule) {
    case 'file-empty':
      return 'The file is empty.';
    case 'file-ending':
      return 'The name must end in .mp3 for an MP3 file and in .wav for a WAV file.';
    case 'file-format':
      return found === null
        ? 'The file must be MP3 (recommended) or WAV.'
        : `The file must be MP3 (recommended) or WAV; this is ${found}.`;
    case 'file-damaged':
      return damageSentences[String(found)] ?? 'The file is damaged.';
    case 'sample-rate':
      return `The sample rate must be 8000 Hz; this file has ${found ?? '?'} Hz.`;
    case 'channels':
      return `The file must be mono; this one has ${found ?? '?'} channels.`;
    case 'duration':
      return `The recording must not be longer than 60 seconds; this one lasts ${seconds(Number(found))} s.`;
    case 'file-size':
      return 'The file must not be larger than 1 MB (1,048,576 bytes).';
  }
};
