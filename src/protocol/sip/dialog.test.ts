/** Calls between two endpoints of ours on a simulated network: the races of RFC 3261 §13–§15 and RFC 5407. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Packet, type Party, SipNetwork } from '../../../tests/rig/sip-network.ts';
import type { OfferOutcome } from './dialog-offer.ts';
import { Headers } from './message.ts';
import { makeRequest } from './make.ts';
import { writeMessage } from './write.ts';

const answer = Buffer.from('answer');

interface Pair {
  readonly net: SipNetwork;
  readonly a: Party;
  readonly b: Party;
}

const pair = (options: { readonly reliable?: boolean } = {}): Pair => {
  const net = new SipNetwork(options);
  return { net, a: net.party('a'), b: net.party('b') };
};

/** The callee answers at once; the caller's ACK has arrived. */
const talk = ({ net, a, b }: Pair): ReturnType<Party['call']> => {
  const call = a.call('b');
  net.pass(100);
  b.incoming?.accept(answer, net.now);
  net.pass(100);
  return call;
};

/** Everything must be forgotten 64·T1 and more after the last message. */
const settled = ({ net, a, b }: Pair): void => {
  net.pass(70_000);
  for (const party of [a, b]) {
    assert.equal(party.endpoint.dialogCount, 0, `${party.address} keeps a dialog`);
    assert.equal(party.endpoint.layer.size, 0, `${party.address} keeps a transaction`);
  }
  assert.equal(net.wheel.running, 0, 'a timer is still running');
};

test('a call: rings, is answered, acknowledged and hung up by the caller, with no message more than needed', () => {
  const all = pair();
  const { net, a, b } = all;
  const call = a.call('b');
  net.pass(100);
  b.incoming?.ring(180, null, net.now);
  net.pass(100);
  b.incoming?.accept(answer, net.now);
  net.pass(1000);
  call.usage?.bye('', net.now);
  net.pass(1000);
  assert.deepEqual(net.trace(), [
    ...['a>b INVITE', 'b>a 180 INVITE', 'b>a 200 INVITE', 'a>b ACK', 'a>b BYE', 'b>a 200 BYE'],
  ]);
  assert.deepEqual(a.heard, ['ringing 180', 'answered answer']);
  assert.deepEqual(b.heard, ['invite', 'confirmed', 'ended bye by peer']);
  settled(all);
});

test('the callee hangs up; both sides forget the dialog', () => {
  const all = pair({ reliable: true });
  const { net, a, b } = all;
  talk(all);
  b.incoming?.usage?.bye('done', net.now);
  net.pass(100);
  assert.deepEqual(a.heard, ['answered answer', 'ended bye by peer']);
  const bye = net.packets.find(({ what }) => what === 'BYE');
  assert.equal(bye?.message.headers.get('Reason'), 'SIP;text="done"');
  settled(all);
});

test('a lost 200 is repeated by the callee after T1, doubling up to T2, until the ACK comes', () => {
  const all = pair();
  const { net, a, b } = all;
  const isAnswer = ({ what }: Packet): boolean => what === '200 INVITE';
  net.fate = (packet) => (isAnswer(packet) && net.now < 10_000 ? 'lost' : 10);
  a.call('b');
  net.pass(100);
  const answeredAt = net.now;
  b.incoming?.accept(answer, net.now);
  net.pass(20_000);
  assert.deepEqual(
    net.packets.filter(isAnswer).map(({ at }) => at - answeredAt),
    [0, 500, 1500, 3500, 7500, 11_500],
  );
  assert.deepEqual(a.heard, ['answered answer']);
  assert.deepEqual(b.heard, ['invite', 'confirmed']);
});

test('a lost ACK is sent again for each repeated 200, with the same bytes', () => {
  const { net, a, b } = pair();
  let acks = 0;
  net.fate = ({ what }) => (what === 'ACK' && ++acks <= 2 ? 'lost' : 10);
  a.call('b');
  net.pass(100);
  b.incoming?.accept(answer, net.now);
  net.pass(5000);
  const branches = net.packets
    .filter(({ what }) => what === 'ACK')
    .map(({ message }) => message.headers.get('Via'));
  assert.equal(branches.length, 3);
  assert.equal(new Set(branches).size, 1);
  assert.deepEqual(b.heard, ['invite', 'confirmed']);
});

