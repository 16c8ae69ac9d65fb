import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import { silentLog, silentMetrics } from '../../tests/rig/silent.ts';
import { Phone } from './phone.ts';
import { BuiltInCaller } from './try-out-caller.ts';

const host = '127.0.0.1';
const log = silentLog();
const openTransport = () =>
  new NetSipTransport({ clock: systemClock, log, metrics: silentMetrics() });
const closers: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
});

test('a port that another program lets go in a moment is waited for, and one that it keeps is refused in words that help', async () => {
  const called = await Phone.open({
    transport: openTransport(),
    clock: systemClock,
    log,
    host,
    server: { host, port: 9 },
    user: 'bert',
  });
  closers.push(() => called.close());
  const caller = new BuiltInCaller({
    openTransport,
    clock: systemClock,
    log,
    server: { host, port: called.port },
  });
  closers.push(() => caller.close());
  const other = createSocket('udp4');
  other.bind(0, host);
  await once(other, 'listening');
  const { port } = other.address();
  const order = { number: 'bert', from: { host, port } };

  const refused = await caller.call(order);
  assert.equal(!refused.ok && refused.error.why, 'port-taken');
  assert.match((!refused.ok && refused.error.detail) || '', /close it, or call from it yourself/);
  const ringing = called.nextCall();
  setTimeout(() => other.close(), 200);
  const rung = caller.call(order);
  (await ringing).ring();
  assert.ok((await rung).ok);
});
