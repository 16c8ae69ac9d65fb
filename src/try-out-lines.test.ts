/** The lines that a first user copies. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { tryOutLines } from './try-out-lines.ts';

const facts = {
  number: '1000',
  trunk: { host: '127.0.0.1', port: 5080 },
  agent: { sipUsername: 'agent1', sipPassword: 'hb2X' },
  server: '127.0.0.1:5060',
  consoleUrl: 'http://127.0.0.1:8080',
};

test('both ends of a first call can be had from the built-in phone, with options that it knows', () => {
  const lines = tryOutLines({ ...facts, server: '127.0.0.1:5999' });
  const phones = lines.filter((line) => line.startsWith('  npm run phone -- '));
  assert.deepEqual(phones, [
    '  npm run phone -- answer --user agent1 --password hb2X --calls 100 --server 127.0.0.1:5999',
    '  npm run phone -- call 1000 --port 5080 --server 127.0.0.1:5999',
  ]);
  const phone = join(import.meta.dirname, '..', 'tools', 'phone.ts');
  for (const line of phones) {
    const words = line.trim().split(' ').slice(4);
    const asked = spawnSync(process.execPath, [phone, ...words, '--help'], { encoding: 'utf8' });
    assert.equal(asked.status, 0, asked.stderr);
  }
});

test('foreign phones get the account, the password and the address of the trunk', () => {
  const lines = tryOutLines(facts);
  assert.ok(
    lines.some((line) => /^ {2}<sip:agent1@127\.0\.0\.1:5060.*auth_pass=hb2X/.test(line)),
    lines.join('\n'),
  );
  assert.ok(
    lines.some((line) => /sipp .*-s 1000 -i 127\.0\.0\.1 -p 5080 .*127\.0\.0\.1:5060$/.test(line)),
  );
});

test('without a console in this process none is promised', () => {
  assert.ok(!tryOutLines({ ...facts, consoleUrl: null }).some((line) => line.includes('http')));
});
