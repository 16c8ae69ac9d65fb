/**
 * One server, one small centre and the phones around it, for a file of journeys: calls are found by the customer's number, and at the
 * end the wire and the account of calls are judged.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { sqlBalanceRows } from '#adapters/postgres/ledger/balance.ts';
import type { Balance } from '#ports/balance.ts';
import { type Baresip, type BaresipOptions, startBaresip } from './baresip.ts';
import { type Centre, type CentreAgent, makeCentre } from './centre.ts';
import { agentAvailable, type CallRow, findCall } from './centre-watch.ts';
import { freePorts } from './free-port.ts';
import { until } from './programs.ts';
import { makeServer, type Server } from './server.ts';
import { type Sipp, type SippOptions, startSipp } from './sipp.ts';
import { type Capture, type CaptureReport, captureLoopback } from './tshark.ts';

export interface JourneyOptions {
  readonly name: string;
  readonly agents: number;
  readonly record: boolean;
  readonly waitingTone?: 'ringback' | 'music';
  readonly ringSeconds?: number;
  readonly env?: Readonly<Record<string, string>>;
}

type PhoneOptions = Pick<BaresipOptions, 'toneHz'> &
  Partial<Pick<BaresipOptions, 'answers' | 'transport' | 'codec'>>;

export interface Journey {
  readonly folder: string;
  readonly server: Server;
  readonly centre: Centre;
  /** Where the carrier lives: its calls come from there, ours go there. Forty ports, so that a baresip fits too. */
  readonly trunkPort: number;
  /** The agent of that number in the list. */
  agent(index: number): CentreAgent;
  /** A registered phone of the agent of that number; the agent is available when it resolves. */
  phone(index: number, options: PhoneOptions): Promise<Baresip>;
  /** A customer's phone behind the trunk: no registration, its packets come from the carrier's address. */
  customerPhone(options: PhoneOptions): Promise<Baresip>;
  /** SIPp at the carrier's address, as customer or as callee. */
  carrier(options: CarrierOptions): Promise<Sipp>;
  /** The call of this customer's number, waited for until it `fits`. */
  call(number: string, fits?: (call: CallRow) => boolean): Promise<CallRow>;
  /** How many rows there are for that number. */
  rows(number: string): Promise<readonly CallRow[]>;
  agentState(index: number): Promise<string>;
  setAgentState(index: number, state: 'available' | 'unavailable'): Promise<void>;
  /** Changes the queue, and waits until calls see it. */
  changeQueue(change: Readonly<Record<string, unknown>>): Promise<void>;
  /** Records inbound calls or not, from the next call on. */
  recordInbound(record: boolean): Promise<void>;
  /** Fails on the first malformed packet, and when so little was seen that the verdict is worth nothing. */
  judgeWire(least: { sipMessages: number; rtpPackets: number }): Promise<CaptureReport>;
  /** Stops the server and reads the one account of its only tenant. */
  balance(databaseUrl?: string): Promise<Balance>;
  close(): Promise<void>;
}

export type CarrierOptions = Pick<SippOptions, 'scenario' | 'keys' | 'tonesHz' | 'service'>;

const lifeMs = 300_000;
/** Calls look at settings in memory, which are fresh at once by notice and after a second in any case. */
const directoryMs = 1100;

