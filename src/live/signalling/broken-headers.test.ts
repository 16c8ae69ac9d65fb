/** Headers that nobody can read must cost their sender's call at most, never the server. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { SipPeer } from '../../../tests/rig/sip-peer.ts';
import { agentOf, passwordOf, sipRoom, trunkOf } from '../../../tests/rig/signalling.ts';

const sdp = 'v=0\r\n';
const { start, udpPeer, close } = sipRoom();
after(close);

test('a trunk’s INVITE with an unreadable P-Asserted-Identity is a call of the number in From', async () => {
  const running = await start({ trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })] });
  const carrier = await udpPeer(running.port);
  for (const broken of ['<sip:%zz@carrier>', '"open <sip:1@carrier>', '+15550777']) {
    carrier.request('INVITE', { sdp, headers: [['P-Asserted-Identity', broken]] });
    const call = await running.nextIncoming();
    assert.equal(call.incoming?.callerNumber, '+15550100');
    call.leg?.reject(480);
    await carrier.nextResponse('480 INVITE');
  }
});

test('a Record-Route whose display name holds an angle bracket is followed all the same', async () => {
  const running = await start({ trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })] });
  const carrier = await udpPeer(running.port);
  const route = `"edge <1" <sip:127.0.0.1:${carrier.port};lr>`;
  carrier.request('INVITE', { sdp, headers: [['Record-Route', route]] });
  const call = await running.nextIncoming();
  call.leg?.ring();
  await carrier.nextResponse('180 INVITE');
  call.leg?.reject(480);
  await carrier.nextResponse('480 INVITE');
});

test('a challenge of a trunk that breaks the grammar is a refusal', async () => {
  const running = await start({});
  const carrier = await udpPeer(running.port);
  const credentials = { username: 'us', password: 'secret' };
  const trunk = trunkOf({ port: carrier.port, credentials });
  const call = running.place({ kind: 'trunk', trunk, number: '+1555' });
  const invite = await carrier.nextRequest('INVITE');
  const headers: [string, string][] = [['WWW-Authenticate', 'Digest realm, =']];
  carrier.respond(invite, 401, { tag: 'x', headers });
  await carrier.nextRequest('ACK');
  const { cause } = await call.heard('ended');
  assert.deepEqual([cause.how, cause.sipStatus], ['refused', 401]);
});

test('guesses at one agent’s password from many ports of one address are ignored after three dozen; its own phone is not', async () => {
  const running = await start({ agents: [agentOf('agent1')] });
  const register = (peer: SipPeer, cseq: number) =>
    peer.request('REGISTER', {
      uri: 'sip:127.0.0.1',
      from: '<sip:agent1@127.0.0.1>;tag=r',
      to: '<sip:agent1@127.0.0.1>',
      cseq,
    });
  const phone = await udpPeer(running.port);
  const first = register(phone, 1);
  const own = { username: 'agent1', password: passwordOf('agent1') };
  phone.authorized(first, await phone.nextResponse('401 REGISTER'), own);
  await phone.nextResponse('200 REGISTER');
  for (let guess = 0; guess < 36; guess++) {
    const guesser = await udpPeer(running.port);
    const request = register(guesser, 1);
    const wrong = { username: 'agent1', password: `guess${guess}` };
    guesser.authorized(request, await guesser.nextResponse('401 REGISTER'), wrong);
    await guesser.nextResponse('401 REGISTER');
  }
  const late = await udpPeer(running.port);
  register(late, 1);
  assert.ok(await late.staysSilent(/REGISTER/, 300));
  const again = register(phone, 3);
  phone.authorized(again, await phone.nextResponse('401 REGISTER'), own);
  await phone.nextResponse('200 REGISTER');
});
