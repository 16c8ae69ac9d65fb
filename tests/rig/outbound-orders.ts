/** What a person does in the console before a task runs, over the public API: an asset, a roster, a trunk, the order. */
import type { Server } from './server.ts';
import { until } from './programs.ts';

export interface TaskState {
  readonly id: string;
  readonly state: number;
  readonly counts: Readonly<
    Record<'initial' | 'answered' | 'unanswered' | 'calling' | 'pendingRetry', number>
  >;
  readonly abandoned: number;
}

export interface AttemptRow {
  readonly id: string;
  readonly number: string;
  readonly endStatus: string | null;
  readonly answeredAt: string | null;
  readonly playedMs: number | null;
  readonly playCompleted: boolean | null;
  readonly disposition: string | null;
  readonly agentAfterMs: number | null;
  readonly attempt: number;
}

export const openOrders = async (server: Server) => {
  const { key } = await server.request<{ key: string }>('POST', '/api-keys', {
    body: { name: 'orders', role: 'admin' },
  });
  const upload = async (
    path: string,
    fields: Readonly<Record<string, string>>,
    file: { readonly bytes: Uint8Array; readonly name: string },
  ): Promise<string> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([Buffer.from(file.bytes)]), file.name);
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return (JSON.parse(text) as { id: string }).id;
  };
  const task = (id: string): Promise<TaskState> => server.request('GET', `/outbound-tasks/${id}`);
  return {
    asset: async (name: string, wav: Uint8Array): Promise<string> => {
      const id = await upload('/voice-assets', { name }, { bytes: wav, name: 'message.wav' });
      await until('the asset is prepared', async () => {
        const asset = await server.request<{ prepared: string }>('GET', `/voice-assets/${id}`);
        return asset.prepared === 'ready' ? true : undefined;
      });
      return id;
    },
    roster: async (name: string, numbers: readonly string[]): Promise<string> => {
      const bytes = Buffer.from(`number\n${numbers.join('\n')}\n`);
      const id = await upload('/rosters', { name }, { bytes, name: 'people.csv' });
      await until('the roster is read', async () => {
        const roster = await server.request<{ state: string }>('GET', `/rosters/${id}`);
        return roster.state === 'ready' ? true : undefined;
      });
      return id;
    },
    trunk: (
      name: string,
      port: number,
      callerNumbers: readonly string[],
    ): Promise<{ id: string }> =>
      server.request('POST', '/trunks', {
        body: {
          name,
          host: '127.0.0.1',
          port,
          allowedAddresses: [`127.0.0.1:${port}`],
          callerNumbers,
        },
      }),
    order: async (body: Readonly<Record<string, unknown>>): Promise<string> => {
      const order = { kind: 'automatic', timeZone: 'UTC', ...body };
      return (await server.request<{ id: string }>('POST', '/outbound-tasks', { body: order })).id;
    },
    task,
    taskOver: (id: string, deadlineMs = 60_000): Promise<TaskState> =>
      until(
        'the task is over',
        async () => {
          const now = await task(id);
          return now.state === 2 || now.state === 4 ? now : undefined;
        },
        { deadlineMs },
      ),
    attempts: async (id: string): Promise<readonly AttemptRow[]> =>
      (
        await server.request<{ items: AttemptRow[] }>(
          'GET',
          `/outbound-tasks/${id}/attempts?limit=200`,
        )
      ).items,
  };
};

export type Orders = Awaited<ReturnType<typeof openOrders>>;
