/** Calls and identities on real sockets. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SipPeer } from '../../../tests/rig/sip-peer.ts';
import {
  agentOf,
  type HeardLeg,
  passwordOf,
  sipRoom,
  trunkOf,
} from '../../../tests/rig/signalling.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { until } from '../../../tests/rig/programs.ts';
import { silentLog, silentMetrics } from '../../../tests/rig/silent.ts';
import type { SipRequest, SipResponse } from '#protocol/sip/message.ts';

const sdp = 'v=0\r\n';
const { start, udpPeer, tcpPeer, close } = sipRoom();
after(close);

const agent1 = agentOf('agent1');
const who1 = { username: 'agent1', password: passwordOf('agent1') };

const register = async (
  peer: SipPeer,
  user: string,
  options: {
    readonly contact?: string;
    readonly expires?: string;
    readonly algorithm?: string;
  } = {},
): Promise<SipRequest> => {
  const address = `<sip:${user}@127.0.0.1>`;
  const request = peer.request('REGISTER', {
    uri: 'sip:127.0.0.1',
    from: `${address};tag=r`,
    to: address,
    headers: [['Expires', options.expires ?? '600']],
  });
  const challenge = await peer.nextResponse('401 REGISTER');
  const credentials = { username: user, password: passwordOf(user) };
  return peer.authorized(request, challenge, credentials, options.algorithm);
};

/** It is answered and acknowledged. @returns the 200 */
const takeCall = async (
  caller: SipPeer,
  invite: SipRequest,
  call: HeardLeg,
): Promise<SipResponse> => {
  call.leg?.answer(Buffer.from(sdp));
  const ok = await caller.nextResponse('200 INVITE');
  caller.inDialog('ACK', invite, ok, 1);
  await call.heard('confirmed');
  return ok;
};

test('a call from a trunk by its address: offered, rings, answered, confirmed, ended by the caller', async () => {
  const running = await start({});
  const carrier = await udpPeer(running.port);
  running.setDirectory({
    trunks: [trunkOf({ allowedAddresses: [`127.0.0.1:${carrier.port}`] })],
  });
  const invite = carrier.request('INVITE', { sdp });
  await carrier.nextResponse('100 INVITE');
  const call = await running.nextIncoming();
  assert.equal(call.incoming?.caller.kind, 'trunk');
  assert.equal(call.incoming.dialled, '1000');
  assert.equal(call.incoming.callerNumber, '+15550100');
  assert.equal(call.incoming.displayName, 'Customer');
  assert.equal(call.incoming.sdp?.toString(), sdp);
  call.leg?.ring();
  await carrier.nextResponse('180 INVITE');
  call.leg?.answer(Buffer.from(sdp));
  const ok = await carrier.nextResponse('200 INVITE');
  assert.equal(ok.body.toString(), sdp);
  assert.match(ok.headers.get('Contact') ?? '', new RegExp(`@127\\.0\\.0\\.1:${running.port}`));
  carrier.inDialog('ACK', invite, ok, 1);
  await call.heard('confirmed');
  carrier.inDialog('BYE', invite, ok, 2);
  await carrier.nextResponse('200 BYE');
  const { cause } = await call.heard('ended');
  assert.deepEqual([cause.by, cause.how], ['peer', 'bye']);
});

test('From names an agent: digest, always, even from a trunk’s address', async () => {
  const running = await start({
    agents: [agent1],
    trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })],
  });
  const phone = await udpPeer(running.port);
  const from = '<sip:agent1@127.0.0.1>;tag=a';
  const invite = phone.request('INVITE', { from, sdp });
  const challenge = await phone.nextResponse('401 INVITE');
  assert.deepEqual(
    challenge.headers.rows('WWW-Authenticate').map((row) => /algorithm=([^,]+)/.exec(row)?.[1]),
    ['MD5', 'SHA-256'],
  );
  phone.authorized(invite, challenge, who1);
  const call = await running.nextIncoming();
  assert.deepEqual(call.incoming?.caller, { kind: 'agent', agent: agent1 });
  call.leg?.reject(486);
  await phone.nextResponse('486 INVITE');
});

