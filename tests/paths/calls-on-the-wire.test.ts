/** The call core on real SIP sockets: what trunks and phones see on the wire, with the media threads stood in for. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { journalFolders } from '#adapters/disk/journal-folders.ts';
import type { Directory } from '#core/directory.ts';
import type { LiveCallsOptions } from '#live/call/live-calls.ts';
import { writeRtpHeader } from '#protocol/rtp/packet.ts';
import type { SipRequest } from '#protocol/sip/message.ts';
import { directory as roomDirectory, openCallRoom, tenant, trunk } from '../rig/call-room.ts';
import { FakeDirectory, sdpOf } from '../rig/fake-call-world.ts';
import { openMediaPlane } from '../rig/media-plane.ts';
import { agentOf, passwordOf, startSignalling } from '../rig/signalling.ts';
import { SipPeer } from '../rig/sip-peer.ts';

const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
});

const deadlineMs = 5000;
const until = async (what: string, isSo: () => boolean): Promise<void> => {
  const end = performance.now() + deadlineMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const sdpText = (...facts: Parameters<typeof sdpOf>): string => sdpOf(...facts).toString();

/** A running centre with a carrier and the registered phone of agent `ani`. */
const openCentre = async (change: Partial<LiveCallsOptions> = {}) => {
  const running = await startSignalling({});
  const carrier = await SipPeer.udp(running.port);
  const phone = await SipPeer.udp(running.port);
  const ani = {
    ...agentOf('ani'),
    tenantId: tenant.id,
    queueIds: roomDirectory.queues.map((queue) => queue.id),
  };
  const directory: Directory = {
    ...roomDirectory,
    agents: [ani],
    trunks: [{ ...trunk, port: carrier.port, allowedAddresses: [`127.0.0.1:${carrier.port}`] }],
  };
  running.setDirectory(directory);
  const room = openCallRoom({
    signalling: running.signalling,
    clock: systemClock,
    directory: new FakeDirectory(directory),
    ...change,
  });
  closers.push(async () => {
    await room.calls.close(0);
    await running.signalling.close();
    carrier.close();
    phone.close();
  });
  const address = '<sip:ani@127.0.0.1>';
  const asked = phone.request('REGISTER', {
    uri: 'sip:127.0.0.1',
    from: `${address};tag=r`,
    to: address,
    headers: [['Expires', '600']],
  });
  const who = { username: 'ani', password: passwordOf('ani') };
  phone.authorized(asked, await phone.nextResponse('401 REGISTER'), who);
  await phone.nextResponse('200 REGISTER');
  await until(
    'the agent is available',
    () => room.calls.agentStates(tenant.id)[0]?.state === 'available',
  );
  return { ...room, carrier, phone, who };
};

type Centre = Awaited<ReturnType<typeof openCentre>>;

/** A call through the queue up to the talk; the customer is the carrier's side. */
const connect = async (centre: Centre, customerSdp = sdpText(), phoneSdp = sdpText()) => {
  const { carrier, phone } = centre;
  const invite = carrier.request('INVITE', { sdp: customerSdp });
  await carrier.nextResponse('180 INVITE');
  const rung = await phone.nextRequest('INVITE');
  phone.respond(rung, 180, { tag: 'phone' });
  phone.respond(rung, 200, { tag: 'phone', sdp: phoneSdp });
  await phone.nextRequest('ACK');
  const answer = await carrier.nextResponse('200 INVITE');
  return { invite, rung, answer };
};

/** A request of the phone inside the dialog that we opened to it. */
const fromPhone = (
  centre: Centre,
  rung: SipRequest,
  method: string,
  cseq: number,
  sdp?: string,
): SipRequest =>
  centre.phone.request(method, {
    uri: /<([^>]*)>/.exec(rung.headers.get('Contact') ?? '')?.[1] ?? '',
    from: `${rung.headers.get('To') ?? ''};tag=phone`,
    to: rung.headers.get('From') ?? '',
    callId: rung.headers.get('Call-ID') ?? '',
    cseq,
    ...(sdp === undefined ? {} : { sdp }),
  });

