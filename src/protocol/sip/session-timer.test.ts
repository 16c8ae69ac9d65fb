/** Session timers (RFC 4028) between two endpoints on a simulated network, and against peers that know less. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Packet, type Party, SipNetwork } from '../../../tests/rig/sip-network.ts';
import type { Authorize } from './dialog-usage.ts';
import { cseqOf } from './headers.ts';
import type { SipMessage, SipRequest } from './message.ts';
import { makeRequest, makeResponse } from './make.ts';
import { writeMessage } from './write.ts';

const answer = Buffer.from('answer');

const talking = (): { net: SipNetwork; a: Party; b: Party } => {
  const net = new SipNetwork();
  const a = net.party('a');
  const b = net.party('b');
  a.call('b');
  net.pass(100);
  b.incoming?.accept(answer, net.now);
  net.pass(100);
  return { net, a, b };
};

const sent = (net: SipNetwork, what: string): Packet[] =>
  net.packets.filter((packet) => packet.what === what);

test('a call between two sides that know timers is refreshed by the caller with UPDATE at half time', () => {
  const { net, a, b } = talking();
  const [ok] = sent(net, '200 INVITE');
  assert.equal(ok?.message.headers.get('Session-Expires'), '1800;refresher=uac');
  assert.deepEqual(ok.message.headers.all('Require'), ['timer']);
  net.until(7_000_000);
  const updates = sent(net, 'UPDATE');
  assert.equal(updates.length, 7);
  assert.ok(updates.every(({ from }) => from === 'a'));
  assert.ok(Math.abs((updates[0]?.at ?? 0) - 900_100) < 100);
  assert.deepEqual(a.heard, ['answered answer']);
  assert.deepEqual(b.heard, ['invite', 'confirmed']);
});

test('the caller vanishes: the callee says BYE 32 s before the interval ends, and hears session-expired', () => {
  const { net, a, b } = talking();
  net.until(100_000);
  net.fate = ({ from }) => (from === 'a' ? 'lost' : 10);
  net.until(1_900_000);
  assert.deepEqual(b.heard.slice(-1), ['ended session-expired by network']);
  const [bye] = sent(net, 'BYE').filter(({ from }) => from === 'b');
  assert.ok(Math.abs((bye?.at ?? 0) - 1_768_100) < 100, `BYE at ${bye?.at ?? 'never'}`);
  assert.ok(a.heard.includes('ended session-expired by network'));
});

test('the callee vanishes: the refresh of the caller times out and the call ends', () => {
  const { net, a } = talking();
  net.fate = ({ from }) => (from === 'b' ? 'lost' : 10);
  net.until(1_000_000);
  assert.deepEqual(a.heard.slice(-1), ['ended session-expired by network']);
});

const invite = (headers: [string, string][]): SipRequest =>
  makeRequest({
    method: 'INVITE',
    uri: 'sip:1000@b',
    via: 'SIP/2.0/UDP x:5060;branch=z9hG4bKt1',
    from: '<sip:x@x>;tag=1',
    to: '<sip:1000@b>',
    callId: 'timer',
    cseq: 1,
    extra: [['Contact', '<sip:x@x>'], ...headers],
    content: { type: 'application/sdp', bytes: Buffer.from('offer') },
  });

test('less than 90 s is refused with 422 and Min-SE', () => {
  const net = new SipNetwork();
  const b = net.party('b');
  const request = invite([
    ['Supported', 'timer'],
    ['Session-Expires', '60'],
  ]);
  net.send('x', 'b', writeMessage(request));
  net.pass(50);
  const [refusal] = sent(net, '422 INVITE');
  assert.equal(refusal?.message.headers.get('Min-SE'), '90');
  assert.deepEqual(b.heard, []);
});

interface TermsRow {
  readonly title: string;
  readonly headers: [string, string][];
  readonly expires: string;
  readonly requires: string[];
}

const rows: TermsRow[] = [
  {
    title: 'a peer without timers is refreshed by us',
    headers: [],
    expires: '1800;refresher=uas',
    requires: [],
  },
  {
    title: 'a peer that wants us to refresh gets that',
    headers: [
      ['Supported', 'timer'],
      ['Session-Expires', '600;refresher=uas'],
    ],
    expires: '600;refresher=uas',
    requires: [],
  },
  {
    title: 'a longer interval is cut to half an hour, but not below the peer’s Min-SE',
    headers: [
      ['Supported', 'timer'],
      ['Session-Expires', '7200'],
      ['Min-SE', '3600'],
    ],
    expires: '3600;refresher=uac',
    requires: ['timer'],
  },
];

for (const row of rows)
  test(`as callee: ${row.title}`, () => {
    const net = new SipNetwork();
    const b = net.party('b');
    b.onIncoming = (incoming) => incoming.accept(answer, net.now);
    net.send('x', 'b', writeMessage(invite(row.headers)));
    net.pass(50);
    const [ok] = sent(net, '200 INVITE');
    assert.equal(ok?.message.headers.get('Session-Expires'), row.expires);
    assert.deepEqual(ok.message.headers.all('Require'), row.requires);
  });

test('a peer that does not allow UPDATE is refreshed by a re-INVITE that changes nothing', () => {
  const net = new SipNetwork();
  const b = net.party('b');
  b.onIncoming = (incoming) => incoming.accept(answer, net.now);
  net.send('x', 'b', writeMessage(invite([])));
  net.pass(50);
  const [ok] = sent(net, '200 INVITE');
  assert.ok(ok);
  const ack = makeRequest({
    method: 'ACK',
    uri: 'sip:callreel@b',
    via: 'SIP/2.0/UDP x:5060;branch=z9hG4bKt2',
    from: '<sip:x@x>;tag=1',
    to: ok.message.headers.get('To') ?? '',
    callId: 'timer',
    cseq: 1,
  });
  net.send('x', 'b', writeMessage(ack));
  net.until(950_000);
  const reinvite = sent(net, 'INVITE').find(({ from }) => from === 'b');
  assert.ok(reinvite);
  assert.equal(reinvite.message.body.toString(), 'answer');
  assert.match(reinvite.message.headers.get('Session-Expires') ?? '', /^1800;refresher=uac$/);
});

/** A carrier that challenges each refresh by UPDATE, and the packets of a call to it at half time. */
const atHalfTime = (authorize: Authorize) => {
  const net = new SipNetwork();
  const a = net.party('a');
  const carrierSays = (to: SipMessage, status: number, headers: [string, string][]): void => {
    assert.equal(to.kind, 'request');
    net.send('x', 'a', writeMessage(makeResponse(to, status, undefined, { toTag: 'x', headers })));
    net.pass(50);
  };
  const updates = (): SipMessage[] => sent(net, 'UPDATE').map(({ message }) => message);
  a.call('x', { authorize });
  const [call] = sent(net, 'INVITE');
  assert.ok(call);
  carrierSays(call.message, 200, [
    ['Contact', '<sip:carrier@x>'],
    ['Allow', 'INVITE, ACK, BYE, UPDATE'],
    ['Require', 'timer'],
    ['Session-Expires', '1800;refresher=uac'],
  ]);
  net.until(900_300);
  const [update] = updates();
  assert.ok(update);
  carrierSays(update, 401, [['WWW-Authenticate', 'Digest realm="x", nonce="n"']]);
  return { net, a, carrierSays, updates };
};

