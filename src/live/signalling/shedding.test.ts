import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { tenant } from '../../../tests/rig/call-room.ts';
import { agentOf, passwordOf, sipRoom, trunkOf } from '../../../tests/rig/signalling.ts';

const { start, udpPeer, close } = sipRoom();
after(close);

const bob = agentOf('bob');
const sdp = 'v=0\r\n';

/** A server that is always too late for new calls, and somebody at a socket. */
const overloaded = async () => {
  const running = await start(
    {
      tenants: [{ ...tenant, id: bob.tenantId, emergencyNumbers: ['112'] }],
      agents: [bob],
      trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })],
    },
    { shedLagMs: 0 },
  );
  const peer = await udpPeer(running.port);
  const dials = (number: string, from: string) =>
    peer.request('INVITE', { uri: `sip:${number}@127.0.0.1:${running.port}`, from, sdp });
  return { running, peer, dials };
};

const bobsName = '<sip:bob@127.0.0.1>;tag=b';

test('an agent’s emergency call is taken while every other new call gets 503', async () => {
  const { running, peer, dials } = await overloaded();
  dials('+15550100', bobsName);
  await peer.nextResponse('503 INVITE');
  const invite = dials('112', bobsName);
  const challenge = await peer.nextResponse('401 INVITE');
  peer.authorized(invite, challenge, { username: 'bob', password: passwordOf('bob') });
  const call = await running.nextIncoming();
  assert.equal(call.incoming?.dialled, '112');
  assert.equal(call.incoming.caller.kind, 'agent');
});

test('nobody but an agent gets past an overload with an emergency number', async () => {
  const { running, peer, dials } = await overloaded();
  dials('112', '<sip:+15550100@carrier.example>;tag=c');
  await peer.nextResponse('503 INVITE');
  assert.equal(running.incoming.length, 0);
});

test('a server that stops takes no emergency call that it would soon end', async () => {
  const { running, peer, dials } = await overloaded();
  running.signalling.drain();
  dials('112', bobsName);
  await peer.nextResponse('503 INVITE');
});
