import assert from 'node:assert/strict';
import test from 'node:test';
import { formatSipUri, makeSipUri, parseSipUri, sameSipUri } from './uri.ts';

test('reads every part of a SIP URI', () => {
  const uri = parseSipUri(
    'sips:al%20ice:s3c@[2001:DB8::9]:5061;Transport=TCP;lr?Subject=a%20b&X=1',
  );
  assert.deepEqual(uri, {
    scheme: 'sips',
    user: 'al ice',
    password: 's3c',
    host: '[2001:db8::9]',
    port: 5061,
    params: new Map([
      ['transport', 'TCP'],
      ['lr', null],
    ]),
    headers: new Map([
      ['subject', 'a b'],
      ['x', '1'],
    ]),
    opaque: '',
  });
});

test('a telephone URI keeps its number and parameters', () => {
  const uri = parseSipUri('tel:+49-30-1234;phone-context=example.org');
  assert.equal(uri.user, '+49-30-1234');
  assert.equal(formatSipUri(uri), 'tel:+49-30-1234;phone-context=example.org');
});

test('a dialled hash is taken bare and written escaped', () => {
  const uri = parseSipUri('sip:*21#@example.org');
  assert.equal(uri.user, '*21#');
  assert.equal(formatSipUri(uri), 'sip:*21%23@example.org');
  assert.equal(formatSipUri(makeSipUri({ user: 'ä', host: 'h' })), 'sip:%C3%A4@h');
});

const broken: readonly [title: string, text: string][] = [
  ['no scheme', 'alan@example.org'],
  ['no host', 'sip:'],
  ['no user before @', 'sip:@example.org'],
  ['port 0', 'sip:example.org:0'],
  ['port 65536', 'sip:example.org:65536'],
  ['a blank', 'sip:a b@example.org'],
  ['a second @', 'sip:a@b@example.org'],
  ['half an escape', 'sip:%4@example.org'],
  ['an escape that is not UTF-8', 'sip:%FF@example.org'],
  ['a header without value', 'sip:example.org?Subject'],
  ['an open IPv6 reference', 'sip:[2001:db8::1'],
  ['an empty parameter', 'sip:example.org;;lr'],
];

for (const [title, text] of broken) {
  test(`a URI with ${title} is malformed`, () => {
    assert.throws(() => parseSipUri(text), { code: 'sip/malformed' });
  });
}

/** The examples of RFC 3261 §19.1.4. */
const pairs: readonly [a: string, b: string, same: boolean][] = [
  ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp', true],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5', true],
  ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5', true],
  [
    'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
    'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    true,
  ],
  [
    'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
    'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    true,
  ],
  ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP', false],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060', false],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp', false],
  ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp', false],
  ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting', false],
  ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4', false],
  ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off', false],
];

for (const [a, b, same] of pairs) {
  test(`${a} and ${b} are ${same ? 'the same' : 'different'}`, () => {
    assert.equal(sameSipUri(parseSipUri(a), parseSipUri(b)), same);
    assert.equal(sameSipUri(parseSipUri(b), parseSipUri(a)), same);
  });
}