test('a customer reaches an agent by the queue, both talk, the agent hangs up', async () => {
  const centre = await openCentre();
  const { carrier, phone, ledger } = centre;
  const { invite, rung, answer } = await connect(centre);
  assert.match(answer.body.toString(), /m=audio \d+ RTP\/AVP 0 101/u);
  carrier.inDialog('ACK', invite, answer, 1);
  fromPhone(centre, rung, 'BYE', 1);
  await phone.nextResponse('200 BYE');
  const bye = await carrier.nextRequest('BYE');
  carrier.respond(bye, 200);
  await until('the call is closed', () => ledger.of('callEnded').length === 1);
  assert.equal(ledger.of('callEnded')[0]?.hungUpSide, 'seat');
  assert.equal(ledger.of('recordingSealed').length, 1);
  assert.equal(
    ledger.of('legStarted')[0]?.sipCallId,
    invite.headers.get('Call-ID'),
    'people find the call in a trace',
  );
});

test('a customer who cancels while the phone rings gets 487, and the phone is cancelled', async () => {
  const { carrier, phone, ledger, calls } = await openCentre();
  const via = carrier.via();
  const invite = carrier.request('INVITE', { sdp: sdpText(), via });
  await carrier.nextResponse('180 INVITE');
  const rung = await phone.nextRequest('INVITE');
  phone.respond(rung, 180, { tag: 'phone' });
  await until('the ring is known', () => ledger.of('legRinging').length === 1);
  carrier.request('CANCEL', {
    uri: invite.uri,
    via,
    from: invite.headers.get('From') ?? '',
    to: invite.headers.get('To') ?? '',
    callId: invite.headers.get('Call-ID') ?? '',
  });
  await carrier.nextResponse('200 CANCEL');
  await carrier.nextResponse('487 INVITE');
  const cancel = await phone.nextRequest('CANCEL');
  phone.respond(cancel, 200, { tag: 'phone' });
  phone.respond(rung, 487, { tag: 'phone' });
  await phone.nextRequest('ACK');
  await until('the call is closed', () => ledger.of('callEnded').length === 1);
  assert.equal(ledger.of('callEnded')[0]?.endStatus, 'ringingGiveUp');
  assert.equal(calls.agentStates(tenant.id)[0]?.state, 'available');
});

test('an INVITE without an offer is offered to in the 200 and agreed by the ACK', async () => {
  const centre = await openCentre();
  const { carrier, media } = centre;
  const invite = carrier.request('INVITE', {});
  await carrier.nextResponse('180 INVITE');
  const rung = await centre.phone.nextRequest('INVITE');
  centre.phone.respond(rung, 200, { tag: 'phone', sdp: sdpText() });
  const answer = await carrier.nextResponse('200 INVITE');
  assert.match(answer.body.toString(), /m=audio \d+ RTP\/AVP 0 8 101/u);
  carrier.request('ACK', {
    uri: /<([^>]*)>/.exec(answer.headers.get('Contact') ?? '')?.[1] ?? '',
    from: invite.headers.get('From') ?? '',
    to: answer.headers.get('To') ?? '',
    callId: invite.headers.get('Call-ID') ?? '',
    sdp: sdpText('sendrecv', '8 101'),
  });
  await until('the answer is agreed', () => media.orders.includes('remote PCMA sendrecv'));
});

test("an agent's phone holds and comes back by re-INVITE, answered by our directions", async () => {
  const centre = await openCentre();
  const { carrier, phone, ledger } = centre;
  const { invite, rung, answer } = await connect(centre);
  carrier.inDialog('ACK', invite, answer, 1);
  fromPhone(centre, rung, 'INVITE', 1, sdpText('sendonly'));
  const held = await phone.nextResponse('200 INVITE');
  assert.match(held.body.toString(), /a=recvonly/u);
  fromPhone(centre, rung, 'ACK', 1);
  await until('the hold is in the ledger', () => ledger.of('held').length === 1);
  fromPhone(centre, rung, 'INVITE', 2, sdpText('sendrecv'));
  const back = await phone.nextResponse('200 INVITE');
  assert.match(back.body.toString(), /a=sendrecv/u);
  fromPhone(centre, rung, 'ACK', 2);
  await until('the return is in the ledger', () => ledger.of('unheld').length === 1);
});

