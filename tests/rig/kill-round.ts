/**
 * One kill -9 of the whole server at a named state of a call, and the judgement of what is left after the next start: every call has an
 * end and one outcome, every voice is there but for a second, the cut is marked, and nothing is orphaned.
 */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { sqlBalanceRows } from '#adapters/postgres/ledger/balance.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { tone } from '#audio/tones.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { PhoneCall } from '#phone/phone-call.ts';
import type { Phone } from '#phone/phone.ts';
import type { Balance } from '#ports/balance.ts';
import { type Centre, makeCentre } from './centre.ts';
import {
  agentAvailable,
  type CallRow,
  fetchAudio,
  findCall,
  findRecording,
  type RecordingRow,
} from './centre-watch.ts';
import { freePorts } from './free-port.ts';
import { toneMs } from './journey.ts';
import { entriesOf, untilEntry } from './ledger-tail.ts';
import { makeServer, type Server } from './server.ts';
import { embeddedTemplate } from './test-database.ts';
import { openTestPhone } from './test-phone.ts';
import { findTones } from './tone-check.ts';

export const killStates = [
  'ringing',
  'queued',
  'talking',
  'holding',
  'sealing',
  'finalising',
] as const;
export type KillState = (typeof killStates)[number];

export interface KillRound {
  readonly aimed: KillState;
  /** What the ledger says the call was in when the process died; null = past the last of the states. */
  readonly hit: KillState | null;
  /** Per voice: how much of what was said until the kill is not in the file. */
  readonly lostMs: readonly number[];
  readonly salvagedRecordings: number;
  /** From the start of the process until it takes calls again, recovery included. */
  readonly restartMs: number;
  /** Empty when everything is as it must be. */
  readonly problems: readonly string[];
}

export interface KillRig {
  readonly server: Server;
  /** @param talkMs how long they talk before whatever follows */
  round(aimed: KillState, talkMs: number): Promise<KillRound>;
  /** Stops the server for good and reads the account. */
  account(): Promise<Balance>;
  close(): Promise<void>;
}

const customerHz = 700;
const agentHz = 1100;
/** The voice lasts longer than any round talks. */
const voice = (frequencyHz: number): Int16Array =>
  tone({ frequenciesHz: [frequencyHz], durationMs: 30_000 });
const mostLostMs = 1000;
/** More than was said cannot be found: two packets, and what finding a tone's edges costs. */
const mostSurplusMs = 70;

/** What recovery says of a recording whose journals have no block. */
const nothingCaptured = 'no audio had been captured when the process stopped';

/** The state in which the ledger left a call; null when its recording was sealed and its end written. */
export const stateOfEntries = (entries: readonly LedgerEntry[]): KillState | null => {
  const has = (kind: LedgerEntry['kind']): boolean => entries.some((entry) => entry.kind === kind);
  const lastHold = entries.findLast(({ kind }) => kind === 'held' || kind === 'unheld');
  if (has('recordingSealed')) return 'finalising';
  if (has('callEnded')) return null;
  if (has('answered')) {
    if (has('legEnded')) return 'sealing';
    return lastHold?.kind === 'held' ? 'holding' : 'talking';
  }
  const agentLeg = entries.some(
    (entry) => entry.kind === 'legStarted' && entry.direction === 'out',
  );
  if (has('legRinging') && agentLeg) return 'ringing';
  return has('queued') ? 'queued' : null;
};

/** A call that is up, with what its two ends say. */
interface Pair {
  readonly callId: string;
  readonly customer: PhoneCall;
  readonly agent: PhoneCall | null;
  readonly spoken: readonly ReturnType<PhoneCall['say']>[];
}

interface Floor {
  readonly server: Server;
  readonly centre: Centre;
  readonly customer: Phone;
  readonly agent: Phone;
  readonly number: string;
}

const liveCall = (
  { server, number }: Floor,
  what: string,
  fits: (call: CallRow) => boolean,
): Promise<CallRow> =>
  findCall(server, what, (call) => call.caller === number && call.live !== null && fits(call));

const ring = async (floor: Floor): Promise<Pair> => {
  const rings = floor.agent.nextCall();
  const customer = await floor.customer.call('1000');
  const agent = await rings;
  const { id } = await liveCall(
    floor,
    'the call rings',
    (call) => call.live?.state === 'connecting',
  );
  return { callId: id, customer, agent, spoken: [] };
};