test('a phone that gives up on a challenge with SHA-256 is offered MD5 alone when it asks again, and from then on', async () => {
  const running = await start({ agents: [agent1] });
  const phone = await udpPeer(running.port);
  const ask = (cseq: number, headers: [string, string][] = []): SipRequest =>
    phone.request('REGISTER', {
      uri: 'sip:127.0.0.1',
      from: '<sip:agent1@127.0.0.1>;tag=r',
      to: '<sip:agent1@127.0.0.1>',
      cseq,
      headers,
    });
  const offered = async (): Promise<number> => {
    const challenge = await phone.nextResponse('401 REGISTER');
    return challenge.headers.rows('WWW-Authenticate').length;
  };
  ask(1);
  assert.equal(await offered(), 2);
  const request = ask(2);
  const challenge = await phone.nextResponse('401 REGISTER');
  assert.match(
    challenge.headers.rows('WWW-Authenticate').join('\n'),
    /^[^\n]*algorithm=MD5[^\n]*$/,
  );
  phone.authorized(request, challenge, who1);
  await phone.nextResponse('200 REGISTER');
  ask(9);
  assert.equal(await offered(), 1);
  const baresip = await udpPeer(running.port);
  baresip.request('REGISTER', {
    uri: 'sip:127.0.0.1',
    from: '<sip:agent1@127.0.0.1>;tag=r',
    to: '<sip:agent1@127.0.0.1>',
    headers: [['User-Agent', 'baresip v1.0.0 (x86_64/linux)']],
  });
  const alone = await baresip.nextResponse('401 REGISTER');
  assert.equal(alone.headers.rows('WWW-Authenticate').length, 1);
});

test('an agent may not call under another agent’s name', async () => {
  const running = await start({ agents: [agent1, agentOf('agent2')] });
  const phone = await udpPeer(running.port);
  const invite = phone.request('INVITE', { from: '<sip:agent2@127.0.0.1>;tag=a', sdp });
  phone.authorized(invite, await phone.nextResponse('401 INVITE'), who1);
  await phone.nextResponse('403 INVITE');
  assert.equal(running.incoming.length, 0);
});

test('a stranger is challenged once, then refused, then met with silence, each port on its own', async () => {
  const running = await start({ agents: [agent1] });
  const stranger = await udpPeer(running.port);
  stranger.request('INVITE', { sdp });
  await stranger.nextResponse('401 INVITE');
  stranger.request('INVITE', { sdp });
  await stranger.nextResponse('403 INVITE');
  stranger.request('INVITE', { sdp });
  assert.ok(await stranger.staysSilent(/INVITE/, 300));
  const other = await udpPeer(running.port);
  other.request('INVITE', { sdp });
  await other.nextResponse('401 INVITE');
  assert.equal(running.incoming.length, 0);
});

test('a phone that kept trying before its agent was made registers at once when it is', async () => {
  const running = await start({ agents: [agent1] });
  const phone = await udpPeer(running.port);
  // A host name of ours that nobody told us: only its credentials can say who it is.
  const ask = (cseq: number) =>
    phone.request('REGISTER', {
      uri: 'sip:calls.example.test',
      from: '<sip:agent9@calls.example.test>;tag=r',
      to: '<sip:agent9@calls.example.test>',
      cseq,
    });
  ask(1);
  await phone.nextResponse('401 REGISTER');
  ask(2);
  await phone.nextResponse('403 REGISTER');
  ask(3);
  assert.ok(await phone.staysSilent(/REGISTER/, 300));
  running.setDirectory({ agents: [agent1, agentOf('agent9')] });
  const request = ask(4);
  const credentials = { username: 'agent9', password: passwordOf('agent9') };
  phone.authorized(request, await phone.nextResponse('401 REGISTER'), credentials);
  await phone.nextResponse('200 REGISTER');
});