test('hold from the console re-invites the customer', async () => {
  const centre = await openCentre();
  const { carrier, calls } = centre;
  const { invite, answer } = await connect(centre);
  carrier.inDialog('ACK', invite, answer, 1);
  const [call] = calls.list(tenant.id);
  assert.ok(call !== undefined);
  const held = await calls.act(tenant.id, call.callId, { action: 'hold' });
  assert.ok(held.ok);
  const reInvite = await carrier.nextRequest('INVITE');
  assert.match(reInvite.body.toString(), /a=sendonly/u);
  carrier.respond(reInvite, 200, { sdp: sdpText('recvonly') });
  await carrier.nextRequest('ACK');
  assert.ok((await calls.act(tenant.id, call.callId, { action: 'hang-up' })).ok);
  carrier.respond(await carrier.nextRequest('BYE'), 200);
});

test('an agent dials out: early media passes as 183, and the refusal keeps its status', async () => {
  const { carrier, phone, who, ledger } = await openCentre();
  const invite = phone.request('INVITE', {
    uri: 'sip:08123456789@127.0.0.1',
    from: '<sip:ani@127.0.0.1>;tag=dial',
    to: '<sip:08123456789@127.0.0.1>',
    sdp: sdpText(),
  });
  phone.authorized(invite, await phone.nextResponse('401 INVITE'), who);
  const outside = await carrier.nextRequest('INVITE');
  assert.match(outside.uri, /^sip:\+628123456789@/u);
  assert.match(outside.headers.get('From') ?? '', /sip:\+62215550001@/u);
  carrier.respond(outside, 183, { tag: 'far', sdp: sdpText() });
  const early = await phone.nextResponse('183 INVITE');
  assert.match(early.body.toString(), /m=audio/u);
  carrier.respond(outside, 486, { tag: 'far' });
  await carrier.nextRequest('ACK');
  await phone.nextResponse('486 INVITE');
  await until('the call is closed', () => ledger.of('callEnded').length === 1);
  assert.equal(ledger.of('callEnded')[0]?.endStatus, 'busy');
});

/** A phone's voice: sends what it is told from a port of its own, keeps what it hears. */
const openVoice = async (ssrc: number) => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  const heard: Buffer[] = [];
  socket.on('message', (bytes) => heard.push(bytes));
  let sequence = 0;
  return {
    heard,
    sdp: sdpText().replace('m=audio 40000', `m=audio ${socket.address().port}`),
    speak: (port: number, byte: number): void => {
      const packet = new Uint8Array(172).fill(byte, 12);
      const timestamp = sequence * 160;
      writeRtpHeader({ payloadType: 0, marker: false, sequence, timestamp, ssrc }, packet, 0);
      sequence++;
      socket.send(packet, port, '127.0.0.1');
    },
  };
};

const rtpPort = (sdp: Buffer): number => Number(/m=audio (\d+)/u.exec(sdp.toString())?.[1]);

test('through the real media threads each hears the other, and every sample of both is in its journal', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'calls-'));
  const media = await openMediaPlane(dataDir, { rtpPorts: { first: 41_000, last: 41_999 } });
  closers.push(async () => {
    await media.close();
    rmSync(dataDir, { recursive: true });
  });
  const centre = await openCentre({ media, folders: journalFolders(dataDir) });
  const { carrier, ledger } = centre;
  const [customer, agent] = [await openVoice(1), await openVoice(2)];
  const { invite, rung, answer } = await connect(centre, customer.sdp, agent.sdp);
  carrier.inDialog('ACK', invite, answer, 1);
  for (let count = 0; count < 25; count++) {
    customer.speak(rtpPort(answer.body), 0x11);
    agent.speak(rtpPort(rung.body), 0x22);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await until('each has heard the other', () =>
    [customer.heard, agent.heard].every((packets) => packets.length >= 20),
  );
  assert.ok(agent.heard.some((packet) => packet.at(-1) === 0x11));
  assert.ok(customer.heard.some((packet) => packet.at(-1) === 0x22));
  const bye = carrier.inDialog('BYE', invite, answer, 2);
  assert.ok(bye);
  const toPhone = await centre.phone.nextRequest('BYE');
  centre.phone.respond(toPhone, 200);
  await until('the recording is sealed', () => ledger.of('recordingSealed').length === 1);
  assert.deepEqual(
    ledger.of('trackSealed').map((track) => [track.summary.frames, track.failedBy]),
    [
      [25 * 160, null],
      [25 * 160, null],
    ],
  );
});
