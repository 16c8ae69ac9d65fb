/**
 * How many two-party calls per second the product sets up and ends on one core: SIPp as a trunk calls a number whose queue rings agents'
 * phones, played by another SIPp after they registered with digest. Both SIPps run on the second core.
 * The rate is raised until a message had to be sent twice. A run counts only if callers, phones, ledger and rows agree on every call.
 *
 * `SIP_BENCH_RATES=800,1000` and `SIP_BENCH_SECONDS=10` change the steps.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCentre } from '../tests/rig/centre.ts';
import { freePorts } from '../tests/rig/free-port.ts';
import { until } from '../tests/rig/programs.ts';
import { makeServer, type Server } from '../tests/rig/server.ts';
import { benchRow, type BenchResult, type BenchRow } from './result.ts';
import { countRows, isBound, LedgerKeeper, processorTime, threadsNamed } from './sip/account.ts';
import { startSipp, type SippCounts } from './sip/sipp.ts';

export const name = 'sip';

/** Calls per second: what is required, and what other stacks on the machine of the design did without dialogs, ledger and media. */
const required = 800;
const goal = 1500;
const sipJs = 50;
const throwaway = 3000;

const numbers = (text: string | undefined, otherwise: readonly number[]): readonly number[] =>
  text === undefined ? otherwise : text.split(',').map(Number);
const rates = numbers(
  process.env['SIP_BENCH_RATES'],
  [100, 200, 300, 400, 500, 600, 700, 800, 1000, 1200, 1500, 1800, 2200],
);
const [seconds = 8] = numbers(process.env['SIP_BENCH_SECONDS'], [8]);
const agentCount = 200;
const talkMs = 50;
/** Set-up, talk and hang-up take a call no longer than this, by the number of calls that are up at once. */
const mostWaitSeconds = 0.3;
const warmUp = { rate: 200, calls: 2000 };

const can = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const pins = can('taskset', '-c', '0', 'true') && cpus().length > 1;
const realTime = can('chrt', '-r', '10', 'true');
const phonesPin = [
  ...(pins ? ['taskset', '-c', '1'] : []),
  ...(realTime ? ['chrt', '-r', '10'] : []),
];

/** Where the product runs: all of it on the first core, or only what does the signalling, and the rest beside the SIPps. */
const placements = ['whole product on one core', 'signalling on one core'] as const;
type Placement = (typeof placements)[number];

/**
 * The threads of signalling and media before everything else, as the service unit has it. V8's own threads go with signalling, which
 * waits for them at each collection of garbage, and would wait behind the database.
 */
const pinServer = (pid: number, placement: Placement): void => {
  const signalling = [pid, ...threadsNamed(pid, 'node-V8Worker')];
  if (pins) {
    const core = placement === 'whole product on one core' ? '0' : '1';
    spawnSync('taskset', ['-a', '-p', '-c', core, String(pid)]);
    for (const thread of signalling) spawnSync('taskset', ['-p', '-c', '0', String(thread)]);
  }
  if (!realTime) return;
  for (const thread of [...signalling, ...threadsNamed(pid, 'media-')])
    spawnSync('chrt', ['-r', '-p', '10', String(thread)]);
};

interface Places {
  readonly folder: string;
  /** Ids of the agents, once they are made. */
  readonly agents: string[];
  readonly server: Server;
  readonly trunkPort: number;
  readonly phonesPort: number;
}

interface Step {
  readonly placement: Placement | 'warm-up';
  readonly rate: number;
  readonly callers: SippCounts;
  readonly phones: SippCounts;
  readonly mainMicros: number;
  readonly allMicros: number;
  /** Of all threads of a name. */
  readonly microsByThread: ReadonlyMap<string, number>;
  readonly mainShare: number;
  readonly settleMs: number;
}

const registerPhones = async (places: Places, accounts: readonly string[]): Promise<void> => {
  const { folder, server, phonesPort } = places;
  const file = join(folder, 'accounts.csv');
  writeFileSync(file, ['SEQUENTIAL', ...accounts, ''].join('\n'));
  const run = startSipp({
    scenario: 'phones-register',
    folder,
    remote: `127.0.0.1:${server.sipPort}`,
    localPort: phonesPort + 1,
    calls: accounts.length,
    keys: { callee_port: phonesPort },
    args: ['-inf', file, '-r', '100'],
    pin: phonesPin,
    deadlineMs: 60_000,
  });
  const code = await run.program.ended();
  if (code !== 0) throw new Error(`the phones could not register: ${run.program.output()}`);
};

const isZero = async (server: Server, metric: string): Promise<true | undefined> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return new RegExp(`^${metric} 0$`, 'm').test(text) || undefined;
};

/** No call is up or being closed any more, and every entry of the ledger is in the tables. */
const settled = async (server: Server): Promise<void> => {
  const patience = { deadlineMs: 300_000, everyMs: 200 };
  await until('no call is up', () => isZero(server, 'callreel_calls_up'), patience);
  await until('all rows are written', () => isZero(server, 'callreel_ledger_lag_bytes'), patience);
};

