import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeTrunkHost } from './trunk-host.ts';

const server = { allow: [], isLocal: false };

test('a trunk may be anywhere but on this machine, on its link, or nowhere', () => {
  for (const host of ['sip.carrier.example', '203.0.113.9', '10.1.2.3', '192.168.1.5', 'fd00::9'])
    assert.equal(mayBeTrunkHost(host, server), true, host);
  for (const host of [
    '127.0.0.1',
    '127.255.0.9',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    'localhost',
    'pbx.localhost.',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '255.255.255.255',
    'ff02::1',
  ])
    assert.equal(mayBeTrunkHost(host, server), false, host);
});

test('what the owner opens is open, and a server that only talks to itself has its trunks beside it', () => {
  const opened = { ...server, allow: ['127.0.0.1', '169.254.0.0/16'] };
  assert.equal(mayBeTrunkHost('127.0.0.1', opened), true);
  assert.equal(mayBeTrunkHost('169.254.1.1', opened), true);
  assert.equal(mayBeTrunkHost('127.0.0.2', opened), false);
  const local = { ...server, isLocal: true };
  for (const host of ['127.0.0.1', '::1', 'localhost'])
    assert.equal(mayBeTrunkHost(host, local), true, host);
  assert.equal(mayBeTrunkHost('169.254.169.254', local), false);
});