test('a password that was mended lets a phone in that had guessed too often', async () => {
  const running = await start({ agents: [{ ...agentOf('agent1'), ha1: agentOf('other').ha1 }] });
  const phone = await udpPeer(running.port);
  for (let i = 0; i < 12; i++) {
    await register(phone, 'agent1');
    await phone.nextResponse(i < 3 ? '401 REGISTER' : '403 REGISTER');
  }
  running.setDirectory({ agents: [agent1] });
  await register(phone, 'agent1');
  await phone.nextResponse('200 REGISTER');
});

test('a trunk from an unknown address is let in by its credentials', async () => {
  const credentials = { username: 'carrier', password: 'p' };
  const running = await start({ trunks: [trunkOf({ credentials })] });
  const carrier = await udpPeer(running.port);
  const invite = carrier.request('INVITE', { sdp });
  carrier.authorized(invite, await carrier.nextResponse('401 INVITE'), credentials, 'MD5');
  const call = await running.nextIncoming();
  assert.equal(call.incoming?.caller.kind, 'trunk');
  call.leg?.hangUp();
  await carrier.nextResponse('480 INVITE');
});

test('a trunk with a password makes call after call, each challenged anew', async () => {
  const credentials = { username: 'carrier', password: 'p' };
  const running = await start({ trunks: [trunkOf({ credentials })] });
  const carrier = await udpPeer(running.port);
  for (let call = 0; call < 4; call++) {
    const invite = carrier.request('INVITE', { sdp });
    carrier.authorized(invite, await carrier.nextResponse('401 INVITE'), credentials, 'MD5');
    (await running.nextIncoming()).leg?.hangUp();
    await carrier.nextResponse('480 INVITE');
  }
});

test('a call from an address that no trunk allows is told to the operator, with what it dialled', async () => {
  const running = await start({ trunks: [trunkOf({ allowedAddresses: ['192.0.2.1'] })] });
  const carrier = await udpPeer(running.port);
  carrier.request('INVITE', { uri: 'sip:+12025550123@127.0.0.1', sdp });
  await carrier.nextResponse('401 INVITE');
  const told = await until('the line', () =>
    running.log.events.find(({ event }) => event === 'sip.stranger-refused'),
  );
  assert.equal(told.level, 'warn');
  assert.equal(told.facts?.['address'], '127.0.0.1');
  assert.equal(told.facts['dialled'], '+12025550123');
});

test('a wrong password is challenged three times, then forbidden, then ignored; another source is not punished', async () => {
  const running = await start({ agents: [agent1] });
  const phone = await udpPeer(running.port);
  const wrong = { username: 'agent1', password: 'guess' };
  const words: string[] = [];
  for (let i = 0; i < 13; i++) {
    const request = phone.request('REGISTER', {
      uri: 'sip:127.0.0.1',
      from: '<sip:agent1@127.0.0.1>;tag=r',
      to: '<sip:agent1@127.0.0.1>',
      cseq: 2 * i + 1,
    });
    if (i === 12) {
      assert.ok(await phone.staysSilent(/REGISTER/, 300));
      break;
    }
    phone.authorized(request, await phone.nextResponse('401 REGISTER'), wrong);
    const expected = i < 3 ? '401 REGISTER' : '403 REGISTER';
    await phone.nextResponse(expected);
    words.push(expected);
  }
  assert.equal(words.length, 12);
  // The operator learns of it once, not twelve times, and nothing of the password.
  const told = () => running.log.events.filter(({ event }) => event === 'sip.registration-refused');
  assert.deepEqual(told(), [
    {
      level: 'warn',
      event: 'sip.registration-refused',
      facts: {
        sipUsername: 'agent1',
        address: '127.0.0.1',
        why: 'the password is wrong',
      },
    },
  ]);
  assert.equal(running.metrics.value('sip_wrong_passwords_total'), 12);
  const right = await udpPeer(running.port);
  await register(right, 'agent1');
  await right.nextResponse('200 REGISTER');
  assert.equal(running.metrics.value('sip_wrong_passwords_total'), 12, 'a challenge is no refusal');
});

