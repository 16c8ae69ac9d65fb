import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { until } from '../../tests/rig/programs.ts';
import { closeSlowBodies } from './slow-bodies.ts';

const times = { lookMs: 200, leastBytes: 300, mostMs: 3000 };
const server = createServer((request, response) => {
  if (request.url === '/refused') {
    response.writeHead(401, { 'content-length': 0 }).end();
    return;
  }
  let bytes = 0;
  request.on('data', (piece: Buffer) => (bytes += piece.length));
  request.on('end', () => response.end(String(bytes)));
  request.on('error', () => undefined);
});
let port = 0;
const sockets: Socket[] = [];

before(async () => {
  closeSlowBodies(server, ({ url }) => url === '/upload', times);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
after(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** A sender that puts `pieceBytes` on the wire every 50 ms until all is sent or the server has enough. */
const send = (path: string, length: number, pieceBytes: number) => {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  const heard = { text: '', isClosed: false, sent: 0 };
  socket.on('data', (piece) => (heard.text += piece.toString()));
  socket.on('error', () => undefined);
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`);
  const timer = setInterval(() => {
    const piece = Math.min(pieceBytes, length - heard.sent);
    heard.sent += piece;
    if (piece > 0) socket.write(Buffer.alloc(piece));
  }, 50);
  socket.on('close', () => {
    clearInterval(timer);
    heard.isClosed = true;
  });
  return heard;
};

test('an upload that takes many times the limit of other requests comes through while it moves', async () => {
  const heard = send('/upload', 30_000, 1000);
  await until('it is answered', () => (heard.text === '' ? undefined : true));
  assert.match(heard.text, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\n30000$/u);
});

test('an upload that drips is ended, and told so', async () => {
  const heard = send('/upload', 30_000, 1);
  await until('it is closed', () => heard.isClosed || undefined);
  assert.match(heard.text, /^HTTP\/1\.1 408 /u);
  assert.ok(heard.sent < 300, `${heard.sent} bytes`);
});

test('an upload that never ends is ended, however fast it is', async () => {
  const heard = send('/upload', 2 ** 40, 1000);
  await until('it is closed', () => heard.isClosed || undefined);
  assert.match(heard.text, /^HTTP\/1\.1 408 /u);
});

test('what is no upload has the short time, however it moves', async () => {
  const heard = send('/other', 30_000, 1000);
  await until('it is closed', () => heard.isClosed || undefined);
  assert.match(heard.text, /^HTTP\/1\.1 408 /u);
});

test('a body that nobody wants any more does not hold the connection', async () => {
  const heard = send('/refused', 30_000, 10);
  await until('it is closed', () => heard.isClosed || undefined);
  assert.match(heard.text, /^HTTP\/1\.1 401 /u);
});

test('headers that drip are ended as before', () => {
  assert.equal(server.headersTimeout, times.lookMs);
  assert.equal(server.requestTimeout, 0);
});