test('an answer that nobody acknowledges is ended by BYE after 64·T1, and the call hears why', () => {
  const all = pair();
  const { net, a, b } = all;
  net.fate = ({ what }) => (what === 'ACK' ? 'lost' : 10);
  a.call('b');
  net.pass(100);
  const answeredAt = net.now;
  b.incoming?.accept(answer, net.now);
  net.pass(40_000);
  assert.deepEqual(b.heard, ['invite', 'ended no-ack by network']);
  const bye = net.packets.find(({ what }) => what === 'BYE');
  assert.equal(bye?.from, 'b');
  assert.equal(bye.at - answeredAt, 32_000);
  assert.deepEqual(a.heard, ['answered answer', 'ended bye by peer']);
  settled(all);
});

test('the callee that hangs up before the ACK waits with its BYE until the ACK is there', () => {
  const all = pair();
  const { net, a, b } = all;
  net.fate = ({ what }) => (what === 'ACK' ? 300 : 10);
  a.call('b');
  net.pass(100);
  b.incoming?.accept(answer, net.now);
  b.incoming?.usage?.bye('', net.now);
  net.pass(200);
  assert.equal(net.trace().includes('b>a BYE'), false);
  net.pass(1000);
  assert.deepEqual(net.trace().slice(-2), ['b>a BYE', 'a>b 200 BYE']);
  assert.deepEqual(a.heard, ['answered answer', 'ended bye by peer']);
  settled(all);
});

test('BYE that overtakes the ACK ends the call once; the late ACK disturbs nobody', () => {
  const all = pair();
  const { net, a, b } = all;
  net.fate = ({ what }) => (what === 'ACK' ? 400 : 10);
  const call = a.call('b');
  net.pass(100);
  b.incoming?.accept(answer, net.now);
  net.pass(20);
  call.usage?.bye('', net.now);
  net.pass(1000);
  assert.deepEqual(b.heard, ['invite', 'ended bye by peer']);
  assert.deepEqual(b.oddities, ['stray-ack']);
  settled(all);
});

test('both hang up in the same instant: two BYEs cross, each gets its 200', () => {
  const all = pair();
  const { net, b } = all;
  const call = talk(all);
  call.usage?.bye('', net.now);
  b.incoming?.usage?.bye('', net.now);
  net.pass(1000);
  assert.deepEqual(net.trace().slice(-4).sort(), [
    ...['a>b 200 BYE', 'a>b BYE', 'b>a 200 BYE', 'b>a BYE'],
  ]);
  settled(all);
});

test('the caller gives up while it rings: CANCEL gets 200, the INVITE 487, and ACK follows', () => {
  const all = pair();
  const { net, a, b } = all;
  const call = a.call('b');
  net.pass(100);
  b.incoming?.ring(180, null, net.now);
  net.pass(100);
  call.cancel('changed my mind', net.now);
  net.pass(1000);
  assert.deepEqual(net.trace().slice(2), [
    ...['a>b CANCEL', 'b>a 200 CANCEL', 'b>a 487 INVITE', 'a>b ACK'],
  ]);
  assert.deepEqual(b.heard, ['invite', 'cancelled']);
  settled(all);
});

test('CANCEL waits for the first provisional response (RFC 3261 §9.1)', () => {
  const all = pair();
  const { net, a } = all;
  net.fate = ({ what, at }) => (what === '100 INVITE' && at < 3000 ? 'lost' : 10);
  const call = a.call('b');
  call.cancel('', net.now);
  net.pass(3000);
  assert.equal(net.trace().includes('a>b CANCEL'), false);
  net.pass(2000);
  assert.equal(net.trace().includes('a>b CANCEL'), true);
  assert.deepEqual(a.heard, []);
  settled(all);
});

test('CANCEL crosses the 200: the caller acknowledges and hangs up', () => {
  const all = pair();
  const { net, a, b } = all;
  const call = a.call('b');
  net.pass(100);
  b.incoming?.ring(180, null, net.now);
  net.pass(100);
  b.incoming?.accept(answer, net.now);
  call.cancel('too late', net.now);
  net.pass(1000);
  assert.deepEqual(a.heard, ['ringing 180']);
  assert.deepEqual(b.heard.slice(-1), ['ended bye by peer']);
  const trace = net.trace();
  assert.ok(trace.includes('a>b ACK') && trace.includes('a>b BYE'));
  settled(all);
});

test('nobody answers the CANCEL: the INVITE is given up after 64·T1', () => {
  const all = pair();
  const { net, a, b } = all;
  const call = a.call('b');
  net.pass(100);
  net.fate = () => 'lost';
  call.cancel('', net.now);
  net.pass(40_000);
  assert.equal(a.endpoint.layer.size, 0);
  b.incoming?.refuse(480, net.now);
  settled(all);
});

