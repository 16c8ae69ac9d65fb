import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTooWide, sourcesOverlap } from './source-address.ts';

const overlapping: readonly (readonly [string, string])[] = [
  ['10.0.0.1', '10.0.0.1'],
  ['10.0.0.0/8', '10.20.30.40'],
  ['10.0.0.0/8', '10.20.0.0/16'],
  ['10.0.0.7/8', '10.255.0.0/16'],
  ['10.0.0.0/8', '10.1.1.1:5080'],
  ['10.1.1.1', '10.1.1.1:5080'],
  ['10.1.1.1:5080', '10.1.1.1:5080'],
  ['0.0.0.0/0', '203.0.113.9'],
  ['2001:db8::/32', '2001:DB8:0:1::9'],
  ['2001:db8::1', '[2001:db8:0:0::1]:5060'],
  ['::/0', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.0/24'],
  ['fe80::1%eth0', 'fe80::1'],
  ['fe80::%eth0/64', 'fe80::9'],
  ['[fe80::1%eth0]:5060', 'fe80::1%eth1'],
];

const apart: readonly (readonly [string, string])[] = [
  ['10.0.0.1', '10.0.0.2'],
  ['10.0.0.0/9', '10.128.0.0/9'],
  ['127.0.0.1:5080', '127.0.0.1:5081'],
  ['10.0.0.1:5060', '10.0.0.2:5060'],
  ['2001:db8::/33', '2001:db8:8000::/33'],
  ['[2001:db8::1]:5060', '[2001:db8::1]:5070'],
  ['::1', '0.0.0.1'],
  ['fe80::1%eth0', '192.0.2.1'],
];

test('entries that share a source overlap, whichever is the wider and however it is written', () => {
  for (const [one, other] of overlapping) {
    assert.equal(sourcesOverlap(one, other), true, `${one} ~ ${other}`);
    assert.equal(sourcesOverlap(other, one), true, `${other} ~ ${one}`);
  }
});

test('neighbours, other ports of one host and the other family do not overlap', () => {
  for (const [one, other] of apart) {
    assert.equal(sourcesOverlap(one, other), false, `${one} | ${other}`);
    assert.equal(sourcesOverlap(other, one), false, `${other} | ${one}`);
  }
});

test('a range of a network is taken, one that would shut out everybody else is not', () => {
  for (const entry of [
    '10.0.0.0/8',
    '203.0.113.9',
    '203.0.113.9:5060',
    '2001:db8::/32',
    '[::1]:5060',
  ])
    assert.equal(isTooWide(entry), false, entry);
  for (const entry of [
    '10.0.0.0/0',
    '10.0.0.0/7',
    '0.0.0.0/1',
    '::/0',
    '2000::/3',
    '2001::/31',
    // All of IPv4, in other words.
    '::ffff:0:0/96',
    '::ffff:10.0.0.0/103',
    '::/64',
    '::/32',
  ])
    assert.equal(isTooWide(entry), true, entry);
  assert.equal(isTooWide('::ffff:10.0.0.0/104'), false);
});
