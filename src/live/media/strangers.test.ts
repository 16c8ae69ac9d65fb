import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { MediaSocket, SocketReader } from './media-socket.ts';
import { udpSockets } from './udp-socket.ts';

const host = '127.0.0.1';

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `waited ten seconds for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const senderOf = async (t: TestContext): Promise<{ socket: Socket; port: number }> => {
  const socket = createSocket('udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { socket, port: socket.address().port };
};

class Ear implements SocketReader {
  readonly heard: { text: string; port: number }[] = [];
  readonly unseen: string[] = [];
  datagram(bytes: Uint8Array, _address: string, port: number): void {
    this.heard.push({ text: Buffer.from(bytes).toString(), port });
  }
  error(): void {
    /* a closed port of the peer is no matter here */
  }
  strangersUnseen(why: string): void {
    this.unseen.push(why);
  }
}

const legOf = async (t: TestContext): Promise<{ leg: MediaSocket; ear: Ear }> => {
  const ear = new Ear();
  const leg = await udpSockets(host)(0, ear, 'rtp');
  t.after(() => leg.close());
  return { leg, ear };
};

test('after the leg is fixed on its peer, both the peer and strangers are told apart by source', async (t) => {
  const { leg, ear } = await legOf(t);
  const [peer, stranger] = [await senderOf(t), await senderOf(t)];
  leg.connect(peer.port, host);
  for (let i = 0; i < 20; i++) {
    peer.socket.send('peer', leg.port, host);
    stranger.socket.send('stranger', leg.port, host);
  }
  await until('all forty', () => ear.heard.length === 40);
  for (const { text, port } of ear.heard)
    assert.equal(port, text === 'peer' ? peer.port : stranger.port);
  assert.equal(ear.heard.filter(({ text }) => text === 'peer').length, 20);
});

test('a leg that looks for its peer anew hears everybody on one socket again', async (t) => {
  const { leg, ear } = await legOf(t);
  const [peer, moved] = [await senderOf(t), await senderOf(t)];
  for (let round = 0; round < 3; round++) {
    leg.connect(peer.port, host);
    assert.equal(leg.isConnected, true);
    leg.disconnect();
    moved.socket.send(`moved ${round}`, leg.port, host);
    await until('the moved peer', () => ear.heard.length === round + 1);
    leg.send(Buffer.from('answer'), moved.port, host);
    await once(moved.socket, 'message');
  }
});

test('a flood of strangers is cut off, the peer is heard through it, and counting goes on later', async (t) => {
  const { leg, ear } = await legOf(t);
  const [peer, stranger] = [await senderOf(t), await senderOf(t)];
  leg.connect(peer.port, host);
  const flood = setInterval(() => {
    for (let i = 0; i < 100; i++) stranger.socket.send('flood', leg.port, host);
  }, 2);
  t.after(() => clearInterval(flood));
  await until('the cut', () => ear.unseen.length === 1);
  assert.deepEqual(ear.unseen, ['flood']);
  const counted = ear.heard.length;
  peer.socket.send('peer', leg.port, host);
  await until('the peer', () => ear.heard.some(({ text }) => text === 'peer'));
  assert.equal(ear.heard.length, counted + 1, 'nothing of the flood while it is cut off');
  clearInterval(flood);
  await until('a stranger counted again', () => {
    stranger.socket.send('later', leg.port, host);
    return ear.heard.some(({ text }) => text === 'later');
  });
});

test('closing the leg closes the ear for strangers: the port is free for an exclusive socket', async (t) => {
  const { leg } = await legOf(t);
  const [peer, next] = [await senderOf(t), createSocket('udp4')];
  leg.connect(peer.port, host);
  leg.close();
  next.bind({ port: leg.port, address: host, exclusive: true });
  await once(next, 'listening');
  next.close();
});

test('the RTCP port reserves the pair: a second server on the same range is refused', async (t) => {
  const open = udpSockets(host);
  const first = await open(0, new Ear(), 'rtcp');
  t.after(() => first.close());
  await assert.rejects(open(first.port, new Ear(), 'rtcp'), { code: 'EADDRINUSE' });
});

/** Its own process, since every file descriptor is used up in it. */
const outOfDescriptors = `
  import { createSocket } from 'node:dgram';
  import { openSync } from 'node:fs';
  import { udpSockets } from '#live/media/udp-socket.ts';
  const told = { heard: 0, unseen: [] };
  const leg = await udpSockets('127.0.0.1')(0, {
    datagram: () => told.heard++, error: () => {}, strangersUnseen: (why) => told.unseen.push(why),
  }, 'rtp');
  const peer = createSocket('udp4');
  await new Promise((resolve) => peer.bind(0, '127.0.0.1', resolve));
  try { for (;;) openSync('/dev/null'); } catch {}
  leg.connect(peer.address().port, '127.0.0.1');
  peer.send('x', leg.port, '127.0.0.1');
  setInterval(() => {
    if (told.heard > 0) { process.stdout.write(JSON.stringify(told)); process.exit(0); }
  }, 5);
  setTimeout(() => process.exit(3), 10_000);
`;

test('without a file descriptor for strangers the peer is heard all the same, and it is said', async () => {
  const shell = 'ulimit -n 96; exec "$0" --input-type=module -e "$1"';
  const { stdout } = await promisify(execFile)('/bin/sh', [
    '-c',
    shell,
    process.execPath,
    outOfDescriptors,
  ]);
  assert.deepEqual(JSON.parse(stdout), { heard: 1, unseen: ['EMFILE'] });
});