test('a retransmitted INVITE after the final refusal gets the refusal again, not a second call', () => {
  const all = pair();
  const { net, a, b } = all;
  b.onIncoming = (invite) => invite.refuse(486, net.now);
  net.fate = ({ what, at }) => (what !== 'INVITE' && what !== 'ACK' && at < 300 ? 'lost' : 10);
  a.call('b');
  net.pass(2000);
  assert.deepEqual(b.heard, ['invite']);
  assert.deepEqual(a.heard, ['refused 486']);
  settled(all);
});

test('two forks answer: the first is the call, the second gets ACK and BYE', () => {
  const net = new SipNetwork();
  const a = net.party('a');
  const call = a.call('b');
  net.pass(100);
  const [invite] = net.packets;
  assert.ok(invite?.message.kind === 'request');
  const { message } = invite;
  const respond = (status: number, tag: string): void => {
    const headers = message.headers.clone();
    headers.set('To', `${message.headers.get('To') ?? ''};tag=${tag}`);
    headers.set('Contact', `<sip:${tag}@b>`);
    const response = { kind: 'response', status, reason: 'x', headers, body: answer } as const;
    net.send('b', 'a', writeMessage(response));
    net.pass(20);
  };
  respond(180, 'one');
  respond(180, 'two');
  respond(200, 'two');
  respond(200, 'one');
  respond(200, 'two');
  assert.deepEqual(a.heard, ['ringing 180', 'ringing 180', 'answered answer']);
  assert.equal(call.usage?.dialog.remoteTag, 'two');
  const sent = net.packets
    .filter(({ from, what }) => from === 'a' && what !== 'INVITE')
    .map(({ what, message: sentMessage }) => {
      const uri = sentMessage.kind === 'request' ? sentMessage.uri : '';
      return `${what} ${uri}`;
    });
  assert.deepEqual(sent, [...['ACK sip:two@b', 'ACK sip:one@b', 'BYE sip:one@b', 'ACK sip:two@b']]);
});

test('hold from either side: the offer is answered and acknowledged', () => {
  const all = pair();
  const { net, b } = all;
  const call = talk(all);
  const outcomes: OfferOutcome[] = [];
  call.usage?.offer(Buffer.from('hold'), (outcome) => outcomes.push(outcome), net.now);
  net.pass(100);
  b.incoming?.usage?.answer(Buffer.from('held'), net.now);
  net.pass(100);
  assert.deepEqual(outcomes, [{ ok: true, sdp: Buffer.from('held') }]);
  assert.deepEqual(b.heard, ['invite', 'confirmed', 'offer hold', 'confirmed']);
  b.incoming?.usage?.offer(Buffer.from('too much'), (outcome) => outcomes.push(outcome), net.now);
  net.pass(100);
  call.usage?.refuse(488, net.now);
  net.pass(100);
  assert.deepEqual(outcomes[1], { ok: false, status: 488 });
  call.usage?.bye('', net.now);
  settled(all);
});

test('both sides offer at once: each refuses with 491, waits its own time and gets through', () => {
  const net = new SipNetwork();
  const a = net.party('a', () => 0.5);
  const b = net.party('b', () => 0.5);
  const call = talk({ net, a, b });
  const outcomes: string[] = [];
  const start = net.now;
  b.onEvent = (event) => {
    if (event.startsWith('offer')) b.incoming?.usage?.answer(answer, net.now);
  };
  a.onEvent = (event) => {
    if (event.startsWith('offer')) call.usage?.answer(answer, net.now);
  };
  call.usage?.offer(Buffer.from('x'), ({ ok }) => outcomes.push(`a ${ok}`), net.now);
  b.incoming?.usage?.offer(Buffer.from('y'), ({ ok }) => outcomes.push(`b ${ok}`), net.now);
  net.pass(10_000);
  assert.deepEqual(outcomes, ['b true', 'a true']);
  const again = net.packets.filter(({ what, at }) => what === 'INVITE' && at > start);
  // The owner of the Call-ID waits 2.1–4 s, the other one 0–2 s (RFC 3261 §14.1).
  const waits = again.map(({ from, at }) => [from, Math.round((at - start) / 100) / 10]);
  assert.deepEqual(waits, [
    ['b', 1],
    ['a', 3.1],
  ]);
});