const talk = async (floor: Floor, talkMs: number): Promise<Pair> => {
  const pair = await ring(floor);
  pair.agent?.answer();
  if (!(await pair.customer.untilAnswered())) throw new Error('the call was not answered');
  await liveCall(floor, 'the call is recorded', ({ live }) => live?.capture === 'recording');
  const spoken = [
    pair.customer.say(voice(customerHz)),
    ...(pair.agent ? [pair.agent.say(voice(agentHz))] : []),
  ];
  await new Promise((resolve) => setTimeout(resolve, talkMs));
  return { ...pair, spoken };
};

const queue = async (floor: Floor): Promise<Pair> => {
  const customer = await floor.customer.call('1000');
  const { id } = await liveCall(floor, 'the call waits', (call) => call.live?.state === 'queued');
  return { callId: id, customer, agent: null, spoken: [] };
};

/** What was said until here is what must be found, sample by sample: time would count what a busy machine did not send. */
const hush = ({ customer, agent }: Pair): void => {
  customer.hush();
  agent?.hush();
};

/** Brings the floor into the state; kill follows at once. */
const reach = async (floor: Floor, aimed: KillState, talkMs: number): Promise<Pair[]> => {
  if (aimed === 'ringing') return [await ring(floor)];
  const pair = await talk(floor, talkMs);
  const { dataDir } = floor.server;
  switch (aimed) {
    case 'queued':
      return [pair, await queue(floor)];
    case 'talking':
      return [pair];
    case 'holding':
      hush(pair);
      if (pair.agent === null || !(await pair.agent.hold())) throw new Error('hold was refused');
      await liveCall(floor, 'the call is on hold', ({ live }) => live?.state === 'on_hold');
      return [pair];
    case 'sealing':
    case 'finalising':
      hush(pair);
      pair.customer.hangUp();
      await untilEntry(dataDir, pair.callId, aimed === 'sealing' ? 'legEnded' : 'recordingSealed');
      return [pair];
  }
};

class Judge {
  readonly problems: string[] = [];
  readonly lostMs: number[] = [];
  salvagedRecordings = 0;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  async call(pair: Pair, state: KillState | null): Promise<RecordingRow | null> {
    const row = await findCall(
      this.#server,
      `call ${pair.callId} is accounted for`,
      ({ id, endedAt, outcome }) =>
        id === pair.callId && endedAt !== null && outcome !== null && outcome !== 'inProgress',
      20_000,
    );
    const isRecorded = pair.spoken.length > 0;
    if (isRecorded && row.outcome === 'failed' && row.outcomeReason === nothingCaptured) {
      await this.#allLost(pair);
      return null;
    }
    const expected = isRecorded ? 'ready' : 'excluded';
    this.#expect(row.outcome === expected, `${state ?? 'ended'}: outcome ${row.outcome}`);
    if (state !== 'finalising' && state !== 'sealing' && state !== null)
      this.#expect(row.endStatus === 'error', `${state}: end status ${row.endStatus}`);
    return isRecorded ? this.#recording(pair, state) : null;
  }

  /** Killed before the journals were flushed for the first time: allowed for hardly a word, and never for more than a second. */
  async #allLost(pair: Pair): Promise<void> {
    for (const [channel, { frames }] of (await Promise.all(pair.spoken)).entries()) {
      const lost = frames / 8;
      this.lostMs.push(Math.round(lost));
      this.#expect(lost <= mostLostMs, `channel ${channel} lost all of ${lost.toFixed(0)} ms`);
    }
  }

  async #recording(pair: Pair, state: KillState | null): Promise<RecordingRow> {
    const recording = await findRecording(this.#server, pair.callId);
    this.#expect(recording.state === 'ready', `recording is ${recording.state}`);
    const cuts = recording.timeline?.filter(({ kind }) => kind === 'cut') ?? [];
    const cutVoices = new Set(cuts.map(({ participant }) => participant)).size;
    if (recording.salvaged) this.salvagedRecordings++;
    if (state === 'talking' || state === 'holding') {
      this.#expect(recording.salvaged, 'the recording does not say that it was salvaged');
      this.#expect(cutVoices === 2, `the cut is marked for ${cutVoices} of 2 voices`);
    }
    const wav = await fetchAudio(this.#server, recording.id, 'dual-channel');
    const found = findTones(wav, [customerHz, agentHz]);
    for (const [channel, frequencyHz] of [customerHz, agentHz].entries()) {
      const spoken = await pair.spoken[channel];
      const lost = (spoken?.frames ?? 0) / 8 - toneMs(found, channel, frequencyHz);
      this.lostMs.push(Math.round(lost));
      this.#expect(lost <= mostLostMs, `channel ${channel} lost ${lost.toFixed(0)} ms`);
      this.#expect(
        lost >= -mostSurplusMs,
        `channel ${channel} has ${(-lost).toFixed(0)} ms too much`,
      );
      const crossed = toneMs(found, 1 - channel, frequencyHz);
      this.#expect(crossed === 0, `${frequencyHz} Hz is in the other channel as well`);
    }
    return recording;
  }

  /** Journals without a call, calls without an end, recordings that are in between for ever. */
  async orphans(): Promise<void> {
    for (const callId of readdirSync(join(this.#server.dataDir, 'journals'))) {
      const { status } = await this.#server.fetch('GET', `/calls/${callId}`);
      this.#expect(status === 200, `the journals of ${callId} have no call: ${status}`);
    }
    const { items } = await this.#server.request<{ items: CallRow[] }>('GET', '/calls?limit=200');
    for (const { id, endedAt, outcome } of items)
      this.#expect(endedAt !== null && outcome !== 'inProgress', `call ${id} is open: ${outcome}`);
  }

  #expect(isSo: boolean, problem: string): void {
    if (!isSo) this.problems.push(problem);
  }
}

