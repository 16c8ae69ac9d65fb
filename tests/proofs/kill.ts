/**
 * Fifty kills of the whole server, spread over the named states of a call. Each round is kept in `docs/proof/kill.json` as soon as it is
 * done, so that an interrupted proof goes on where it stopped; `docs/proof/kill.md` says the same to people. A state that was not hit
 * as often as it must be is a failure, as is any round that left something behind.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type KillRig,
  type KillRound,
  type KillState,
  killStates,
  openKillRig,
} from '../rig/kill-round.ts';

const wantedKills = 50;
const leastPerState = 6;
/** Sealing takes milliseconds and is missed now and then. */
const mostRounds = 110;
const mostMinutes = 40;

interface Kept {
  readonly startedAt: string;
  readonly machine: string;
  readonly node: string;
  /** One server folder each; every one was closed with a look at its account. */
  readonly accounts: {
    readonly answered: number;
    readonly difference: number;
    readonly disagreeing: number;
  }[];
  readonly rounds: KillRound[];
}

const folder = join(import.meta.dirname, '..', '..', 'docs', 'proof');
const jsonFile = join(folder, 'kill.json');

const hits = ({ rounds }: Kept, state: KillState): readonly KillRound[] =>
  rounds.filter(({ hit }) => hit === state);
const kills = ({ rounds }: Kept): number => rounds.filter(({ hit }) => hit !== null).length;
const isEnough = (kept: Kept): boolean =>
  kills(kept) >= wantedKills &&
  killStates.every((state) => hits(kept, state).length >= leastPerState);

const faults = (kept: Kept): string[] => [
  ...kept.rounds.flatMap(({ aimed, problems }, index) =>
    problems.map((problem) => `round ${index + 1} (aimed at ${aimed}): ${problem}`),
  ),
  ...killStates
    .filter((state) => hits(kept, state).length < leastPerState)
    .map((state) => `${state} was hit ${hits(kept, state).length} times, not ${leastPerState}`),
  ...(kills(kept) < wantedKills ? [`${kills(kept)} kills, not ${wantedKills}`] : []),
  ...kept.accounts
    .filter(({ difference, disagreeing }) => difference !== 0 || disagreeing !== 0)
    .map((account) => `an account does not balance: ${JSON.stringify(account)}`),
  ...(kept.accounts.length === 0 ? ['no account was read'] : []),
];

const load = (): Kept => {
  if (existsSync(jsonFile)) {
    const kept = JSON.parse(readFileSync(jsonFile, 'utf8')) as Kept;
    if (!isEnough(kept) && kept.rounds.length < mostRounds) return kept;
  }
  return {
    startedAt: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    accounts: [],
    rounds: [],
  };
};

const pageOf = (kept: Kept): string => {
  const worst = (rounds: readonly KillRound[]): string => {
    const lost = rounds.flatMap(({ lostMs }) => lostMs);
    return lost.length === 0 ? '–' : `${Math.max(...lost)} ms`;
  };
  const rows = killStates.map((state) => {
    const rounds = hits(kept, state);
    const salvaged = rounds.reduce((sum, round) => sum + round.salvagedRecordings, 0);
    const problems = rounds.reduce((sum, round) => sum + round.problems.length, 0);
    const voices = rounds.reduce((sum, round) => sum + round.lostMs.length, 0);
    return `| ${state} | ${rounds.length} | ${leastPerState} | ${voices} | ${salvaged} | ${worst(rounds)} | ${problems} |`;
  });
  const restarts = kept.rounds.map(({ restartMs }) => restartMs).sort((a, b) => a - b);
  const found = faults(kept);
  return `# Kill -9 at every state of a call

\`npm run prove -- kill\` — begun ${kept.startedAt}, Node ${kept.node}, ${kept.machine}.

The server is a process of its own; two phones talk through it over real sockets, each with a tone of its own. It is killed, started
again on the same folder, and asked over its API. The state is the one the ledger on disk says the call was in. Lost = said until the
kill (the hold, the hang-up) minus found in the voice's channel of the dual-channel file; at most 1,000 ms.

| state | kills | required | voices judged | recordings salvaged | worst loss of a voice | problems |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

${kills(kept)} kills in ${kept.rounds.length} rounds (${kept.rounds.length - kills(kept)} came after the last state and count for nothing).
Start after a kill until calls are taken again: median ${restarts[restarts.length >> 1] ?? 0} ms, longest ${restarts.at(-1) ?? 0} ms.
Accounts read at the end: ${kept.accounts.map(({ answered, difference, disagreeing }) => `${answered} answered, difference ${difference}, disagreeing ${disagreeing}`).join('; ')}.

**${found.length === 0 ? 'Proved.' : 'Not proved:'}**
${found.map((fault) => `\n- ${fault}`).join('')}`
    .trimEnd()
    .concat('\n');
};

const keep = (kept: Kept): void => {
  writeFileSync(jsonFile, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(join(folder, 'kill.md'), pageOf(kept));
};

/** The state that is furthest from what it needs. */
const nextState = (kept: Kept): KillState =>
  killStates.reduce((best, state) =>
    hits(kept, state).length < hits(kept, best).length ? state : best,
  );

const runRounds = async (kept: Kept, rig: KillRig, endsAt: number): Promise<void> => {
  while (!isEnough(kept) && kept.rounds.length < mostRounds && performance.now() < endsAt) {
    const aimed = nextState(kept);
    // From "hardly a word" to several flushes of the journal, never the same instant of its period.
    const talkMs = 200 + ((kept.rounds.length * 377) % 2300);
    const round = await rig.round(aimed, talkMs);
    kept.rounds.push(round);
    keep(kept);
    const lost = round.lostMs.length === 0 ? '' : `, lost ${round.lostMs.join(' and ')} ms`;
    console.log(
      `${kept.rounds.length}: aimed at ${aimed}, hit ${round.hit ?? 'none'}${lost} ${round.problems.join('; ')}`,
    );
  }
};

const kept = load();
const home = mkdtempSync(join(tmpdir(), 'callreel-prove-kill-'));
const rig = await openKillRig(home, mostMinutes * 60_000);
try {
  await runRounds(kept, rig, performance.now() + mostMinutes * 60_000);
  const { answered, difference, disagreeing } = await rig.account();
  kept.accounts.push({ answered, difference, disagreeing: disagreeing.length });
} finally {
  await rig.close();
  keep(kept);
}
rmSync(home, { recursive: true, force: true });
for (const state of killStates) console.log(`${state}: ${hits(kept, state).length}`);
const found = faults(kept);
for (const fault of found) console.error(fault);
console.log(found.length === 0 ? `proved: ${kills(kept)} kills` : 'not proved');
process.exitCode = found.length === 0 ? 0 : 1;