test('a wrong password of a trunk is told by the name of the trunk, and anew once another password counts', async () => {
  const trunks = (password: string) => [
    trunkOf({ name: 'Carrier & sons', credentials: { username: 'carrier', password } }),
  ];
  const running = await start({ trunks: trunks('p') });
  const told = () => running.log.events.filter(({ event }) => event === 'sip.call-refused');
  const guess = async () => {
    const peer = await udpPeer(running.port);
    const invite = peer.request('INVITE', { sdp });
    const who = { username: 'carrier', password: 'guess' };
    peer.authorized(invite, await peer.nextResponse('401 INVITE'), who);
    await peer.nextResponse('401 INVITE');
  };
  await guess();
  await guess();
  const facts = { trunk: 'Carrier & sons', address: '127.0.0.1', why: 'the password is wrong' };
  const once = { level: 'warn', event: 'sip.call-refused', facts };
  assert.deepEqual(told(), [once], 'once a minute');
  running.setDirectory({ trunks: trunks('new') });
  await guess();
  assert.deepEqual(told(), [once, once]);
});

test('registers with SHA-256 and with MD5, is told its contacts, and leaves with Expires: 0', async () => {
  const running = await start({ agents: [agent1] });
  const changes: number[] = [];
  running.signalling.onRegistration((_agent, contacts) => changes.push(contacts));
  const phone = await udpPeer(running.port);
  await register(phone, 'agent1', { algorithm: 'MD5' });
  const first = await phone.nextResponse('200 REGISTER');
  assert.match(first.headers.get('Contact') ?? '', /expires=600/);
  const second = await udpPeer(running.port);
  await register(second, 'agent1', { algorithm: 'SHA-256' });
  const both = await second.nextResponse('200 REGISTER');
  assert.equal(both.headers.all('Contact').length, 2);
  assert.equal(running.signalling.registeredContacts(agent1), 2);
  await register(phone, 'agent1', { expires: '0' });
  await phone.nextResponse('200 REGISTER');
  assert.deepEqual(changes, [1, 2, 1]);
});

test('every phone of an agent rings at once; the first answer wins and the others are cancelled', async () => {
  const running = await start({ agents: [agent1] });
  const desk = await udpPeer(running.port);
  const soft = await udpPeer(running.port);
  for (const phone of [desk, soft]) {
    await register(phone, 'agent1');
    await phone.nextResponse('200 REGISTER');
  }
  const call = running.place({ kind: 'agent', agent: agent1 }, { displayName: 'A "quoted" name' });
  const atDesk = await desk.nextRequest('INVITE');
  const atSoft = await soft.nextRequest('INVITE');
  assert.match(atDesk.headers.get('From') ?? '', /^"A \\"quoted\\" name" <sip:\+15550100@127/);
  desk.respond(atDesk, 180, { tag: 'd' });
  soft.respond(atSoft, 180, { tag: 's' });
  await call.heard('ringing');
  soft.respond(atSoft, 200, { tag: 's', sdp: 'answer' });
  const answered = await call.heard('answered');
  assert.equal(answered.sdp?.toString(), 'answer');
  await soft.nextRequest('ACK');
  const cancel = await desk.nextRequest('CANCEL');
  assert.match(cancel.headers.get('Reason') ?? '', /cause=200/);
  desk.respond(cancel, 200, { tag: 'd' });
  desk.respond(atDesk, 487, { tag: 'd' });
  await desk.nextRequest('ACK');
  call.leg.hangUp('done');
  const bye = await soft.nextRequest('BYE');
  soft.respond(bye, 200);
  const { cause } = await call.heard('ended');
  assert.deepEqual([cause.by, cause.how], ['us', 'bye']);
});

