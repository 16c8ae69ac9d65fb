import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { DiskJournalFiles } from '#adapters/disk/journal-files.ts';
import type { CallId, LegId } from '#core/ids.ts';
import { writeRtpHeader } from '#protocol/rtp/packet.ts';
import { testKeys, testOrder } from '../../../tests/rig/journals.ts';
import { remoteAt } from '../../../tests/rig/media-plane.ts';
import { until } from '../../../tests/rig/programs.ts';
import { builtInPrompts } from './built-in-prompts.ts';
import { PortPairs } from './port-pairs.ts';
import { PromptStore } from './prompt-store.ts';
import { serveMediaThread } from './serve-thread.ts';
import type { CallOrder, FromThread, ToThread } from './thread-messages.ts';
import { udpSockets } from './udp-socket.ts';

const [callId, legA, legB] = ['call-1' as CallId, 'a' as LegId, 'b' as LegId];

/** What a media thread does, on this thread, so that a test decides what comes in the same turn of its loop. */
const serve = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'serve-thread-'));
  const said: FromThread[] = [];
  let listen: (batch: readonly ToThread[]) => void = () => undefined;
  serveMediaThread(
    {
      postMessage: (batch) => void said.push(...batch),
      on: (_event, listener) => (listen = listener),
    },
    {
      openSocket: udpSockets('127.0.0.1'),
      ports: new PortPairs({ first: 0, last: 0 }, 0, 1),
      files: new DiskJournalFiles(systemClock),
      makeBlockCipher,
      prompts: (log) => new PromptStore(builtInPrompts(), () => Promise.resolve(null), log),
      clock: systemClock,
      random: Math.random,
      silentAfterMs: 60_000,
    },
  );
  const order = (...orders: readonly CallOrder[]): void =>
    listen(orders.map((each) => ({ kind: 'order', callId, order: each })));
  t.after(async () => {
    listen([{ kind: 'stop' }]);
    await until('the thread has ended', () => said.find(({ kind }) => kind === 'closed'));
    rmSync(folder, { recursive: true });
  });
  return { folder, said, order };
};

/** Sends at once, in the same turn. */
const phoneTo = async (t: TestContext): Promise<{ socket: Socket; say: () => void }> => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  let sequence = 0;
  const say = (): void => {
    const bytes = new Uint8Array(172).fill(0x10);
    const timestamp = sequence * 160;
    writeRtpHeader({ payloadType: 0, marker: false, sequence, timestamp, ssrc: 5 }, bytes, 0);
    sequence++;
    socket.send(bytes);
  };
  return { socket, say };
};

test('what was said during a hold and not yet read when the hold ends is not captured', async (t) => {
  const { folder, said, order } = serve(t);
  const [customer, agent] = [await phoneTo(t), await phoneTo(t)];
  let heard = 0;
  agent.socket.on('message', () => heard++);
  const untilHeard = (count: number): Promise<true> =>
    until(`${count} packets`, () => (heard === count ? true : undefined));
  order(
    { kind: 'openCall' },
    { kind: 'openLeg', legId: legA, request: 1 },
    { kind: 'openLeg', legId: legB, request: 2 },
  );
  const opened = await until('both legs', () => {
    const legs = said.filter((each) => each.kind === 'legOpened');
    return legs.length === 2 ? legs : undefined;
  });
  const leg = opened.find(({ request }) => request === 1);
  assert.ok(leg?.result.ok);
  customer.socket.connect(leg.result.value.port, '127.0.0.1');
  await once(customer.socket, 'connect');
  const path = join(folder, 'track-1.crj');
  const track = { ...testOrder({ path, keys: testKeys() }), legId: legA };
  const { trackId } = track;
  order(
    { kind: 'setRemote', legId: legA, remote: remoteAt(customer.socket.address().port) },
    { kind: 'setRemote', legId: legB, remote: remoteAt(agent.socket.address().port) },
    { kind: 'setHearing', legId: legB, hears: [legA] },
    { kind: 'startTrack', order: track },
  );
  customer.say();
  await untilHeard(1);

  order({ kind: 'holdTrack', trackId, reason: 'payment' });
  for (let secret = 0; secret < 5; secret++) customer.say();
  // The thread was kept from its sockets until now: the order is there before what had come earlier is read.
  order({ kind: 'resumeTrack', trackId, reason: 'payment' });
  await untilHeard(6);
  for (let after = 0; after < 3; after++) customer.say();
  await untilHeard(9);
  order({ kind: 'sealTrack', trackId });

  const sealed = await until('the sealed track', () =>
    said
      .flatMap((each) =>
        each.kind === 'event' && each.event.kind === 'trackSealed' ? [each.event] : [],
      )
      .at(0),
  );
  assert.equal(sealed.summary.frames, (1 + 3) * 160);
});
