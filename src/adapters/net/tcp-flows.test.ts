/** Hostile and half-open peers on real TCP connections. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { silentLog, silentMetrics } from '../../../tests/rig/silent.ts';
import { systemClock } from '../clock/system-clock.ts';
import { NetSipTransport, type SipTransportOptions } from './sip-transport.ts';

const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
});

interface Listening {
  readonly port: number;
  readonly messages: string[];
  readonly closed: string[];
  readonly transport: NetSipTransport;
}

const listen = async (limits: Partial<SipTransportOptions> = {}): Promise<Listening> => {
  const transport = new NetSipTransport({
    clock: systemClock,
    log: silentLog(),
    metrics: silentMetrics(),
    ...limits,
  });
  const messages: string[] = [];
  const closed: string[] = [];
  const { port } = await transport.listen(
    { host: '127.0.0.1', port: 0 },
    {
      onMessage: (flow, bytes) => {
        messages.push(bytes.toString());
        transport.send(flow, Buffer.from('heard\r\n'));
      },
      onFlowClosed: (flow) => closed.push(flow.key),
    },
  );
  closers.push(() => transport.close());
  return { port, messages, closed, transport };
};

const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};

const gone = async (socket: Socket): Promise<void> => {
  socket.resume();
  if (!socket.closed) await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
};

const message = 'OPTIONS sip:x SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 2\r\n\r\nhi';

test('a message that comes byte by byte arrives once; a ping gets its pong', async () => {
  const server = await listen();
  const socket = await dial(server.port);
  socket.setNoDelay(true);
  for (const byte of Buffer.from(message)) socket.write(Buffer.of(byte));
  const [heard] = (await once(socket, 'data')) as [Buffer];
  assert.equal(heard.toString(), 'heard\r\n');
  assert.deepEqual(server.messages, [message]);
  socket.write('\r\n\r\n');
  const [pong] = (await once(socket, 'data')) as [Buffer];
  assert.equal(pong.toString(), '\r\n');
});

test('a stream that is not SIP is closed, and says so once', async () => {
  const server = await listen();
  const socket = await dial(server.port);
  socket.write('OPTIONS sip:x SIP/2.0\r\nContent-Length: abc\r\n\r\n');
  await gone(socket);
  assert.equal(server.closed.length, 1);
});

test('58 kB of line ends neither stall the server nor fill its memory', async () => {
  const server = await listen();
  const socket = await dial(server.port);
  socket.write('\n'.repeat(58_000));
  socket.write(message);
  await once(socket, 'data');
  assert.deepEqual(server.messages, [message]);
});

test('a peer that never finishes its message is closed, and so is one that never speaks', async () => {
  const server = await listen({ unfinishedMs: 200 });
  const slow = await dial(server.port);
  const silent = await dial(server.port);
  slow.write('OPTIONS sip:x SIP/2.0\r\n');
  await Promise.all([gone(slow), gone(silent)]);
  assert.deepEqual(server.messages, []);
});

test('more connections than one address may have are refused; the others stay', async () => {
  const server = await listen({ maxConnectionsPerAddress: 2 });
  const kept = [await dial(server.port), await dial(server.port)];
  const extra = await dial(server.port);
  await gone(extra);
  for (const socket of kept) assert.equal(socket.destroyed, false);
});

test('a TCP trunk that is wanted while every connection is taken is reached once there is room', async () => {
  const server = await listen({ maxConnections: 1 });
  const trunk = await listen();
  const hop = { transport: 'tcp', host: '127.0.0.1', port: trunk.port } as const;
  const phone = await dial(server.port);
  phone.write(message);
  await once(phone, 'data', { signal: AbortSignal.timeout(5000) });
  assert.equal(await server.transport.findFlow(hop), null);
  phone.destroy();
  const until = performance.now() + 5000;
  while (server.closed.length === 0 && performance.now() < until)
    await new Promise((resolve) => setImmediate(resolve));
  assert.notEqual(await server.transport.findFlow(hop), null);
});

test('sending on a connection that is gone reports it closed, later', async () => {
  const server = await listen();
  const flow = {
    transport: 'tcp',
    remoteAddress: '127.0.0.1',
    remotePort: 1,
    reliable: true,
    key: 'tcp:127.0.0.1:1#99',
  } as const;
  server.transport.send(flow, Buffer.from('x'));
  assert.deepEqual(server.closed, []);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(server.closed, [flow.key]);
});
