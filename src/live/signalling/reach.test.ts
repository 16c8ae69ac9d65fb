/** A phone says in Contact and Record-Route where to call it: never at an address of others. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { SipRequest } from '#protocol/sip/message.ts';
import { agentOf, passwordOf, sipRoom } from '../../../tests/rig/signalling.ts';

const { start, udpPeer, close } = sipRoom();
after(close);

const bob = agentOf('bob');
const sdp = 'v=0\r\n';
const bobsName = '<sip:bob@127.0.0.1>';

/** Bob's phone, and a device of the house that it would have us call. */
const phoneAndDevice = async () => {
  const running = await start({ agents: [bob] });
  const phone = await udpPeer(running.port);
  const device = await udpPeer(running.port, 0, '127.0.0.2');
  const proves = async (request: SipRequest): Promise<void> => {
    const challenge = await phone.nextResponse(`401 ${request.method}`);
    phone.authorized(request, challenge, { username: 'bob', password: passwordOf('bob') });
  };
  return { running, phone, device, proves };
};

test('a phone that registers with the address of another device in maddr is rung itself', async () => {
  const { running, phone, device, proves } = await phoneAndDevice();
  const request = phone.request('REGISTER', {
    uri: 'sip:127.0.0.1',
    from: `${bobsName};tag=r`,
    to: bobsName,
    contact: `<sip:bob@127.0.0.1:${device.port};maddr=127.0.0.2>`,
  });
  await proves(request);
  await phone.nextResponse('200 REGISTER');
  const { leg } = running.place({ kind: 'agent', agent: bob });
  await phone.nextRequest('INVITE');
  assert.ok(await device.staysSilent(/./, 100));
  leg.hangUp();
});

test('a phone that names another device in Record-Route, or moves there in mid-call, gets the BYE itself', async () => {
  for (const moves of [false, true]) {
    const { running, phone, device, proves } = await phoneAndDevice();
    const elsewhere = `<sip:127.0.0.2:${device.port};lr>`;
    const invite = phone.request('INVITE', {
      from: `${bobsName};tag=b`,
      sdp,
      headers: moves ? [] : [['Record-Route', elsewhere]],
    });
    await proves(invite);
    const call = await running.nextIncoming();
    call.leg?.answer(Buffer.from(sdp));
    const ok = await phone.nextResponse('200 INVITE');
    phone.inDialog('ACK', invite, ok, 2);
    await call.heard('confirmed');
    if (moves) {
      phone.request('UPDATE', {
        uri: `sip:127.0.0.1:${running.port}`,
        from: `${bobsName};tag=b`,
        to: ok.headers.get('To') ?? '',
        callId: invite.headers.get('Call-ID') ?? '',
        cseq: 3,
        contact: elsewhere,
      });
      await phone.nextResponse('200 UPDATE');
    }
    call.leg?.hangUp();
    phone.respond(await phone.nextRequest('BYE'), 200);
    assert.ok(await device.staysSilent(/./, 100));
  }
});