export const openJourney = async (options: JourneyOptions): Promise<Journey> => {
  const folder = mkdtempSync(join(tmpdir(), `${options.name}-`));
  const server = await makeServer({ folder, deadlineMs: lifeMs, env: options.env ?? {} });
  const trunkPort = await freePorts(40);
  const phones: Baresip[] = [];
  const programs: Sipp[] = [];
  let wire: Capture | undefined;

  const close = async (): Promise<void> => {
    for (const phone of phones) await phone.stop();
    for (const program of programs) await program.stop(200);
    await wire?.finish();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };

  const open = async (): Promise<Centre> => {
    await server.start();
    wire = await captureLoopback(
      join(folder, 'wire.pcapng'),
      `port ${server.sipPort} or udp portrange ${server.rtpPorts.first}-${server.rtpPorts.last}`,
      lifeMs,
    );
    const { items } = await server.request<{ items: { id: string }[] }>('GET', '/tenants');
    const [tenant] = items;
    assert.ok(tenant);
    // The next call follows at once, and North America may be dialled.
    const body = { wrapUpSeconds: 0, allowedPrefixes: ['+1'] };
    await server.request('PATCH', `/tenants/${tenant.id}`, { body });
    return makeCentre(server, { ...options, trunkPort });
  };
  const centre = await open().catch(async (error: unknown) => {
    await server.stop().catch(() => undefined); // the first error is the one to tell
    throw error;
  });

  const agent = (index: number): CentreAgent => {
    const found = centre.agents[index];
    assert.ok(found, `there is no agent ${index}`);
    return found;
  };
  const startPhone = async (phone: Omit<BaresipOptions, 'folder' | 'deadlineMs'>) => {
    const started = await startBaresip({
      ...phone,
      folder: join(folder, `phone-${phones.length}`),
      deadlineMs: lifeMs,
    });
    phones.push(started);
    return started;
  };
  const rows = async (number: string): Promise<readonly CallRow[]> => {
    const query = `/calls?number=${encodeURIComponent(number)}`;
    return (await server.request<{ items: CallRow[] }>('GET', query)).items;
  };

  return {
    folder,
    server,
    centre,
    trunkPort,
    agent,
    rows,
    close,
    phone: async (index, phone) => {
      const { id, sipUsername, sipPassword } = agent(index);
      const started = await startPhone({
        answers: 'auto',
        ...phone,
        registrar: { host: '127.0.0.1', port: server.sipPort },
        user: sipUsername,
        password: sipPassword,
      });
      await agentAvailable(server, id);
      return started;
    },
    customerPhone: (phone) =>
      startPhone({
        answers: 'auto',
        ...phone,
        registrar: null,
        user: '+12025550177',
        sipPort: trunkPort,
      }),
    carrier: async (sipp) => {
      const started = await startSipp({
        ...sipp,
        folder: join(folder, `carrier-${programs.length}`),
        remote: `127.0.0.1:${server.sipPort}`,
        localPort: trunkPort,
        deadlineMs: 60_000,
      });
      programs.push(started);
      return started;
    },
    call: (number, fits = (call) => call.endedAt !== null && call.outcome !== 'inProgress') =>
      findCall(
        server,
        `the call of ${number}`,
        (call) => [call.caller, call.callee].includes(number) && fits(call),
        20_000,
      ),
    agentState: async (index) =>
      (await server.request<{ state: string }>('GET', `/agents/${agent(index).id}`)).state,
    setAgentState: async (index, state) => {
      const path = `/agents/${agent(index).id}`;
      await server.request('PATCH', path, { body: { state } });
      await until(`agent ${index} is ${state}`, async () => {
        const row = await server.request<{ state: string }>('GET', path);
        return row.state === state ? true : undefined;
      });
    },
    changeQueue: async (body) => {
      await server.request('PATCH', `/queues/${centre.queueId}`, { body });
      await talkFor(directoryMs);
    },
    recordInbound: async (record) => {
      await server.request('PUT', '/settings/call-recording', { body: { inbound: { record } } });
      await talkFor(directoryMs);
    },
    judgeWire: async (least) => {
      assert.ok(wire);
      const report = await wire.finish();
      assert.ok(report.sipMessages >= least.sipMessages, `${report.sipMessages} SIP messages`);
      assert.ok(report.rtpPackets >= least.rtpPackets, `${report.rtpPackets} RTP packets`);
      assert.deepEqual(report.malformed, []);
      return report;
    },
    balance: async (databaseUrl = '') => {
      await server.stop();
      const database = await openDatabase({
        folder: join(server.dataDir, 'db'),
        url: databaseUrl,
        onBackgroundError: (error) => {
          throw error;
        },
      });
      try {
        const accounts = sqlBalanceRows(database.kysely);
        const [tenant] = await accounts.tenants();
        assert.ok(tenant);
        return await accounts.read(tenant);
      } finally {
        await database.close();
      }
    },
  };
};

/** How long one tone sounds in one channel, all its spans together. */
export const toneMs = (
  tones: readonly { channel: number; frequencyHz: number; fromMs: number; untilMs: number }[],
  channel: number,
  frequencyHz: number,
): number =>
  tones
    .filter((tone) => tone.channel === channel && tone.frequencyHz === frequencyHz)
    .reduce((sum, tone) => sum + tone.untilMs - tone.fromMs, 0);

/** Lets people talk. */
export const talkFor = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
