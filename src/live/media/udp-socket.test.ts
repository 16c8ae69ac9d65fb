import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import type { SocketReader } from './media-socket.ts';
import { udpSockets } from './udp-socket.ts';

const host = '127.0.0.1';

for (const isConnected of [false, true])
  test(`packets the system refuses are noticed within a second of voice, those it takes are not (${isConnected ? 'connected' : 'not connected'})`, async (t) => {
    const peer = createSocket('udp4');
    peer.bind(0, host);
    await once(peer, 'listening');
    t.after(() => peer.close());
    const { port } = peer.address();
    const refusals = { count: 0 };
    const refused = (): number => refusals.count;
    const reader: SocketReader = {
      datagram: () => undefined,
      error: () => {
        refusals.count++;
      },
      strangersUnseen: () => undefined,
    };
    const leg = await udpSockets(host)(0, reader, 'rtp');
    t.after(() => leg.close());
    if (isConnected) leg.connect(port, host);
    const heard = once(peer, 'message');
    leg.send(Buffer.from('fits'), port, host);
    await heard;
    assert.equal(refused(), 0);
    // Longer than any datagram: EMSGSIZE.
    for (let n = 0; n < 50; n++) leg.send(new Uint8Array(70_000), port, host);
    const deadline = performance.now() + 5000;
    while (refused() === 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 2));
    assert.equal(refused(), 1);
  });
