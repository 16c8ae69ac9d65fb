import assert from 'node:assert/strict';
import test from 'node:test';
import { callIdOf, cseqOf, fromOf, toOf, topVia, viasOf } from './headers.ts';
import { makeRequest, makeResponse } from './make.ts';
import type { SipRequest } from './message.ts';
import { isKeepAlive, parseMessage } from './parse.ts';
import { writeMessage } from './write.ts';

const bytes = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'utf8');

const parseRequest = (text: Buffer): SipRequest => {
  const result = parseMessage(text);
  assert.ok(result.ok, result.ok ? '' : result.fault.message);
  assert.equal(result.message.kind, 'request');
  return result.message;
};

const invite = bytes(
  'INVITE sip:1000@192.0.2.10 SIP/2.0',
  'v: SIP/2.0/UDP 192.0.2.1:5080;rport;branch=z9hG4bK74bf9, SIP/2.0/TCP [2001:db8::9]:5061',
  'Via: SIP/2.0/UDP gw.example.com',
  'f: "Müller, \\"Jo\\"" <sip:+4930123@example.com;user=phone>;tag=9fxced76sl',
  't: <sip:1000@192.0.2.10>',
  'i: 3848276298220188511@192.0.2.1',
  'CSeq: 1 INVITE',
  'X-Carrier: kept',
  '  as folded',
  'l: 4',
  '',
  'v=0\r\ntrailing bytes',
);

test('reads an INVITE with compact forms, a folded header, two Vias in a row and bytes behind the body', () => {
  const request = parseRequest(invite);
  assert.equal(request.method, 'INVITE');
  assert.equal(request.uri, 'sip:1000@192.0.2.10');
  assert.deepEqual(
    viasOf(request).map(({ transport, host, port, branch, rport }) => ({
      ...{ transport, host, port, branch, rport },
    })),
    [
      { transport: 'UDP', host: '192.0.2.1', port: 5080, branch: 'z9hG4bK74bf9', rport: 'wanted' },
      { transport: 'TCP', host: '[2001:db8::9]', port: 5061, branch: null, rport: null },
      { transport: 'UDP', host: 'gw.example.com', port: null, branch: null, rport: null },
    ],
  );
  assert.equal(fromOf(request).displayName, 'Müller, "Jo"');
  assert.equal(fromOf(request).uri.user, '+4930123');
  assert.equal(fromOf(request).tag, '9fxced76sl');
  assert.equal(toOf(request).tag, null);
  assert.equal(callIdOf(request), '3848276298220188511@192.0.2.1');
  assert.deepEqual(cseqOf(request), { number: 1, method: 'INVITE' });
  assert.equal(request.headers.get('x-carrier'), 'kept as folded');
  assert.equal(request.body.toString(), 'v=0\r');
});

test('a written message is read back the same, header by header', () => {
  const first = parseRequest(invite);
  const second = parseRequest(writeMessage(first));
  assert.deepEqual([...second.headers.entries()], [...first.headers.entries()]);
  assert.deepEqual(second.body, first.body);
  assert.ok(writeMessage(second).equals(writeMessage(first)));
});

test('a response carries back Via, From, To with our tag, Call-ID, CSeq and on 180 the Record-Route', () => {
  const request = makeRequest({
    method: 'INVITE',
    uri: 'sip:a@192.0.2.1',
    via: 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx',
    from: '<sip:b@192.0.2.2>;tag=1',
    to: '<sip:a@192.0.2.1>',
    callId: 'c1',
    cseq: 7,
    extra: [['Record-Route', '<sip:192.0.2.3;lr>']],
  });
  const ringing = makeResponse(request, 180, undefined, { toTag: 'ours' });
  assert.equal(
    writeMessage(ringing).toString(),
    [
      'SIP/2.0 180 Ringing',
      'Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx',
      'From: <sip:b@192.0.2.2>;tag=1',
      'To: <sip:a@192.0.2.1>;tag=ours',
      'Call-ID: c1',
      'CSeq: 7 INVITE',
      'Record-Route: <sip:192.0.2.3;lr>',
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n'),
  );
  assert.equal(makeResponse(request, 486).headers.has('record-route'), false);
  assert.equal(topVia(ringing).branch, 'z9hG4bKx');
});

test('a request whose Content-Length promises more than the datagram holds can be answered with 400', () => {
  const result = parseMessage(
    bytes(
      'OPTIONS sip:a@b SIP/2.0',
      'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
      'Content-Length: 5',
      '',
      'abc',
    ),
  );
  assert.ok(!result.ok);
  assert.deepEqual(
    [result.fault.code, result.fault.facts['header'], result.status, result.answerable?.method],
    ['sip/malformed', 'content-length', 400, 'OPTIONS'],
  );
});

test('line ends alone are a keep-alive', () => {
  assert.equal(isKeepAlive(Buffer.from('\r\n\r\n')), true);
  assert.equal(isKeepAlive(Buffer.from('\r\n\r\nA')), false);
});
