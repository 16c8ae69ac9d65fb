/** What a person would look up after a call: the row of the call, its recording, its audio. Over the API alone. */
import { until } from './programs.ts';
import type { Server } from './server.ts';

export interface CallRow {
  readonly id: string;
  readonly callType: string;
  readonly caller: string;
  readonly callee: string;
  readonly outcome: string | null;
  readonly outcomeReason: string | null;
  readonly record: boolean | null;
  readonly recordRule: string | null;
  readonly endStatus: string | null;
  readonly hungUpSide: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly live: { readonly state: string; readonly capture: string | null } | null;
}

export interface RecordingRow {
  readonly id: string;
  readonly callId: string;
  readonly state: string;
  readonly salvaged: boolean;
  readonly durationMs: number | null;
  readonly failureReason: string | null;
  readonly startedAt: string;
  readonly sealedAt: string | null;
  readonly readyAt: string | null;
}

export interface TimelineSpan {
  readonly kind: 'talk' | 'hold' | 'loss' | 'cut';
  readonly participant: number;
  readonly callMs: { readonly from: number; readonly to: number };
  readonly mediaMs: { readonly from: number; readonly to: number };
  readonly reason?: string;
}

export interface RecordingDetail extends RecordingRow {
  readonly timeline: readonly TimelineSpan[] | null;
  readonly tracks: readonly {
    readonly participant: number;
    readonly kind: string;
    readonly frames: number | null;
    readonly lostFrames: number | null;
  }[];
  readonly renditions: readonly {
    readonly rendition: string;
    readonly format: string;
    readonly durationMs: number;
    readonly sha256: string;
    readonly sizeBytes: number;
  }[];
}

interface List<T> {
  readonly items: readonly T[];
}

/** The newest call that satisfies `fits`, waited for. */
export const findCall = (
  server: Server,
  what: string,
  fits: (call: CallRow) => boolean,
  deadlineMs = 10_000,
): Promise<CallRow> => {
  let last: readonly CallRow[] = [];
  return until(
    what,
    async () => {
      last = (await server.request<List<CallRow>>('GET', '/calls?limit=50')).items;
      return last.find(fits);
    },
    { deadlineMs, everyMs: 50 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\ncalls: ${JSON.stringify(last, null, 1)}`);
  });
};

/** The recording of a call once it is `ready` or `failed`. */
export const findRecording = async (
  server: Server,
  callId: string,
  deadlineMs = 15_000,
): Promise<RecordingDetail> => {
  let last: readonly RecordingRow[] = [];
  const row = await until(
    `the recording of call ${callId} is finished`,
    async () => {
      last = (await server.request<List<RecordingRow>>('GET', `/recordings?callId=${callId}`))
        .items;
      return last.find(({ state }) => state === 'ready' || state === 'failed');
    },
    { deadlineMs, everyMs: 50 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${JSON.stringify(last)}\n${server.program().output()}`);
  });
  return server.request<RecordingDetail>('GET', `/recordings/${row.id}`);
};

/** One rendition's bytes. */
export const fetchAudio = async (
  server: Server,
  recordingId: string,
  rendition: string,
  format: 'wav' | 'mp3' = 'wav',
): Promise<Buffer> => {
  const path = `/recordings/${recordingId}/renditions/${rendition}/audio?format=${format}`;
  const answer = await server.fetch('GET', path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
};

/** Waits until an agent's phone has registered and the agent takes calls. */
export const agentAvailable = (server: Server, agentId: string): Promise<true> =>
  until(`agent ${agentId} is available`, async () => {
    const agent = await server.request<{ state: string }>('GET', `/agents/${agentId}`);
    return agent.state === 'available' ? true : undefined;
  });
