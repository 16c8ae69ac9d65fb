import assert from 'node:assert/strict';
import test from 'node:test';
import {
  contactExpiresOf,
  contactQOf,
  contactsOf,
  contentTypeOf,
  expiresOf,
  stampTopVia,
  topVia,
} from './headers.ts';
import { Headers } from './message.ts';

const headersOf = (...rows: readonly [string, string][]): { headers: Headers } => {
  const headers = new Headers();
  for (const [name, value] of rows) headers.append(name, value);
  return { headers };
};

test('compact and odd spellings are one header; what we write is spelled as the standards do', () => {
  const { headers } = headersOf(['v', 'one'], ['VIA', 'two'], ['X-Own', '1'], ['x-own', '2']);
  assert.deepEqual(headers.all('Via'), ['one', 'two']);
  assert.equal(headers.get('X-OWN'), '1');
  assert.equal(headers.toText(), 'Via: one\r\nVia: two\r\nX-Own: 1\r\nX-Own: 2\r\n');
});

test('lists are cut at commas outside quotes and brackets, single headers never', () => {
  const { headers } = headersOf(
    ['Contact', '"A, B" <sip:a@h?x=1,2>;q=0.5 , <sip:b@h>'],
    ['Subject', 'one, two'],
  );
  assert.deepEqual(headers.all('contact'), ['"A, B" <sip:a@h?x=1,2>;q=0.5', '<sip:b@h>']);
  assert.equal(headers.get('contact'), '"A, B" <sip:a@h?x=1,2>;q=0.5');
  assert.deepEqual(headers.all('subject'), ['one, two']);
});

test('the first of two routes in one row can be taken away, and a new one put before the rest', () => {
  const { headers } = headersOf(
    ['To', 'x'],
    ['Route', '<sip:a;lr>, <sip:b;lr>'],
    ['Route', '<sip:c;lr>'],
  );
  headers.removeFirst('route');
  assert.deepEqual(headers.all('route'), ['<sip:b;lr>', '<sip:c;lr>']);
  headers.prepend('route', '<sip:z;lr>');
  assert.deepEqual(headers.all('route'), ['<sip:z;lr>', '<sip:b;lr>', '<sip:c;lr>']);
  headers.set('route', '<sip:only>');
  assert.deepEqual(
    [...headers.entries()],
    [
      ['to', 'x'],
      ['route', '<sip:only>'],
    ],
  );
  headers.removeFirst('route');
  headers.removeFirst('route');
  assert.equal(headers.has('route'), false);
});

test('a copy changes by itself', () => {
  const { headers } = headersOf(['X-A', '1']);
  const copy = headers.clone();
  copy.set('x-a', '2');
  copy.append('X-B', '3');
  assert.deepEqual([...headers.entries()], [['x-a', '1']]);
  assert.equal(copy.toText(), 'X-A: 2\r\nX-B: 3\r\n');
});

test('nobody can smuggle a line into a header', () => {
  const { headers } = headersOf(['X-A', '1']);
  for (const change of [
    () => headers.set('x-a', 'b\r\nVia: evil'),
    () => headers.append('x-b', 'b\nVia: evil'),
    () => headers.prepend('x-b', 'b\rVia: evil'),
  ])
    assert.throws(change, { code: 'sip/line-break' });
  assert.throws(() => headers.append('Bad Name', '1'), { code: 'sip/header-name' });
});

test('a typed view follows its header when that changes', () => {
  const message = headersOf(['Via', 'SIP/2.0/UDP a;branch=z9hG4bK1']);
  assert.equal(topVia(message), topVia(message), 'parsed once');
  message.headers.prepend('via', 'SIP/2.0/TCP b;branch=z9hG4bK2');
  assert.equal(topVia(message).branch, 'z9hG4bK2');
});

const stamps: readonly [title: string, via: string, stamped: string][] = [
  ['asked for rport', 'a;rport;branch=z9', 'a;rport=40000;branch=z9;received=192.0.2.9'],
  ['named another address', 'a:5070;branch=z9', 'a:5070;branch=z9;received=192.0.2.9'],
  ['named its own address', '192.0.2.9;branch=z9', '192.0.2.9;branch=z9'],
];

for (const [title, via, stamped] of stamps) {
  test(`the top Via of a peer that ${title} says where its request came from`, () => {
    const message = headersOf(['Via', `SIP/2.0/UDP ${via}, SIP/2.0/UDP below`]);
    stampTopVia(message, '192.0.2.9', 40_000);
    assert.deepEqual(message.headers.all('via'), [`SIP/2.0/UDP ${stamped}`, 'SIP/2.0/UDP below']);
  });
}

test('contacts carry their own expiry and preference, and huge expiries are capped', () => {
  const message = headersOf(
    ['Contact', '<sip:a@h>;expires=99999999999999;q=0.7, <sip:b@h>'],
    ['Expires', '3600'],
    ['c', 'Application/SDP ; charset="utf-8"'],
  );
  const contacts = contactsOf(message);
  assert.ok(contacts !== '*');
  assert.deepEqual(contacts.map(contactExpiresOf), [0xffff_ffff, undefined]);
  assert.deepEqual(contacts.map(contactQOf), [0.7, 1]);
  assert.equal(expiresOf(message), 3600);
  assert.equal(contentTypeOf(message)?.mediaType, 'application/sdp');
  assert.equal(contentTypeOf(message)?.params.get('charset'), 'utf-8');
  assert.equal(contactsOf(headersOf(['m', '*'])), '*');
  assert.throws(() => contactsOf(headersOf(['m', '*, <sip:a@h>'])), { code: 'sip/malformed' });
});

test('a missing or broken header says which one it is and what was expected', () => {
  assert.throws(() => topVia(headersOf()), { facts: { header: 'via', rule: 'present' } });
  assert.throws(() => expiresOf(headersOf(['Expires', 'soon'])), {
    facts: { header: 'expires', rule: 'seconds' },
  });
});