/** A call of ours that a carrier has just been asked to put through. */
const askCarrier = async (
  options: {
    readonly credentials?: { readonly username: string; readonly password: string };
    readonly ringSeconds?: number;
  } = {},
) => {
  const { credentials = null, ringSeconds = 20 } = options;
  const running = await start({});
  const carrier = await udpPeer(running.port);
  const trunk = trunkOf({ port: carrier.port, credentials });
  const to = { kind: 'trunk', trunk, number: '+15550199' } as const;
  const call = running.place(to, { callerNumber: '+15550111', ringSeconds });
  return { carrier, call, invite: await carrier.nextRequest('INVITE') };
};

test('a call out by a trunk says who calls, and answers its challenge once', async () => {
  const credentials = { username: 'us', password: 'secret' };
  const { carrier, call, invite: first } = await askCarrier({ credentials });
  assert.equal(first.uri, `sip:+15550199@127.0.0.1:${carrier.port}`);
  assert.equal(first.headers.get('P-Asserted-Identity'), '<sip:+15550111@127.0.0.1>');
  const challenge: [string, string][] = [
    ['Proxy-Authenticate', 'Digest realm="carrier", nonce="n", algorithm=MD5, qop="auth"'],
  ];
  carrier.respond(first, 407, { tag: 'x', headers: challenge });
  await carrier.nextRequest('ACK');
  const second = await carrier.nextRequest('INVITE');
  assert.match(second.headers.get('Proxy-Authorization') ?? '', /username="us", realm="carrier"/);
  assert.equal(second.headers.get('CSeq'), '2 INVITE');
  assert.equal(second.headers.get('Call-ID'), first.headers.get('Call-ID'));
  carrier.respond(second, 407, { tag: 'y', headers: challenge });
  await carrier.nextRequest('ACK');
  const { cause } = await call.heard('ended');
  assert.deepEqual([cause.by, cause.how, cause.sipStatus], ['peer', 'refused', 407]);
});

test('early media of a trunk passes, and its refusal keeps its status', async () => {
  const { carrier, call, invite } = await askCarrier();
  carrier.respond(invite, 183, { tag: 'x', sdp: 'early' });
  const ringing = await call.heard('ringing');
  assert.deepEqual([ringing.status, ringing.sdp?.toString()], [183, 'early']);
  carrier.respond(invite, 486, { tag: 'x' });
  await carrier.nextRequest('ACK');
  const { cause } = await call.heard('ended');
  assert.deepEqual([cause.by, cause.how, cause.sipStatus], ['peer', 'refused', 486]);
});

test('nobody answers within ringSeconds: CANCEL, and the leg ends with no-answer', async () => {
  const { carrier, call, invite } = await askCarrier({ ringSeconds: 0.3 });
  carrier.respond(invite, 180, { tag: 'x' });
  const cancel = await carrier.nextRequest('CANCEL');
  carrier.respond(cancel, 200, { tag: 'x' });
  carrier.respond(invite, 487, { tag: 'x' });
  await carrier.nextRequest('ACK');
  const { cause } = await call.heard('ended');
  assert.deepEqual([cause.by, cause.how], ['us', 'no-answer']);
});

test('an agent without a phone cannot be reached; the leg says so after place has returned', async () => {
  const running = await start({ agents: [agent1] });
  const call = running.place({ kind: 'agent', agent: agent1 });
  assert.deepEqual(call.events, [], 'no event before place returns');
  assert.equal((await call.heard('ended')).cause.how, 'transport');
});