test('a refresh that the carrier challenges is repeated with the credentials of the trunk', () => {
  const { net, a, carrierSays, updates } = atHalfTime((request) => {
    request.headers.set('Authorization', 'Digest username="trunk"');
    return true;
  });
  const [plain, authorised, ...others] = updates();
  assert.ok(plain && authorised);
  assert.deepEqual(others, []);
  assert.equal(plain.headers.get('Authorization'), undefined);
  assert.equal(authorised.headers.get('Authorization'), 'Digest username="trunk"');
  assert.equal(cseqOf(authorised).number, cseqOf(plain).number + 1);
  assert.notEqual(authorised.headers.get('Via'), plain.headers.get('Via'));
  carrierSays(authorised, 200, [['Session-Expires', '1800;refresher=uac']]);
  net.until(1_800_500);
  assert.equal(updates().length, 3, 'half an interval later it is refreshed again');
  assert.deepEqual(a.heard, ['answered without sdp']);
});

test('a refresh whose credentials the carrier refuses is not repeated for ever', () => {
  const { carrierSays, updates } = atHalfTime(() => true);
  const [, second] = updates();
  assert.ok(second);
  carrierSays(second, 401, [['WWW-Authenticate', 'Digest realm="x", nonce="n"']]);
  assert.equal(updates().length, 2);
});

test('a 422 of the callee is obeyed once, with its Min-SE', () => {
  const net = new SipNetwork();
  const a = net.party('a');
  const b = net.party('b');
  b.onIncoming = (incoming) => {
    if (b.heard.length === 1) incoming.refuse(422, net.now, { headers: [['Min-SE', '4000']] });
    else incoming.accept(answer, net.now);
  };
  a.call('b');
  net.pass(500);
  const invites = sent(net, 'INVITE');
  assert.deepEqual(
    invites.map(({ message }) => message.headers.get('Session-Expires')),
    ['1800', '4000'],
  );
  assert.deepEqual(a.heard, ['answered answer']);
});
