/** SIP datagrams of a real socket: the last words before it closes, and addresses that are not ours. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
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

test('no door of this machine is knocked at for a trunk, by address or by name; a phone that was seen there is reached', async () => {
  let knocks = 0;
  const door = createServer((socket) => {
    knocks++;
    socket.destroy();
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const transport = new NetSipTransport({
    clock: systemClock,
    log: silentLog(),
    metrics: silentMetrics(),
    mayReach: (address) => !address.startsWith('127.') && address !== '::1',
  });
  await transport.listen({ host: '127.0.0.1', port: 0 }, deaf);
  try {
    for (const transportName of ['tcp', 'udp'] as const)
      for (const host of ['127.0.0.1', 'localhost', 'localhost'])
        assert.equal(
          await transport.findFlow({ transport: transportName, host, port, isForeign: true }),
          null,
          `${transportName} ${host}`,
        );
    assert.equal(knocks, 0);
    assert.notEqual(await transport.findFlow({ transport: 'tcp', host: '127.0.0.1', port }), null);
  } finally {
    await transport.close();
    door.close();
  }
});