test('a trunk that refuses our TCP connection cannot be reached', async () => {
  const running = await start({});
  const closed = await SipPeer.udp(running.port);
  const trunk = trunkOf({ port: closed.port, transport: 'tcp' });
  const call = running.place({ kind: 'trunk', trunk, number: '1' });
  assert.equal((await call.heard('ended')).cause.how, 'transport');
  closed.close();
});

test('a trunk is asked with OPTIONS: any answer but 503 is somebody who is there', async () => {
  const running = await start({});
  const carrier = await udpPeer(running.port);
  const trunk = trunkOf({ port: carrier.port });
  for (const [status, isReachable] of [
    [200, true],
    [405, true],
    [503, false],
  ] as const) {
    const asked = running.signalling.probe(trunk);
    const request = await carrier.nextRequest('OPTIONS');
    assert.equal(request.uri, `sip:127.0.0.1:${carrier.port}`);
    assert.equal(request.headers.get('Max-Forwards'), '70');
    carrier.respond(request, status, { tag: 'x' });
    const answer = await asked;
    assert.deepEqual([answer.status, answer.isReachable], [status, isReachable]);
    assert.ok(answer.roundTripMs !== null && answer.roundTripMs < 4000);
  }
});

test('a trunk that says nothing, or refuses our TCP connection, is not there', async () => {
  const running = await start({});
  const silent = await udpPeer(running.port);
  const nobody = { isReachable: false, status: null, roundTripMs: null };
  const transport = 'tcp' as const;
  const [quiet, closed] = await Promise.all([
    running.signalling.probe(trunkOf({ port: silent.port })),
    running.signalling.probe(trunkOf({ port: silent.port, transport })),
  ]);
  assert.deepEqual(quiet, nobody);
  assert.deepEqual(closed, nobody);
});

test('the caller gives up: the leg hears cancel', async () => {
  const running = await start({ trunks: [trunkOf({ allowedAddresses: ['127.0.0.0/8'] })] });
  const carrier = await udpPeer(running.port);
  const invite = carrier.request('INVITE', { sdp });
  const call = await running.nextIncoming();
  call.leg?.ring();
  await carrier.nextResponse('180 INVITE');
  carrier.request('CANCEL', {
    via: invite.headers.get('Via') ?? '',
    from: invite.headers.get('From') ?? '',
    to: invite.headers.get('To') ?? '',
    callId: invite.headers.get('Call-ID') ?? '',
    uri: invite.uri,
  });
  await carrier.nextResponse('200 CANCEL');
  await carrier.nextResponse('487 INVITE');
  const { cause } = await call.heard('ended');
  assert.deepEqual([cause.by, cause.how], ['peer', 'cancel']);
});

test('a withheld number is anonymous, and a trunk’s asserted identity is believed', async () => {
  const running = await start({ trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })] });
  const carrier = await udpPeer(running.port);
  const numbers: (string | undefined)[] = [];
  const cases: [string, string][][] = [
    [['P-Asserted-Identity', '<sip:+15550777@carrier>']],
    [
      ['P-Asserted-Identity', '<tel:+15550777>'],
      ['Privacy', 'id'],
    ],
    [['P-Asserted-Identity', '"Real" <tel:+15550777>']],
  ];
  for (const headers of cases) {
    carrier.request('INVITE', { sdp, headers });
    const call = await running.nextIncoming();
    numbers.push(call.incoming?.callerNumber);
    call.leg?.reject(480);
    await carrier.nextResponse('480 INVITE');
  }
  assert.deepEqual(numbers, ['+15550777', 'anonymous', '+15550777']);
});

test('a phone on TCP registers, is rung on its own connection, and is forgotten when that closes', async () => {
  const running = await start({ agents: [agent1] });
  const phone = await tcpPeer(running.port);
  await register(phone, 'agent1');
  await phone.nextResponse('200 REGISTER');
  const call = running.place({ kind: 'agent', agent: agent1 });
  const invite = await phone.nextRequest('INVITE');
  assert.match(invite.headers.get('Via') ?? '', /^SIP\/2\.0\/TCP/);
  assert.match(invite.headers.get('Contact') ?? '', /transport=tcp/);
  phone.respond(invite, 180, { tag: 'x' });
  await call.heard('ringing');
  phone.close();
  const { cause } = await call.heard('ended');
  assert.deepEqual([cause.by, cause.how], ['network', 'transport']);
  assert.equal(running.signalling.registeredContacts(agent1), 0);
});

