/** What the demo shows of a recording. */
import type { Api, CallRow, RecordingFacts, RecordingRow } from './api.ts';
import { until } from './api.ts';
import type { Finding } from './check.ts';

export const line = (label: string, text: string): void =>
  console.log(`${label.padEnd(11)}${text}`);

/** Waits for the call of this number to be accounted for, and for its recording. */
export const awaitRecording = async (
  api: Api,
  callerNumber: string,
): Promise<{ readonly call: CallRow; readonly recording: RecordingFacts }> => {
  const query = `number=${encodeURIComponent(callerNumber)}`;
  const call = await until(
    'the recording is ready',
    async () => {
      const row = await api.find<CallRow>(`/calls?${query}`, () => true);
      if (row && ['failed', 'declined', 'excluded'].includes(row.outcome))
        throw new Error(`the call was not recorded: ${row.outcome} (${row.outcomeReason ?? ''})`);
      return row?.outcome === 'ready' ? row : undefined;
    },
    30_000,
  );
  const row = await api.find<RecordingRow>(`/recordings?callId=${call.id}`, () => true);
  if (!row) throw new Error('the call is accounted for, and has no recording');
  return { call, recording: await api.get<RecordingFacts>(`/recordings/${row.id}`) };
};

const words = {
  talk: 'talks',
  hold: 'is on hold',
  loss: 'lost packets',
  cut: 'is cut off here',
} as const;

const seconds = (ms: number): string => (ms / 1000).toFixed(1).padStart(6);

export const showTimeline = ({ timeline, tracks }: RecordingFacts): void => {
  console.log('\ntimeline   (seconds in the file)');
  for (const { kind, participant, reason, mediaMs } of timeline ?? []) {
    const who = tracks.find((track) => track.participant === participant)?.kind ?? '?';
    const what = words[kind as keyof typeof words];
    const why = reason === undefined ? '' : ` (${reason})`;
    console.log(
      `    ${seconds(mediaMs.from)} – ${seconds(mediaMs.to)}  ${who.padEnd(8)}  ${what}${why}`,
    );
  }
};

/** Prints every finding. @returns whether all are good */
export const showFindings = (title: string, findings: readonly Finding[]): boolean => {
  console.log(`\n${title}`);
  for (const { ok, text } of findings) console.log(`    ${ok ? '✔' : '✘'} ${text}`);
  return findings.length > 0 && findings.every(({ ok }) => ok);
};
