import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configKeys, defaultOf, loadConfig, type Config } from './config.ts';

const folder = (json?: unknown): string => {
  const path = mkdtempSync(join(tmpdir(), 'config-'));
  if (json !== undefined)
    writeFileSync(
      join(path, 'callreel.json'),
      typeof json === 'string' ? json : JSON.stringify(json),
    );
  return path;
};

const load = (env: Record<string, string>, json?: unknown): Config => {
  const result = loadConfig(env, folder(json));
  if (!result.ok) assert.fail(result.error.join('\n'));
  return result.value;
};

const errorsOf = (env: Record<string, string>, json?: unknown): readonly string[] => {
  const result = loadConfig(env, folder(json));
  return result.ok ? [] : result.error;
};

test('without any setting the documented defaults hold', () => {
  const config = load({});
  assert.equal(config.http.publicUrl, 'http://127.0.0.1:8080');
  assert.deepEqual(config.sip, {
    host: '127.0.0.1',
    port: 5060,
    tlsPort: 5061,
    domain: '127.0.0.1',
    publicAddress: '127.0.0.1',
  });
  assert.deepEqual(config.rtpPorts, { first: 20_000, last: 29_999 });
  assert.deepEqual(config.firstAdmin, { email: 'admin@localhost', password: null });
  assert.deepEqual(config.roles, ['call', 'work', 'api']);
  assert.equal(config.databaseUrl, null);
  assert.ok(config.mediaWorkers >= 1);
  assert.match(config.dataDir, /\/data$/);
});

test('the environment wins over the file, and the file over the defaults', () => {
  const config = load(
    { CALLREEL_HTTP_PORT: '9001' },
    { CALLREEL_HTTP_PORT: 9000, CALLREEL_SIP_PORT: 5070, CALLREEL_OUTBOUND_ALLOW: ['10.0.0.0/8'] },
  );
  assert.equal(config.http.port, 9001);
  assert.equal(config.sip.port, 5070);
  assert.deepEqual(config.outboundAllow, ['10.0.0.0/8']);
});

test('a misspelt key is refused with the key that was meant', () => {
  assert.deepEqual(errorsOf({ CALLREEL_SIP_PROT: '5070' }), [
    'The environment has the unknown key CALLREEL_SIP_PROT; did you mean CALLREEL_SIP_PORT?',
  ]);
  assert.deepEqual(errorsOf({}, { callreel_data_dir: 'x' }), [
    'callreel.json has the unknown key callreel_data_dir; did you mean CALLREEL_DATA_DIR?',
  ]);
});

test('every broken value is named in one answer', () => {
  const errors = errorsOf({
    CALLREEL_HTTP_PORT: '80x',
    CALLREEL_RTP_PORTS: '30000-20000',
    CALLREEL_LOG_LEVEL: 'loud',
    CALLREEL_TLS_CERT: 'cert.pem',
    CALLREEL_ROLES: 'call,fax',
    CALLREEL_TRUST_PROXY: '10.0.0.0/40',
  });
  const named = errors.map((sentence) => /CALLREEL_[A-Z_]+/.exec(sentence)?.[0]).sort();
  assert.deepEqual(named, [
    'CALLREEL_HTTP_PORT',
    'CALLREEL_LOG_LEVEL',
    'CALLREEL_ROLES',
    'CALLREEL_ROLES',
    'CALLREEL_RTP_PORTS',
    'CALLREEL_TLS_KEY',
    'CALLREEL_TRUST_PROXY',
  ]);
});

test('a database password is not repeated in the error about its URL', () => {
  const [error = ''] = errorsOf({ CALLREEL_DATABASE_URL: 'mysql://root:hunter2@db/callreel' });
  assert.match(error, /CALLREEL_DATABASE_URL/);
  assert.doesNotMatch(error, /hunter2/);
});

test('figures of a process without the API have a port of their own only when one is named', () => {
  assert.equal(load({}).metricsPort, null);
  assert.equal(load({ CALLREEL_METRICS_PORT: '9100' }).metricsPort, 9100);
  assert.match(errorsOf({ CALLREEL_METRICS_PORT: '0' })[0] ?? '', /CALLREEL_METRICS_PORT/);
});