test('while draining, new calls get 503 with Retry-After', async () => {
  const running = await start({ trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })] });
  const carrier = await udpPeer(running.port);
  running.signalling.drain();
  carrier.request('INVITE', { sdp });
  const response = await carrier.nextResponse('503 INVITE');
  assert.equal(response.headers.get('Retry-After'), '5');
});

test('while timers are late, new calls get 503 with Retry-After; calls that are up go on, and the door opens again', async () => {
  const behind = { ms: 0 };
  const clock = {
    ...systemClock,
    // The timer comes late by as much as the event loop is behind.
    setTimer: (delayMs: number, onDue: () => void) =>
      systemClock.setTimer(delayMs, () => {
        const untilMs = performance.now() + behind.ms;
        while (performance.now() < untilMs);
        onDue();
      }),
  };
  const running = await start(
    { trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })] },
    { clock, shedLagMs: 30 },
  );
  const carrier = await udpPeer(running.port);
  const invite = carrier.request('INVITE', { sdp });
  const call = await running.nextIncoming();
  const ok = await takeCall(carrier, invite, call);
  behind.ms = 80;
  const untilMs = performance.now() + 10_000;
  for (let shed = false; !shed;) {
    assert.ok(performance.now() < untilMs, 'never shed');
    const late = await udpPeer(running.port);
    late.request('INVITE', { sdp });
    shed = await late.nextResponse('503 INVITE').then(
      (response) => response.headers.get('Retry-After') === '5',
      () => false,
    );
  }
  carrier.inDialog('BYE', invite, ok, 2);
  await carrier.nextResponse('200 BYE');
  behind.ms = 0;
  for (let open = false; !open;) {
    assert.ok(performance.now() < untilMs + 10_000, 'never open again');
    const next = await udpPeer(running.port);
    next.request('INVITE', { sdp });
    open = !(await next.staysSilent(/^100 INVITE$/, 400));
  }
});

test('the server stops: a call that talks gets BYE, one that rings in 503, one that rings out CANCEL, each leg hears shutdown', async () => {
  const running = await start({ agents: [agent1] });
  const [talker, caller, called] = [
    await udpPeer(running.port),
    await udpPeer(running.port),
    await udpPeer(running.port),
  ];
  const carrier = trunkOf({ port: called.port, allowedAddresses: ['127.0.0.1'] });
  running.setDirectory({ trunks: [carrier] });
  const invite = talker.request('INVITE', { sdp });
  const talking = await running.nextIncoming();
  await takeCall(talker, invite, talking);
  caller.request('INVITE', { sdp });
  const ringing = await running.nextIncoming();
  const outgoing = running.place({ kind: 'trunk', trunk: carrier, number: '+15550123' });
  called.respond(await called.nextRequest('INVITE'), 180, { tag: 'callee' });
  await outgoing.heard('ringing');
  const closing = running.signalling.close();
  const bye = await talker.nextRequest('BYE');
  assert.match(bye.headers.get('Reason') ?? '', /the server stops/);
  talker.respond(bye, 200);
  assert.equal((await caller.nextResponse('503 INVITE')).status, 503);
  called.respond(await called.nextRequest('CANCEL'), 200, { tag: 'callee' });
  await closing;
  for (const leg of [talking, ringing, outgoing]) {
    const ends = leg.events.filter(({ kind }) => kind === 'ended');
    assert.equal(ends.length, 1);
    assert.deepEqual(
      ends.map((end) => end.kind === 'ended' && [end.cause.by, end.cause.how]),
      [['us', 'shutdown']],
    );
  }
});

