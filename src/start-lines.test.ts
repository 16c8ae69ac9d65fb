import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig, type Config } from './config.ts';
import { hostFromHere, startLines } from './start-lines.ts';

const configOf = (env: Readonly<Record<string, string>>): Config => {
  const loaded = loadConfig(env, '/');
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value;
};

test('a start names addresses that can be used as they stand', () => {
  const local = configOf({});
  assert.deepEqual(
    startLines({ consoleUrl: 'http://127.0.0.1:8081', figuresUrl: null, sipPort: 5062 }, local),
    [
      'Callreel is ready: console and API on http://127.0.0.1:8081',
      'SIP on 127.0.0.1:5062 (UDP and TCP)',
    ],
  );
  const server = {
    CALLREEL_SIP_HOST: '0.0.0.0',
    CALLREEL_PUBLIC_ADDRESS: '203.0.113.5',
    CALLREEL_HTTP_HOST: '0.0.0.0',
    CALLREEL_TRUST_PROXY: '127.0.0.1',
  };
  const listening = { consoleUrl: 'http://0.0.0.0:8080', figuresUrl: null, sipPort: 5060 };
  const sip = 'SIP on 203.0.113.5:5060 (UDP and TCP) and on every other address of this machine';
  assert.deepEqual(startLines(listening, configOf(server)), [
    'Callreel is ready: console and API on http://127.0.0.1:8080',
    sip,
  ]);
  const named = configOf({ ...server, CALLREEL_PUBLIC_URL: 'https://calls.example.com' });
  assert.deepEqual(startLines(listening, named), [
    'Callreel is ready: console and API on https://calls.example.com',
    sip,
  ]);
  assert.equal(hostFromHere('0.0.0.0'), '127.0.0.1');
  assert.equal(hostFromHere('203.0.113.5'), '203.0.113.5');
});

test('a process without console or calls says what it does', () => {
  const worker = configOf({ CALLREEL_ROLES: 'work', CALLREEL_DATABASE_URL: 'postgres://db/calls' });
  assert.deepEqual(startLines({ consoleUrl: null, figuresUrl: null, sipPort: null }, worker), [
    'Callreel is ready: work',
  ]);
  const figuresUrl = 'http://127.0.0.1:9100';
  assert.deepEqual(startLines({ consoleUrl: null, figuresUrl, sipPort: null }, worker), [
    'Callreel is ready: work',
    'Figures on http://127.0.0.1:9100/metrics',
  ]);
});
