/** A call room of one tenant with two agents, one queue of each waiting tone and a trunk, on stand-ins for everything around it. */
import assert from 'node:assert/strict';
import type { AgentEntry, Directory, QueueEntry } from '#core/directory.ts';
import type { CallId, NumberId, QueueId } from '#core/ids.ts';
import { createLiveCalls, type LiveCallsOptions } from '#live/call/live-calls.ts';
import { agentEntry, queueEntry, tenantEntry, trunkEntry } from './directory-entries.ts';
import {
  FakeDirectory,
  FakeFeed,
  fakeFolders,
  FakeJournals,
  type FakeLeg,
  FakeLedger,
  FakeLog,
  FakeMedia,
  fakeMetrics,
  fakeSealer,
  FakeSignalling,
  sdpOf,
  StillClock,
} from './fake-call-world.ts';

export const tenant = tenantEntry();
const tenantId = tenant.id;

export const trunk = trunkEntry({ tenantId, callerNumbers: ['+62215550001'] });

const agent = (name: string): AgentEntry =>
  agentEntry(name, { tenantId, queueIds: ['ringback' as QueueId, 'music' as QueueId] });
export const ani = agent('ani');
export const budi = agent('budi');

const queue = (waitingTone: 'ringback' | 'music', maxWaitSeconds: number): QueueEntry =>
  queueEntry(waitingTone, { tenantId, waitingTone, maxWaitSeconds });

export const directory: Directory = {
  version: 7,
  tenants: [tenant],
  trunks: [trunk],
  numbers: [
    {
      id: 'n1' as NumberId,
      tenantId: tenant.id,
      number: '1000',
      target: { kind: 'queue', id: 'ringback' as QueueId },
    },
    {
      id: 'n2' as NumberId,
      tenantId: tenant.id,
      number: '2000',
      target: { kind: 'queue', id: 'music' as QueueId },
    },
    {
      id: 'n3' as NumberId,
      tenantId: tenant.id,
      number: '3000',
      target: { kind: 'agent', id: ani.id },
    },
  ],
  agents: [ani, budi],
  queues: [queue('ringback', 0), queue('music', 60)],
};

export const customerNumber = '+628123456789';

/** Everything around a call room, and the moves of the people who use it. */
export const openCallRoom = (change: Partial<LiveCallsOptions> = {}) => {
  const clock = new StillClock();
  const signalling = new FakeSignalling();
  const media = new FakeMedia();
  const ledger = new FakeLedger();
  const log = new FakeLog();
  const feed = new FakeFeed();
  const journals = new FakeJournals();
  const settings = new FakeDirectory(directory);
  const calls = createLiveCalls({
    signalling,
    media,
    ledger,
    directory: settings,
    sealer: fakeSealer,
    folders: fakeFolders,
    journals,
    changeFeed: feed,
    wishes: { awaySinceMs: () => null, keep: () => undefined },
    clock,
    log,
    metrics: fakeMetrics,
    mediaAddress: '127.0.0.1',
    ...change,
  });
  /** A customer rings one of our numbers by the trunk. */
  const customerRings = (dialled: string, sdp: Buffer | null = sdpOf()): Promise<FakeLeg> =>
    signalling.invite({
      caller: { kind: 'trunk', trunk },
      dialled,
      callerNumber: customerNumber,
      displayName: 'Customer',
      sdp,
    });
  return {
    clock,
    signalling,
    media,
    ledger,
    log,
    feed,
    journals,
    settings,
    calls,
    customerRings,
    /** And the phone that rings for it is answered. */
    customerTalks: async (dialled: string): Promise<FakeLeg> => {
      const caller = await customerRings(dialled);
      await signalling.last.peerAnswers();
      return caller;
    },
    /** An agent dials on their phone. */
    agentDials: (
      who: AgentEntry,
      dialled: string,
      sdp: Buffer | null = sdpOf(),
    ): Promise<FakeLeg> =>
      signalling.invite({
        caller: { kind: 'agent', agent: who },
        dialled,
        callerNumber: who.sipUsername,
        displayName: who.name,
        sdp,
      }),
    stateOf: (who: AgentEntry): string | undefined =>
      calls.agentStates(tenant.id).find((one) => one.agentId === who.id)?.state,
    /** Calls, legs, ports and timers that are left; all nought when nothing leaks. */
    leftovers: () => ({
      calls: calls.size,
      mediaCalls: media.openCalls,
      mediaLegs: media.openLegs.size,
      timers: clock.pending,
    }),
  };
};

/** A room in which a customer talks to Ani, and nothing was asked of the media since. */
export const openTalkingRoom = async () => {
  const room = openCallRoom();
  await room.signalling.register(ani);
  const caller = await room.customerTalks('1000');
  const phone = room.signalling.last;
  const callId: CallId | undefined = room.calls.list(tenant.id)[0]?.callId;
  assert.ok(callId !== undefined);
  room.media.orders.length = 0;
  return { ...room, caller, phone, callId };
};

export const nothingLeft = { calls: 0, mediaCalls: 0, mediaLegs: 0, timers: 0 };