test('a re-INVITE that the call never answers gets 100, then 504 after ten seconds; the call goes on as it was', () => {
  const all = pair();
  const { net, b } = all;
  const call = talk(all);
  const from = net.packets.length;
  const outcomes: OfferOutcome[] = [];
  call.usage?.offer(Buffer.from('hold'), (outcome) => outcomes.push(outcome), net.now);
  net.pass(9_900);
  assert.equal(outcomes.length, 0);
  net.pass(400);
  assert.deepEqual(outcomes, [{ ok: false, status: 504 }]);
  assert.deepEqual(
    net.packets.slice(from).map(({ what }) => what),
    ['INVITE', '100 INVITE', '504 INVITE', 'ACK'],
    'nothing is repeated while it waits',
  );
  assert.deepEqual(b.oddities, ['unanswered-offer']);
  b.incoming?.usage?.answer(Buffer.from('too late'), net.now);
  net.pass(1000);
  assert.equal(net.packets.at(-1)?.what, 'ACK', 'a late answer goes nowhere');
  b.onEvent = (event) => {
    if (event.startsWith('offer again')) b.incoming?.usage?.answer(Buffer.from('in time'), net.now);
  };
  call.usage?.offer(Buffer.from('again'), (outcome) => outcomes.push(outcome), net.now);
  net.pass(12_000);
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [false, true],
  );
  assert.equal(b.oddities.length, 1, 'an answer in time stops the clock');
  call.usage?.bye('', net.now);
  settled(all);
});

test('BYE while an offer waits for its answer: the offer gets 487 and nothing is left', () => {
  const all = pair();
  const { net, b } = all;
  const call = talk(all);
  call.usage?.offer(Buffer.from('hold'), () => undefined, net.now);
  net.pass(100);
  b.incoming?.usage?.bye('', net.now);
  net.pass(1000);
  assert.equal(net.packets.filter(({ what }) => what === '487 INVITE').length, 1);
  settled(all);
});

test('a request of the peer with an old CSeq is refused with 500', () => {
  const all = pair();
  const { net, a } = all;
  const call = talk(all);
  const dialog = call.usage?.dialog;
  assert.ok(dialog);
  const stale = dialog.makeRequest('INFO', a.endpoint.newVia(dialog.flow), 1);
  net.send('a', 'b', writeMessage(stale));
  net.pass(100);
  assert.equal(net.trace().at(-1), 'b>a 500 INFO');
  const fresh = dialog.makeRequest('INFO', a.endpoint.newVia(dialog.flow));
  net.send('a', 'b', writeMessage(fresh));
  net.pass(100);
  assert.equal(net.trace().at(-1), 'b>a 200 INFO');
});

interface OutsideRow {
  readonly title: string;
  readonly method: string;
  readonly headers?: [string, string][];
  readonly to?: string;
  readonly maxForwards?: number;
  readonly expect: string;
  readonly header?: [string, RegExp];
}

const outside: OutsideRow[] = [
  { title: 'OPTIONS gets 200', method: 'OPTIONS', expect: '200', header: ['Allow', /INVITE/] },
  { title: 'an unknown method gets 501', method: 'DANCE', expect: '501', header: ['Allow', /BYE/] },
  { title: 'MESSAGE gets 405', method: 'MESSAGE', expect: '405', header: ['Allow', /INVITE/] },
  { title: 'BYE without a dialog gets 481', method: 'BYE', expect: '481' },
  {
    title: 'BYE for a dialog we never had gets 481',
    method: 'BYE',
    to: '<sip:1000@b>;tag=gone',
    expect: '481',
  },
  { title: 'CANCEL for nothing gets 481', method: 'CANCEL', expect: '481' },
  {
    title: 'an unknown extension gets 420 and its name',
    method: 'INVITE',
    headers: [['Require', 'timer, teleport']],
    expect: '420',
    header: ['Unsupported', /^teleport$/],
  },
  { title: 'INVITE with Max-Forwards 0 gets 483', method: 'INVITE', maxForwards: 0, expect: '483' },
];

