/** SIP datagrams of a real socket: the last words before it closes, and addresses that are not ours. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { silentLog, silentMetrics } from '../../../tests/rig/silent.ts';
import { NetSipTransport } from './sip-transport.ts';

const makeTransport = (): NetSipTransport =>
  new NetSipTransport({ clock: systemClock, log: silentLog(), metrics: silentMetrics() });

const deaf = { onMessage: () => undefined, onFlowClosed: () => undefined };

test('a BYE sent in the moment of closing still leaves', { timeout: 10_000 }, async () => {
  const peer = createSocket('udp4');
  peer.bind(0, '127.0.0.1');
  await once(peer, 'listening');
  const transport = makeTransport();
  await transport.listen({ host: '127.0.0.1', port: 0 }, deaf);
  const arrived = once(peer, 'message', { signal: AbortSignal.timeout(2000) });
  transport.send(transport.datagramFlow('127.0.0.1', peer.address().port), Buffer.from('BYE'));
  await transport.close();
  try {
    const [bytes] = (await arrived) as [Buffer];
    assert.equal(bytes.toString(), 'BYE');
  } finally {
    peer.close();
  }
});

test('a SIP host that is no address of this machine is refused with the setting to change', async () => {
  const transport = makeTransport();
  // TEST-NET-3: nobody has it.
  await assert.rejects(transport.listen({ host: '203.0.113.250', port: 0 }, deaf), {
    code: 'sip/listen',
    message: /203\.0\.113\.250.* no address of this machine: set CALLREEL_SIP_HOST/,
  });
  await transport.close();
});