/** A step before may have gone beyond what is held: whoever missed a call then takes none until a person says so. */
const seatAll = async ({ server, agents }: Places): Promise<void> => {
  for (const id of agents)
    await server.request('PUT', `/agents/${id}/state`, { body: { state: 'available' } });
};

const runStep = async (
  places: Places,
  { placement, rate, calls }: Pick<Step, 'placement' | 'rate'> & { readonly calls: number },
): Promise<Step> => {
  const { folder, server, trunkPort, phonesPort } = places;
  await seatAll(places);
  const common = { folder, pin: phonesPin, deadlineMs: (calls / rate) * 1000 + 180_000 };
  const remote = `127.0.0.1:${server.sipPort}`;
  const phones = startSipp({ ...common, scenario: 'callee', remote, localPort: phonesPort });
  await until('the phones listen', () => (isBound(phonesPort) ? true : undefined));
  const pid = server.program().child.pid ?? 0;
  const before = processorTime(pid);
  const startedAt = performance.now();
  const callers = startSipp({
    ...common,
    calls,
    scenario: 'caller',
    remote,
    localPort: trunkPort,
    keys: { talk_ms: talkMs },
    args: ['-s', '1000', '-r', String(rate), '-l', '20000'],
  });
  await callers.program.ended();
  const after = processorTime(pid);
  const elapsed = (performance.now() - startedAt) / 1000;
  // The phones stay until no call is left: what they have not answered would be asked of the phones of the next step again.
  const settleFrom = performance.now();
  await settled(server);
  const settleMs = performance.now() - settleFrom;
  phones.program.child.kill('SIGUSR1');
  await phones.program.ended();
  return {
    placement,
    rate,
    callers: callers.counts(),
    phones: phones.counts(),
    mainMicros: ((after.main - before.main) / calls) * 1e6,
    allMicros: ((after.all - before.all) / calls) * 1e6,
    microsByThread: new Map(
      [...after.byName].map(([name, seconds]) => [
        name,
        ((seconds - (before.byName.get(name) ?? 0)) / calls) * 1e6,
      ]),
    ),
    mainShare: (after.main - before.main) / elapsed,
    settleMs,
  };
};

/** Nothing sent twice, nothing failed, and no line of callers who wait for a core that is behind. */
const isClean = ({ rate, callers, phones }: Step): boolean =>
  callers.retransmissions + phones.retransmissions + callers.failed + phones.failed === 0 &&
  callers.mostAtOnce <= rate * mostWaitSeconds;

const rowsOf = (step: Step): BenchRow[] => {
  const at = `${step.placement}, ${step.rate} calls/s`;
  const { callers, phones } = step;
  return [
    benchRow(`${at}: sent twice`, callers.retransmissions + phones.retransmissions, 'messages'),
    benchRow(`${at}: up at once`, callers.mostAtOnce, 'calls'),
    benchRow(`${at}: failed`, callers.failed + phones.failed, 'calls'),
    benchRow(`${at}: signalling thread`, step.mainShare * 100, '% of the core'),
    ...[...step.microsByThread]
      .filter(([, micros]) => micros >= 20)
      .sort(([, a], [, b]) => b - a)
      .map(([name, micros]) => benchRow(`${at}: ${name}`, micros, 'µs/call')),
    benchRow(`${at}: whole product meanwhile`, step.allMicros, 'µs/call'),
    benchRow(`${at}: rows complete after`, step.settleMs, 'ms'),
  ];
};

const openPlaces = async (folder: string): Promise<Places> => {
  const rtpPorts = '50000-59999';
  const server = await makeServer({
    folder,
    env: { CALLREEL_RTP_PORTS: rtpPorts, CALLREEL_MAX_CALLS: '5000' },
    deadlineMs: 1_800_000,
  });
  const [trunkPort, phonesPort] = [await freePorts(2), await freePorts(2)];
  return { folder, agents: [], server, trunkPort, phonesPort };
};

/** One trunk, number 1000, one queue, agents who are free again as soon as they have hung up. */
const openCentre = async (places: Places): Promise<void> => {
  const { server, trunkPort } = places;
  const centre = await makeCentre(server, { trunkPort, agents: agentCount, record: false });
  places.agents.push(...centre.agents.map(({ id }) => id));
  const { items } = await server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const [tenant] = items;
  await server.request('PATCH', `/tenants/${tenant?.id ?? ''}`, { body: { wrapUpSeconds: 0 } });
  const accounts = centre.agents.map(
    ({ sipUsername, sipPassword }) =>
      `${sipUsername};[authentication username=${sipUsername} password=${sipPassword}]`,
  );
  await registerPhones(places, accounts);
};