for (const row of outside)
  test(`outside a dialog: ${row.title}, and we remember nothing`, () => {
    const net = new SipNetwork();
    const b = net.party('b');
    const request = makeRequest({
      method: row.method,
      uri: 'sip:1000@b',
      via: 'SIP/2.0/UDP a:5060;branch=z9hG4bKx1',
      from: '<sip:x@a>;tag=1',
      to: row.to ?? '<sip:1000@b>',
      callId: 'c1',
      cseq: 7,
      maxForwards: row.maxForwards ?? 70,
      extra: row.headers ?? [],
    });
    net.send('a', 'b', writeMessage(request));
    net.pass(100);
    net.send('a', 'b', writeMessage(request));
    net.pass(100);
    const answers = net.packets.filter(({ from }) => from === 'b');
    assert.deepEqual(
      answers.map(({ what }) => what.split(' ')[0]),
      [row.expect, row.expect],
    );
    const [first, second] = answers.map(({ message }) => message.headers.get('To'));
    assert.equal(first, second, 'the To tag of a repeated answer stays');
    if (row.header) {
      const [name, pattern] = row.header;
      assert.match(answers[0]?.message.headers.all(name).join(', ') ?? '', pattern);
    }
    assert.equal(b.endpoint.layer.size, 0);
  });

test('the same INVITE on two paths is one call: the second copy gets 482', () => {
  const { net, a, b } = pair();
  a.call('b', { callId: 'merged' });
  net.pass(50);
  const [packet] = net.packets;
  assert.ok(packet?.message.kind === 'request');
  const copy = { ...packet.message, headers: packet.message.headers.clone() };
  copy.headers.set('Via', 'SIP/2.0/UDP a:5060;branch=z9hG4bKother');
  net.send('a', 'b', writeMessage(copy));
  net.pass(50);
  assert.equal(net.trace().at(-1), 'b>a 482 INVITE');
  assert.deepEqual(b.heard, ['invite']);
});

test('malformed INVITE gets 400; a malformed ACK or response gets silence', () => {
  const net = new SipNetwork();
  const b = net.party('b');
  const lines = (start: string, cseq: string): Buffer =>
    Buffer.from(
      [
        start,
        'Via: SIP/2.0/UDP a:5060;branch=z9hG4bKx2',
        'From: <sip:x@a>;tag=1',
        'To: <sip:1000@b>',
        'Call-ID: c2',
        `CSeq: ${cseq}`,
        'Max-Forwards: abc',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    );
  net.send('a', 'b', lines('INVITE sip:1000@b SIP/2.0', '1 INVITE'));
  net.pass(50);
  assert.deepEqual(
    net.trace(({ from }) => from === 'b'),
    ['b>a 400 INVITE'],
  );
  net.send('a', 'b', lines('ACK sip:1000@b SIP/2.0', '1 ACK'));
  net.send('a', 'b', lines('SIP/2.0 200 OK', '1 BROKEN('));
  net.send('a', 'b', Buffer.from('\0\x01rubbish'));
  net.pass(50);
  assert.equal(net.trace(({ from }) => from === 'b').length, 1);
  assert.equal(b.endpoint.layer.size, 0);
});

test('follows Record-Route: the next request goes through the proxy, loose and strict', () => {
  const net = new SipNetwork();
  const b = net.party('b');
  const caller = new Headers();
  for (const [name, value] of [
    ['Via', 'SIP/2.0/UDP p1:5060;branch=z9hG4bKp1'],
    ['Record-Route', '<sip:p1;lr>, <sip:p2;lr>'],
    ['From', '<sip:x@a>;tag=1'],
    ['To', '<sip:1000@b>'],
    ['Call-ID', 'rr'],
    ['CSeq', '1 INVITE'],
    ['Contact', '<sip:x@a:5062>'],
    ['Max-Forwards', '70'],
  ] as const)
    caller.append(name, value);
  const invite = {
    kind: 'request',
    method: 'INVITE',
    uri: 'sip:1000@b',
    headers: caller,
    body: Buffer.from('offer'),
  } as const;
  b.onIncoming = (incoming) => incoming.accept(answer, net.now);
  net.send('p1', 'b', writeMessage({ ...invite, headers: caller.clone() }));
  net.pass(50);
  const ok = net.packets.find(({ what }) => what === '200 INVITE');
  assert.deepEqual(ok?.message.headers.all('Record-Route'), ['<sip:p1;lr>', '<sip:p2;lr>']);
  const dialog = b.incoming?.usage?.dialog;
  assert.ok(dialog);
  const bye = dialog.makeRequest('BYE', b.endpoint.newVia(dialog.flow));
  assert.equal(bye.uri, 'sip:x@a:5062');
  assert.deepEqual(bye.headers.all('Route'), ['<sip:p1;lr>', '<sip:p2;lr>']);
  assert.equal(dialog.flow.remoteAddress, 'p1');
});
