/**
 * How many two-party calls one media core relays and records at once, with real 20 ms pacing. Server and phones are processes of
 * their own, pinned to a core each (real-time class where permitted: findings under contention). A step counts only if no packet was
 * lost in either direction and every journal holds exactly the samples that were sent.
 *
 * `MEDIA_BENCH_CALLS=250,500` and `MEDIA_BENCH_SECONDS=15` change the steps.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import {
  packetFrames,
  type FromPhones,
  type FromServer,
  type PhonesReport,
  type ServerReport,
  type ToPhones,
  type ToServer,
} from './media/exchange.ts';
import { benchRow, promisedRow, type BenchResult, type BenchRow } from './result.ts';

export const name = 'media';

/** Recorded G.711 calls per core published for Verint Verba (SIPREC). */
const verbaCalls = 193;
/** A throwaway relay without capture on the machine the design was measured on: p99 at 400 calls. */
const relayP99At400Ms = 1.1;
const neededCalls = 250;
const limitP99Ms = 10;

const numbers = (text: string | undefined, otherwise: readonly number[]): readonly number[] =>
  text === undefined ? otherwise : text.split(',').map(Number);
const steps = numbers(process.env['MEDIA_BENCH_CALLS'], [250, 400, 500, 600]);
const [seconds = 15] = numbers(process.env['MEDIA_BENCH_SECONDS'], [15]);

const can = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const pins = can('taskset', '-c', '0', 'true') && cpus().length > 1;
const realTime = can('chrt', '-r', '10', 'true');

const start = (file: string, core: number): ChildProcess => {
  const argv = [
    ...(pins ? ['taskset', '-c', String(core)] : []),
    ...(realTime ? ['chrt', '-r', '10'] : []),
    process.execPath,
    join(import.meta.dirname, 'media', file),
  ];
  const [command = '', ...args] = argv;
  return spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
};

/** The next message of that kind; a process that ends meanwhile fails the bench. */
const answer = async <M extends { readonly kind: string }, K extends M['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<M, { readonly kind: K }>> => {
  const gone = once(child, 'exit').then(() => {
    throw new Error(`a process of the bench ended before it said ${kind}`);
  });
  for (;;) {
    const [message] = (await Promise.race([once(child, 'message'), gone])) as [M];
    if (message.kind === kind) return message as Extract<M, { readonly kind: K }>;
  }
};

interface Step {
  readonly calls: number;
  readonly phones: PhonesReport;
  readonly server: ServerReport;
  readonly lostPackets: number;
  readonly inexactJournals: number;
}

const runStep = async (
  calls: number,
  server: ChildProcess,
  phones: ChildProcess,
  phonePorts: readonly number[],
): Promise<Step> => {
  const opened = answer<FromServer, 'opened'>(server, 'opened');
  server.send({ kind: 'open', calls, phonePorts } satisfies ToServer);
  const { legPorts } = await opened;
  const done = answer<FromPhones, 'done'>(phones, 'done');
  phones.send({ kind: 'speak', legPorts, seconds } satisfies ToPhones);
  const { report } = await done;
  const sealed = answer<FromServer, 'sealed'>(server, 'sealed');
  server.send({ kind: 'seal' } satisfies ToServer);
  const captured = (await sealed).report;
  // What leg 2i sends, leg 2i+1 hears, and the other way round.
  const lostPackets = report.sent.reduce(
    (lost, sent, leg) => lost + Math.abs(sent - (report.heard[leg ^ 1] ?? 0)),
    0,
  );
  const inexactJournals = report.sent.filter(
    (sent, leg) => captured.frames[leg] !== sent * packetFrames || captured.lostFrames[leg] !== 0,
  ).length;
  return { calls, phones: report, server: captured, lostPackets, inexactJournals };
};

const isHeld = (step: Step): boolean =>
  step.lostPackets === 0 && step.inexactJournals === 0 && step.phones.p99Ms <= limitP99Ms;

const rowsOf = (step: Step): BenchRow[] => {
  const at = `${step.calls} calls`;
  return [
    benchRow(`${at}: packets lost`, step.lostPackets, 'packets'),
    benchRow(`${at}: journals not exact`, step.inexactJournals, 'journals'),
    benchRow(`${at}: relay p50`, step.phones.p50Ms, 'ms'),
    benchRow(
      `${at}: relay p99`,
      step.phones.p99Ms,
      'ms',
      step.calls === 400 ? relayP99At400Ms : undefined,
    ),
    benchRow(`${at}: relay worst`, step.phones.worstMs, 'ms'),
    benchRow(`${at}: sender late`, step.phones.lateMs, 'ms'),
    benchRow(`${at}: server`, step.server.cpu * 100, '% of a core'),
  ];
};

export const run = async (): Promise<BenchResult> => {
  const server = start('server.ts', 0);
  const phones = start('phones.ts', 1);
  const done: Step[] = [];
  try {
    const [{ ports }] = await Promise.all([
      answer<FromPhones, 'bound'>(phones, 'bound'),
      answer<FromServer, 'ready'>(server, 'ready'),
    ]);
    // A short run first: compiled code, open files, warm caches.
    for (const calls of [20, ...steps]) {
      const step = await runStep(calls, server, phones, ports);
      if (calls === 20) continue;
      done.push(step);
      if (!isHeld(step)) break;
    }
  } finally {
    const ends = [server, phones].map(async (child) => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    });
    await Promise.all(ends);
  }
  const held = Math.max(0, ...done.filter(isHeld).map((step) => step.calls));
  const [first] = done;
  return {
    rows: [
      promisedRow('recorded calls held on one core', held, 'calls', { atLeast: neededCalls }),
      benchRow(
        `the same, against Verint Verba${pins ? '' : ', NOT pinned'}${realTime ? ', real-time class' : ''}`,
        held,
        'calls',
        verbaCalls,
      ),
      ...done.flatMap(rowsOf),
    ],
    // Beyond what it can hold a step may lose packets: the search ends there. The first one may not.
    complete: first?.lostPackets === 0 && first.inexactJournals === 0,
  };
};
