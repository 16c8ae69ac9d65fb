import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { captureLoopback } from './tshark.ts';

const folder = mkdtempSync(join(tmpdir(), 'tshark-'));
after(() => rmSync(folder, { recursive: true }));

const send = (port: number, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.send(text, port, '127.0.0.1', (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });

const message = (sdp: string): string =>
  [
    'INVITE sip:1000@127.0.0.1 SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bK1',
    'From: <sip:a@127.0.0.1>;tag=1',
    'To: <sip:b@127.0.0.1>',
    'Call-ID: 1@127.0.0.1',
    'CSeq: 1 INVITE',
    'Max-Forwards: 70',
    'Content-Type: application/sdp',
    `Content-Length: ${sdp.length}`,
    '',
    sdp,
  ].join('\r\n');

test('passes a sound INVITE and names a malformed one', async () => {
  const capture = await captureLoopback(join(folder, 'a.pcapng'), 'udp port 5060', 20_000);
  const sound = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n';
  await send(5060, message(sound));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await send(5060, message('v=0\r\no=-\r\nt=\r\nm=audio\r\n'));
  await new Promise((resolve) => setTimeout(resolve, 700));
  const report = await capture.finish();
  assert.equal(report.sipMessages, 2);
  assert.equal(report.malformed.length, 1, report.malformed.join('\n'));
});