test('a call over IPv6: brackets in Via and Contact, the trunk found by its address however it is written, and called back', async () => {
  const running = await start({}, { host: '::1' });
  const carrier = await udpPeer(running.port, 0, '::1');
  const trunk = trunkOf({
    host: '::1',
    port: carrier.port,
    allowedAddresses: [`[0:0:0::1]:${carrier.port}`],
  });
  running.setDirectory({ trunks: [trunk] });
  const invite = carrier.request('INVITE', { sdp });
  const call = await running.nextIncoming();
  assert.equal(call.incoming?.caller.kind, 'trunk');
  const ok = await takeCall(carrier, invite, call);
  assert.match(ok.headers.get('Contact') ?? '', new RegExp(`@\\[::1\\]:${running.port}>`));
  call.leg?.hangUp();
  const bye = await carrier.nextRequest('BYE');
  assert.match(bye.headers.get('Via') ?? '', new RegExp(`UDP \\[::1\\]:${running.port};`));
  carrier.respond(bye, 200);
  const outgoing = running.place({ kind: 'trunk', trunk, number: '+15550123' });
  const out = await carrier.nextRequest('INVITE');
  assert.equal(out.uri, `sip:+15550123@[::1]:${carrier.port}`);
  assert.match(out.headers.get('From') ?? '', /<sip:\+15550100@\[::1\]>/);
  assert.match(out.headers.get('P-Asserted-Identity') ?? '', /@\[::1\]>/);
  carrier.respond(out, 486, { tag: 'busy' });
  await carrier.nextRequest('ACK');
  assert.equal((await outgoing.heard('ended')).cause.sipStatus, 486);
});

test('hold by the peer and by us passes through the leg', async () => {
  const running = await start({ trunks: [trunkOf({ allowedAddresses: ['127.0.0.1'] })] });
  const carrier = await udpPeer(running.port);
  const invite = carrier.request('INVITE', { sdp });
  const call = await running.nextIncoming();
  const ok = await takeCall(carrier, invite, call);
  call.onEvent = (event) => {
    if (event.kind === 'offered')
      call.leg?.answerOffer({ ok: true, value: { sdp: Buffer.from('held') } });
  };
  const hold = carrier.request('UPDATE', {
    uri: /<([^>]*)>/.exec(ok.headers.get('Contact') ?? '')?.[1] ?? '',
    from: invite.headers.get('From') ?? '',
    to: ok.headers.get('To') ?? '',
    callId: invite.headers.get('Call-ID') ?? '',
    cseq: 2,
    sdp: 'hold',
  });
  assert.equal(hold.method, 'UPDATE');
  const held = await carrier.nextResponse('200 UPDATE');
  assert.equal(held.body.toString(), 'held');
  const ours = call.leg?.offer(Buffer.from('our hold'));
  const reinvite = await carrier.nextRequest('INVITE');
  assert.equal(reinvite.body.toString(), 'our hold');
  carrier.respond(reinvite, 200, { sdp: 'ok, held' });
  await carrier.nextRequest('ACK');
  const outcome = await ours;
  assert.ok(outcome?.ok);
  assert.equal(outcome.value.sdp.toString(), 'ok, held');
  call.leg?.hangUp();
  carrier.respond(await carrier.nextRequest('BYE'), 200);
});

test('a taken port is told with the option that changes it', async () => {
  const running = await start({});
  const transport = new NetSipTransport({
    clock: systemClock,
    log: silentLog(),
    metrics: silentMetrics(),
  });
  const receiver = { onMessage: () => undefined, onFlowClosed: () => undefined };
  await assert.rejects(transport.listen({ host: '127.0.0.1', port: running.port }, receiver), {
    code: 'sip/port-taken',
    message: /CALLREEL_SIP_PORT/,
  });
  await transport.close();
});