test('a password with special characters is told to be percent-encoded, and is not repeated', () => {
  for (const key of ['CALLREEL_DATABASE_URL', 'CALLREEL_SMTP_URL']) {
    const start = key === 'CALLREEL_SMTP_URL' ? 'smtp' : 'postgres';
    for (const password of ['hun/ter2', '12/hunter', 'hun#ter2', 'hun?ter2']) {
      const [error = '', ...more] = errorsOf({
        [key]: `${start}://me:${password}@db:5432/callreel`,
      });
      assert.match(error, new RegExp(`^${key} cannot be read .*percent-encoded .*%2F`), password);
      assert.doesNotMatch(error, /hun|ter2/);
      assert.deepEqual(more, []);
    }
  }
  for (const url of [
    'postgres://me:hun%2Fter2@db:5432/callreel',
    'postgres://me:100%@db/callreel',
    'POSTGRES://db/callreel',
    'postgres:///callreel?host=/run/postgresql&user=a@b',
  ])
    assert.equal(load({ CALLREEL_DATABASE_URL: url }).databaseUrl, url);
  const mail = 'smtp://mail.example.com:587?from=calls@example.com';
  assert.equal(load({ CALLREEL_SMTP_URL: mail }).smtpUrl, mail);
});

test('roles in separate processes need a PostgreSQL server', () => {
  assert.match(errorsOf({ CALLREEL_ROLES: 'call' })[0] ?? '', /embedded database/);
  const config = load({ CALLREEL_ROLES: 'api', CALLREEL_DATABASE_URL: 'postgres://db/callreel' });
  assert.deepEqual(config.roles, ['api']);
});

test('HTTP beyond loopback asks for TLS or a trusted proxy', () => {
  assert.match(errorsOf({ CALLREEL_HTTP_HOST: '0.0.0.0' })[0] ?? '', /CALLREEL_TLS_CERT/);
  const config = load({ CALLREEL_HTTP_HOST: '0.0.0.0', CALLREEL_TRUST_PROXY: '10.1.2.3' });
  assert.deepEqual(config.http.trustProxy, ['10.1.2.3']);
});

test('listening everywhere, or under a name, asks for the address that carriers and phones send to', () => {
  for (const host of ['0.0.0.0', '::', '::0', 'localhost', 'pbx.example.com', 'fe80::1%eth0']) {
    const [error = '', ...others] = errorsOf({ CALLREEL_SIP_HOST: host });
    assert.match(error, /CALLREEL_SIP_HOST .* set CALLREEL_PUBLIC_ADDRESS/, host);
    assert.deepEqual(others, []);
    const { sip } = load({ CALLREEL_SIP_HOST: host, CALLREEL_PUBLIC_ADDRESS: '203.0.113.5' });
    assert.equal(sip.publicAddress, '203.0.113.5');
  }
});

test('what is written into SDP and Contact is the IP address of one peer', () => {
  for (const address of [
    'pbx.example.com',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    'ff02::1',
    '203.0.113.5:5060',
  ])
    assert.match(
      errorsOf({ CALLREEL_PUBLIC_ADDRESS: address })[0] ?? '',
      /CALLREEL_PUBLIC_ADDRESS must be the IP address/,
      address,
    );
  for (const address of ['203.0.113.5', '10.0.0.7', '2001:db8::1'])
    assert.equal(load({ CALLREEL_PUBLIC_ADDRESS: address }).sip.publicAddress, address);
});

test('phones register at the address they reach when SIP listens everywhere and no domain is set', () => {
  const everywhere = { CALLREEL_SIP_HOST: '0.0.0.0', CALLREEL_PUBLIC_ADDRESS: '203.0.113.5' };
  assert.equal(load(everywhere).sip.domain, '203.0.113.5');
  const domain = 'calls.example.com';
  assert.equal(load({ ...everywhere, CALLREEL_SIP_DOMAIN: domain }).sip.domain, domain);
  assert.equal(load({ CALLREEL_SIP_HOST: '10.0.0.7' }).sip.domain, '10.0.0.7');
});

test('a broken file is one sentence, and the Config cannot be changed afterwards', () => {
  assert.match(errorsOf({}, '{"a": ')[0] ?? '', /callreel\.json is not valid JSON/);
  assert.match(errorsOf({}, [])[0] ?? '', /one object/);
  assert.throws(() => Object.assign(load({}).sip, { port: 1 }), TypeError);
});

test('an empty variable counts as not set, and keys of the test suite are left alone', () => {
  const config = load({ CALLREEL_SIP_PORT: '', CALLREEL_TEST_DATABASE_URL: 'postgres://x/y' });
  assert.equal(config.sip.port, 5060);
  assert.equal(configKeys.includes('CALLREEL_DATA_DIR'), true);
});

test('the documentation has every key with its default, in the order of the program, and none besides', () => {
  const file = join(import.meta.dirname, '..', 'docs', 'runbook', 'configuration.md');
  const rows = readFileSync(file, 'utf8').matchAll(
    /^\| `(CALLREEL_[A-Z_]+)` *\| *(?:`([^`]*)`)? *\|/gm,
  );
  const documented = Array.from(rows, ([, key = '', value = '']) => [key, value]);
  assert.deepEqual(
    documented,
    configKeys.map((key) => [key, defaultOf(key)]),
  );
});
