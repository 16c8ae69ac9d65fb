/**
 * How soon the product can take calls: from the start of the process to `/readyz`, on a fresh data folder (the first time of all, when
 * nothing of the program was compiled before, and later), on one it left in good order, on one it was killed on, and on one it was
 * killed on in the middle of hours of conversation; and what it takes of memory once it waits.
 *
 * The process runs in the real-time class where that is permitted, so that a busy machine shows little in the figures.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../tests/rig/free-port.ts';
import { benchRow, promisedRow, type BenchResult, type BenchRow } from './result.ts';
import { countSaved, leaveCallsUp } from './start/long-calls.ts';

export const name = 'start';

const promised = { freshMs: 10_000, existingMs: 3000 };
const repeats = 3;
const idleAfterMs = 5000;
/** Two voices each: ten hours of audio. */
const longCalls = { calls: 10, minutes: 30 };
const deadlineMs = 120_000;
const root = join(import.meta.dirname, '..');
const realTime = spawnSync('chrt', ['-r', '10', 'true'], { stdio: 'ignore' }).status === 0;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Started {
  readonly child: ChildProcess;
  readonly readyMs: number;
  /** Of all threads until it was ready. */
  readonly cpuMs: number;
}

/** proc(5): utime and stime are the 14th and 15th field, in hundredths of a second. */
const cpuMsOf = (statFile: string): number => {
  const text = readFileSync(statFile, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const start = async (
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<Started> => {
  const argv = [...(realTime ? ['chrt', '-r', '10'] : []), process.execPath, 'callreel.mjs'];
  const [command = '', ...args] = argv;
  const startedAt = performance.now();
  const child = spawn(command, [...args, '--try'], {
    cwd: root,
    env: { ...process.env, ...settings, CALLREEL_DATA_DIR: dataDir, CALLREEL_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (;;) {
    const isReady = await fetch(
      `http://127.0.0.1:${settings['CALLREEL_HTTP_PORT'] ?? ''}/readyz`,
    ).then(
      ({ ok }) => ok,
      () => false,
    );
    const readyMs = performance.now() - startedAt;
    if (isReady) return { child, readyMs, cpuMs: cpuMsOf(`/proc/${child.pid ?? 0}/stat`) };
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (readyMs > deadlineMs) {
      child.kill('SIGKILL');
      throw new Error(`the server was not ready within ${deadlineMs} ms`);
    }
    await pause(10);
  }
};

const end = async (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> => {
  const ended = once(child, 'exit');
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  return signal === 'SIGKILL' || code === 0;
};

/** Threads of one name together, busiest first. */
const threadRows = (pid: number): BenchRow[] => {
  const byName = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    const title = readFileSync(`${folder}/comm`, 'utf8').trim();
    byName.set(title, (byName.get(title) ?? 0) + cpuMsOf(`${folder}/stat`));
  }
  return [...byName]
    .filter(([, ms]) => ms >= 50)
    .sort(([, a], [, b]) => b - a)
    .map(([title, ms]) => benchRow(`existing folder: processor time of ${title}`, ms, 'ms'));
};

const memoryRows = (pid: number, where: string): BenchRow[] => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return [
    benchRow(`${where}: idle memory`, mebibytes('VmRSS'), 'MiB'),
    benchRow(`${where}: of it private`, mebibytes('RssAnon'), 'MiB'),
    benchRow(`${where}: peak memory`, mebibytes('VmHWM'), 'MiB'),
  ];
};

/** Until no journal of the last life is left to be salvaged. */
const salvagedAfter = async (port: string, from: number): Promise<number> => {
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (/^callreel_recovery_calls_waiting 0$/m.test(text)) return performance.now() - from;
    if (performance.now() - from > deadlineMs) throw new Error('the journals were not salvaged');
    await pause(20);
  }
};

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
  const dataDir = join(folder, 'data');
  const settings = {
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    CALLREEL_HTTP_PORT: String(await freePorts(2)),
    CALLREEL_SIP_PORT: String(await freePorts(2)),
    CALLREEL_MEDIA_WORKERS: '1',
  };
  const children: ChildProcess[] = [];
  const open = async (on = dataDir): Promise<Started> => {
    const started = await start(on, settings);
    children.push(started.child);
    return started;
  };
  try {
    const first = await open(join(folder, 'first'));
    let inOrder = await end(first.child, 'SIGTERM');
    const fresh = await open();
    await pause(idleAfterMs);
    const rows = memoryRows(fresh.child.pid ?? 0, 'fresh folder');
    inOrder = (await end(fresh.child, 'SIGTERM')) && inOrder;
    const existing: Started[] = [];
    for (let i = 0; i < repeats; i++) {
      const started = await open();
      existing.push(started);
      if (i === 0) rows.push(...threadRows(started.child.pid ?? 0));
      // The last one is killed: what follows starts on what it left.
      const isLast = i === repeats - 1;
      if (isLast) {
        await pause(idleAfterMs);
        rows.push(...memoryRows(started.child.pid ?? 0, 'existing folder'));
      }
      const ended = await end(started.child, isLast ? 'SIGKILL' : 'SIGTERM');
      inOrder = inOrder && ended;
    }
    const killed = await open();
    await end(killed.child, 'SIGKILL');
    await leaveCallsUp(dataDir, longCalls);
    const readyFrom = performance.now();
    const amid = await open();
    const salvagedMs = await salvagedAfter(settings.CALLREEL_HTTP_PORT, readyFrom + amid.readyMs);
    const ended = await end(amid.child, 'SIGTERM');
    const saved = await countSaved(dataDir);
    const { calls, minutes } = longCalls;
    inOrder = inOrder && ended && saved.ended === calls && saved.sealed === calls;
    const slowest = existing.reduce((a, b) => (a.readyMs > b.readyMs ? a : b));
    const how = realTime ? ', real-time class' : '';
    return {
      rows: [
        promisedRow(`first start of all, fresh folder → ready${how}`, first.readyMs, 'ms', {
          atMost: promised.freshMs,
        }),
        promisedRow(`fresh folder → ready${how}`, fresh.readyMs, 'ms', {
          atMost: promised.freshMs,
        }),
        promisedRow(`existing folder → ready, slowest of ${repeats}`, slowest.readyMs, 'ms', {
          atMost: promised.existingMs,
        }),
        promisedRow('after kill -9 → ready', killed.readyMs, 'ms', { atMost: promised.existingMs }),
        promisedRow(
          `after kill -9 with ${calls} calls of ${minutes} minutes up → ready`,
          amid.readyMs,
          'ms',
          { atMost: promised.existingMs },
        ),
        benchRow('from then on until all of them are salvaged', salvagedMs, 'ms'),
        benchRow('fresh folder: processor time', fresh.cpuMs, 'ms'),
        benchRow('existing folder: processor time', slowest.cpuMs, 'ms'),
        ...rows,
      ],
      complete: inOrder,
    };
  } finally {
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};
