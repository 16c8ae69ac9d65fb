/**
 * Twenty administrators upload at once to a server that has one core for everything: HTTP, database, decoding. Half send a minute of
 * MP3, half a minute of WAV. Beside them somebody looks at the list.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formOf } from '../tests/rig/form.ts';
import { mp3File, sineSamples, wavFile } from '../tests/rig/audio-files.ts';
import { makeServer, type Server } from '../tests/rig/server.ts';
import { benchRow, promisedRow, type BenchResult } from './result.ts';

export const name = 'upload';

const atOnce = 20;
const rounds = 5;
const promisedMs = 300;

interface Upload {
  readonly body: Buffer;
  readonly type: string;
}

/**
 * All threads of the server on one core, the bench on another; both before other programs where that is permitted, so that a busy
 * machine shows little in the figures. Not in the real-time class: there the engine's helper threads take turns of 100 ms with the
 * thread they help, which nobody runs a server like. The thread that decodes keeps the lowest priority it gives itself.
 */
const pin = (pid: number): { readonly isPinned: boolean; readonly isPreferred: boolean } => {
  const run = (...words: readonly string[]): boolean => {
    const [program = '', ...rest] = words;
    return spawnSync(program, rest, { stdio: 'ignore' }).status === 0;
  };
  const isPinned = run('taskset', '-a', '-c', '-p', '0', String(pid));
  run('taskset', '-a', '-c', '-p', '1', String(process.pid));
  let isPreferred = run('renice', '-n', '-20', '-p', String(process.pid));
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const title = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
    if (title !== 'prepare') isPreferred = run('renice', '-n', '-20', '-p', thread) && isPreferred;
  }
  return { isPinned, isPreferred };
};

/** Of all threads since the start. */
const processorMs = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const makeKey = async (server: Server): Promise<string> => {
  const body = { name: 'bench', role: 'admin' };
  return (await server.request<{ key: string }>('POST', '/api-keys', { body })).key;
};

/** On a connection of its own, by the leanest client there is: `fetch` costs as much as the server. From the call to the last byte of the answer. */
const timed = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
): Promise<{ ms: number; ok: boolean }> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const length = body && { 'content-length': String(body.length) };
    const asked = request(url, {
      method: body ? 'POST' : 'GET',
      headers: { ...headers, ...length },
      agent: false,
    });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      answer.resume();
      const ok = answer.statusCode === (body ? 201 : 200);
      answer.on('end', () => resolve({ ms: performance.now() - startedAt, ok }));
    });
    asked.end(body);
  });

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-upload-'));
  const server = await makeServer({ folder, env: { CALLREEL_LOG_LEVEL: 'warn' } });
  try {
    await server.start();
    const authorization = `Bearer ${await makeKey(server)}`;
    const pid = server.program().child.pid ?? 0;
    let pinned = { isPinned: false, isPreferred: false };
    const uploads: Upload[] = [];
    for (let i = 0; i < atOnce; i++) {
      const minute = sineSamples(60, 400 + 20 * i, 8000);
      const [file, fileName] =
        i % 2 === 0 ? [await mp3File(minute), 'a.mp3'] : [wavFile(minute), 'a.wav'];
      uploads.push(formOf({ name: `bench ${i}`, file }, fileName));
    }
    const url = `${server.url}/api/v1/voice-assets`;
    const send = ({ body, type }: Upload) =>
      timed(url, { authorization, 'content-type': type }, body);
    const look = () => timed(`${url}?limit=20`, { authorization });
    const all: { ms: number; ok: boolean }[] = [];
    const looks: { ms: number; ok: boolean }[] = [];
    let wallMs = 0;
    let cpuBefore = 0;
    for (let round = 0; round <= rounds; round++) {
      const startedAt = performance.now();
      const [looked, ...sent] = await Promise.all([look(), ...uploads.map(send)]);
      // The first round warms up the code, as the first minutes of a server do, and starts the thread that decodes.
      if (round > 0) {
        wallMs += performance.now() - startedAt;
        all.push(...sent);
        looks.push(looked);
      }
      await new Promise((resolve) => setTimeout(resolve, 2000));
      if (round === 0) {
        pinned = pin(pid);
        cpuBefore = processorMs(pid);
      }
    }
    const ms = all.map((each) => each.ms);
    return {
      rows: [
        promisedRow(
          `${atOnce} uploads of a minute at once, slowest of ${ms.length}${pinned.isPreferred ? ', before other programs' : ''}`,
          Math.max(...ms),
          'ms',
          {
            atMost: promisedMs,
          },
        ),
        benchRow(`${atOnce} uploads at once, median`, median(ms), 'ms'),
        benchRow(
          'a list asked for meanwhile, slowest',
          Math.max(...looks.map((each) => each.ms)),
          'ms',
        ),
        benchRow(
          'processor time of an upload, decoding and pauses between the rounds with it',
          (processorMs(pid) - cpuBefore) / ms.length,
          'ms',
        ),
        benchRow('uploads', (ms.length * 1000) / wallMs, 'per second'),
      ],
      complete: pinned.isPinned && [...all, ...looks].every(({ ok }) => ok),
    };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