/** The phones go away like the server did: nobody says good-bye. */
const leave = async (floor: Floor, pairs: readonly Pair[]): Promise<void> => {
  for (const { customer, agent } of pairs) {
    customer.abandon();
    agent?.abandon();
  }
  await Promise.all([floor.customer.close(), floor.agent.close()]);
};

export const openKillRig = async (folder: string, deadlineMs: number): Promise<KillRig> => {
  const server = await makeServer({ folder, deadlineMs });
  mkdirSync(server.dataDir, { mode: 0o700 });
  cpSync(await embeddedTemplate(), join(server.dataDir, 'db'), { recursive: true });
  await server.start();
  const trunkPort = await freePorts(2);
  const { items } = await server.request<{ items: { id: string }[] }>('GET', '/tenants');
  const path = `/tenants/${items[0]?.id ?? ''}`;
  await server.request('PATCH', path, { body: { wrapUpSeconds: 0 } });
  const centre = await makeCentre(server, { trunkPort, agents: 1, record: true });
  const at = { host: '127.0.0.1', port: server.sipPort };
  let rounds = 0;

  const openFloor = async (): Promise<Floor> => {
    const [seat] = centre.agents;
    if (!seat) throw new Error('there is no agent');
    const number = `+1202555${String(++rounds).padStart(4, '0')}`;
    const customer = await openTestPhone({ user: number, server: at, port: trunkPort });
    const agent = await openTestPhone({
      user: seat.sipUsername,
      password: seat.sipPassword,
      server: at,
    });
    await agent.register();
    await agentAvailable(server, seat.id);
    return { server, centre, customer, agent, number };
  };

  const round = async (aimed: KillState, talkMs: number): Promise<KillRound> => {
    const floor = await openFloor();
    let pairs: Pair[] = [];
    const killed = await (async () => {
      try {
        pairs = await reach(floor, aimed, talkMs);
        server.program().child.kill('SIGKILL');
        return systemClock.nowMs();
      } finally {
        await leave(floor, pairs);
      }
    })();
    await server.program().ended();
    const states = pairs.map(({ callId }) => stateOfEntries(entriesOf(server.dataDir, callId)));
    const startedAt = performance.now();
    await server.start();
    const restartMs = Math.round(performance.now() - startedAt);
    const judge = new Judge(server);
    let hit = states.at(-1) ?? null;
    for (const [index, pair] of pairs.entries()) {
      const recording = await judge.call(pair, states[index] ?? null);
      if (states[index] === 'finalising' && Date.parse(recording?.readyAt ?? '') < killed)
        hit = null;
    }
    await judge.orphans();
    const { problems, lostMs, salvagedRecordings } = judge;
    return { aimed, hit, lostMs, salvagedRecordings, restartMs, problems };
  };

  const account = async (): Promise<Balance> => {
    await server.stop();
    const database = await openDatabase({
      folder: join(server.dataDir, 'db'),
      onBackgroundError: (error) => {
        throw error;
      },
    });
    try {
      const accounts = sqlBalanceRows(database.kysely);
      const [tenant] = await accounts.tenants();
      if (!tenant) throw new Error('there is no tenant');
      return await accounts.read(tenant);
    } finally {
      await database.close();
    }
  };

  return {
    server,
    round: async (aimed, talkMs) => {
      try {
        return await round(aimed, talkMs);
      } catch (error) {
        throw new Error(`aimed at ${aimed}\n${server.program().output().slice(-4000)}`, {
          cause: error,
        });
      }
    },
    account,
    close: async () => {
      if (server.program().child.exitCode === null && server.program().child.signalCode === null)
        await server.stop();
    },
  };
};