const runSteps = async (places: Places, placement: Placement): Promise<Step[]> => {
  pinServer(places.server.program().child.pid ?? 0, placement);
  const steps: Step[] = [];
  for (const rate of rates) {
    const order = { placement, rate, calls: rate * seconds };
    const step = await runStep(places, order);
    steps.push(step);
    // What a phone that gave a call up has not answered is sent again for 32 s (RFC 3261 §17.1.2.2): it is not the next step's.
    if (!isClean(step)) await new Promise((resolve) => setTimeout(resolve, 33_000));
    // Once more: a single stall of the machine is not the rate that the product cannot hold.
    if (!steps.every(isHeld(steps))) steps.push(await runStep(places, order));
    if (!steps.every(isHeld(steps))) break;
  }
  return steps;
};

/** Its rate was clean, now or at the second try. */
const isHeld =
  (steps: readonly Step[]) =>
  (step: Step): boolean =>
    steps.some(
      (other) => other.rate === step.rate && other.placement === step.placement && isClean(other),
    );

const highest = (steps: readonly Step[], placement: Placement): number =>
  Math.max(
    0,
    ...steps
      .filter((step) => step.placement === placement && isClean(step))
      .map(({ rate }) => rate),
  );

const sum = (steps: readonly Step[], of: (step: Step) => number): number =>
  steps.reduce((total, step) => total + of(step), 0);

/** Callers, phones, ledger and rows one beside the other; the sentences say where they disagree. */
const judge = async (
  places: Places,
  keeper: LedgerKeeper,
  steps: readonly Step[],
): Promise<{ readonly rows: BenchRow[]; readonly faults: string[] }> => {
  const callers = sum(steps, (step) => step.callers.succeeded);
  const phones = sum(steps, (step) => step.phones.succeeded);
  /** In steps that were not clean, whose rate counts only if a second try was: beyond what it holds the product refuses calls (503). */
  const refused = sum(steps, (step) => step.callers.failed);
  const missed = sum(steps, (step) => step.phones.failed);
  const ledger = await keeper.count();
  const rows = await countRows(join(places.server.dataDir, 'db'));
  // Whoever was told that the call was up has it in the ledger; of those who were not, each may have it there all the same.
  const isKnown = ledger.talked >= callers && ledger.talked <= callers + refused;
  const faults = [
    // Each call that failed may be counted on one side only.
    ...(Math.abs(phones - callers) <= refused + missed
      ? []
      : [`phones counted ${phones} calls, callers ${callers}`]),
    ...(isKnown ? [] : [`the ledger knows ${ledger.talked} calls that talked`]),
    ...(ledger.started === ledger.ended ? [] : [`${ledger.started} began, ${ledger.ended} ended`]),
    ...(ledger.damaged === 0 ? [] : [`${ledger.damaged} damaged lines in the ledger`]),
    ...(rows.talked === ledger.talked ? [] : [`${rows.talked} rows of calls that talked`]),
    ...(rows.calls === ledger.started ? [] : [`${rows.calls} rows for ${ledger.started} calls`]),
  ];
  return {
    rows: [
      benchRow('calls by the callers', callers, 'calls'),
      benchRow('calls by the phones', phones, 'calls'),
      benchRow('refused or failed, in steps that were not clean', refused + missed, 'calls'),
      benchRow('calls in the ledger', ledger.talked, 'calls'),
      benchRow('calls in the tables', rows.talked, 'calls'),
      benchRow('ledger entries', ledger.entries / Math.max(1, ledger.started), 'per call'),
    ],
    faults,
  };
};

export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sip-'));
  const places = await openPlaces(folder);
  const { server } = places;
  await server.start();
  try {
    await openCentre(places);
    const keeper = new LedgerKeeper(join(server.dataDir, 'ledger'), join(folder, 'ledger'));
    const steps = [
      await runStep(places, { placement: 'warm-up', ...warmUp }),
      ...(await runSteps(places, placements[0])),
      ...(pins ? await runSteps(places, placements[1]) : []),
    ];
    await server.stop();
    const { rows, faults } = await judge(places, keeper, steps);
    for (const fault of faults) console.log(`  ${fault}`);
    const how = `${pins ? '' : ', NOT pinned'}${realTime ? ', real-time class' : ''}`;
    const [whole, signalling] = [highest(steps, placements[0]), highest(steps, placements[1])];
    return {
      rows: [
        benchRow(`calls/s, ${placements[0]}${how}`, whole, 'calls/s', required),
        benchRow(
          `calls/s, ${placements[1]}, the rest beside the phones${how}`,
          signalling,
          'calls/s',
          required,
        ),
        benchRow('the better, against the goal', Math.max(whole, signalling), 'calls/s', goal),
        benchRow('the better, against sip.js', Math.max(whole, signalling), 'calls/s', sipJs),
        benchRow(
          'the better, against a bare SIP stack',
          Math.max(whole, signalling),
          'calls/s',
          throwaway,
        ),
        ...steps.slice(1).flatMap(rowsOf),
        ...rows,
      ],
      complete: faults.length === 0,
    };
  } finally {
    await server.stop();
    if (process.env['SIP_BENCH_KEEP'] === undefined) rmSync(folder, { recursive: true });
    else console.log(`  ${folder}`);
  }
};
