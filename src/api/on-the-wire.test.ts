/** What only real sockets show: TLS, paths that a client did not tidy up, readers that do not read. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { after, test } from 'node:test';
import { openApiRig, type ApiRig } from '../../tests/rig/api-rig.ts';
import { selfSigned } from '../../tests/rig/certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'api-wire-'));
const rigs: ApiRig[] = [];
after(async () => {
  for (const rig of rigs) await rig.close();
  rmSync(folder, { recursive: true });
});

const open = async (...args: Parameters<typeof openApiRig>): Promise<ApiRig> => {
  const rig = await openApiRig(...args);
  rigs.push(rig);
  return rig;
};

/** One for every test that neither closes it nor asks for anything special: a database costs more than all that is asked of it here. */
let shared: Promise<ApiRig> | undefined;
const openShared = (): Promise<ApiRig> => (shared ??= open());

interface Read {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

const readAll = async (message: IncomingMessage): Promise<Read> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: message.statusCode ?? 0, headers: message.headers, text };
};

test('HTTPS answers with the certificate it was given, and a client that does not know it turns away', async () => {
  const { cert, key } = selfSigned();
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const rig = await open({ tls: { certFile, keyFile }, publicUrl: 'https://localhost' });
  const { port, url } = await rig.api.listen();
  assert.match(url, /^https:/);
  const ask = (path: string, ca?: string): Promise<Read> =>
    new Promise((resolve, reject) => {
      const options = { port, host: '127.0.0.1', path, agent: false, ...(ca && { ca }) };
      httpsGet(options, (message) => {
        readAll(message).then(resolve, reject);
      }).on('error', reject);
    });
  const answer = await ask('/healthz', cert);
  assert.equal(answer.status, 200);
  assert.match(String(answer.headers['strict-transport-security']), /max-age=31536000/);
  await assert.rejects(ask('/healthz'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const client = await rig.signedIn(rig.first, 'admin');
  assert.equal((await client.request('GET', '/trunks')).status, 200);
});

test('a script is sent in the form that the browser reads and the build laid there, else as it is', async () => {
  const home = join(folder, 'console-compressed');
  mkdirSync(join(home, 'assets'), { recursive: true });
  writeFileSync(join(home, 'index.html'), '<html>Callreel</html>');
  const plain = 'export {};'.repeat(200);
  writeFileSync(join(home, 'assets', 'app-1a2b.js'), plain);
  writeFileSync(join(home, 'assets', 'app-1a2b.js.gz'), gzipSync(plain));
  writeFileSync(join(home, 'assets', 'app-1a2b.js.br'), brotliCompressSync(plain));
  const rig = await open({ consoleFolder: home });
  const { port } = await rig.api.listen();
  const ask = (encodings: string): Promise<[encoding: string | undefined, body: Buffer]> =>
    new Promise((resolve, reject) => {
      const headers = { 'accept-encoding': encodings };
      const options = {
        port,
        host: '127.0.0.1',
        path: '/assets/app-1a2b.js',
        agent: false,
        headers,
      };
      httpGet(options, (message) => {
        assert.match(String(message.headers['content-type']), /javascript/);
        assert.match(String(message.headers.vary), /accept-encoding/i);
        const parts: Buffer[] = [];
        message.on('data', (part: Buffer) => parts.push(part));
        message.on('end', () =>
          resolve([message.headers['content-encoding'], Buffer.concat(parts)]),
        );
      }).on('error', reject);
    });
  const [best, squeezed] = await ask('gzip, deflate, br');
  assert.equal(best, 'br');
  assert.equal(brotliDecompressSync(squeezed).toString(), plain);
  const [usual, zipped] = await ask('gzip');
  assert.equal(usual, 'gzip');
  assert.equal(gunzipSync(zipped).toString(), plain);
  const [none, whole] = await ask('identity');
  assert.equal(none, undefined);
  assert.equal(whole.toString(), plain);
});

test('the console is served with a fresh nonce, deep links get its page, and nothing outside its folder', async () => {
  const home = join(folder, 'console');
  mkdirSync(join(home, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'do not show');
  writeFileSync(join(home, '.hidden'), 'do not show');
  writeFileSync(
    join(home, 'index.html'),
    '<html><meta property="csp-nonce" nonce="__CSP_NONCE__">Callreel</html>',
  );
  writeFileSync(join(home, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(home, 'assets', 'app-1a2b.js'), 'export {};');
  const rig = await open({ consoleFolder: home });
  const { port } = await rig.api.listen();
  /** The path goes out as it stands: `fetch` would tidy it up. */
  const ask = (path: string, accept = 'text/html'): Promise<Read> =>
    new Promise((resolve, reject) => {
      const options = { port, host: '127.0.0.1', path, agent: false, headers: { accept } };
      httpGet(options, (message) => {
        readAll(message).then(resolve, reject);
      }).on('error', reject);
    });

  const nonceOf = ({ text, headers }: Read): string => {
    const [, nonce] = /nonce="([^"]+)"/.exec(text) ?? [];
    assert.ok(nonce !== undefined && nonce !== '__CSP_NONCE__');
    const policy = String(headers['content-security-policy']);
    assert.ok(policy.includes(`style-src 'self' 'nonce-${nonce}'`), policy);
    assert.match(policy, /default-src 'none'; script-src 'self';/);
    return nonce;
  };
  const page = await ask('/');
  const deep = await ask('/recordings/abc?t=83');
  assert.deepEqual([page.status, deep.status], [200, 200]);
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.notEqual(nonceOf(page), nonceOf(deep), 'a nonce serves once');

  const script = await ask('/assets/app-1a2b.js', '*/*');
  assert.equal(script.text, 'export {};');
  assert.match(String(script.headers['cache-control']), /immutable/);
  assert.match(String(script.headers['content-type']), /javascript/);
  assert.equal(script.headers['x-content-type-options'], 'nosniff');
  const icon = await ask('/favicon.svg', '*/*');
  assert.match(icon.text, /<svg/);
  assert.doesNotMatch(String(icon.headers['cache-control']), /immutable/, 'its name never changes');

  assert.equal((await ask('/assets/gone-3c4d.js', '*/*')).status, 404, 'never a page for a script');
  assert.equal((await ask('/api/v1/gone')).status, 404);
  assert.equal((await ask('/recordings/abc', 'application/json')).status, 404);
  for (const path of [
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets//../../secret.txt',
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/.hidden',
    '/assets/%00',
    `/assets/${encodeURIComponent(join(folder, 'secret.txt'))}`,
  ]) {
    const { status, text } = await ask(path, '*/*');
    assert.doesNotMatch(text, /do not show/, path);
    assert.ok(status < 500, `${path}: ${status}`);
    if (path.startsWith('/assets/')) assert.ok(status >= 400, `${path}: ${status}`);
  }
});

test('an event stream that nobody reads is cut off, and the others go on', async () => {
  const rig = await openShared();
  const admin = await rig.signedIn(rig.first, 'admin');
  const made = await admin.request('POST', '/api-keys', { name: 'events', role: 'auditor' });
  const authorization = `Bearer ${String(made.body['key'])}`;
  const { port, url } = await rig.api.listen();

  const sleeper = connect(port, '127.0.0.1');
  sleeper.on('error', () => undefined);
  sleeper.pause();
  sleeper.write(
    `GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`,
  );
  const controller = new AbortController();
  const awake = await fetch(`${url}/api/v1/events`, {
    headers: { authorization },
    signal: controller.signal,
  });
  let heard = 0;
  const reading = (async () => {
    for await (const chunk of awake.body ?? []) heard += (chunk as Uint8Array).length;
  })().catch(() => undefined);

  const dropped = async (): Promise<boolean> => {
    const metrics = await rig.api.inject({ method: 'GET', url: '/metrics' });
    return /callreel_event_streams_dropped_total 1\b/.test(metrics.body);
  };
  const deadline = performance.now() + 20_000;
  while (!(await dropped())) {
    assert.ok(performance.now() < deadline, 'never cut off');
    // More than the kernel holds for a reader on loopback, in a few messages.
    rig.publish({ tenantId: rig.first, topic: 'settings', id: 'x'.repeat(1_000_000) });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const before = heard;
  rig.publish({ tenantId: rig.first, topic: 'settings', id: 'after' });
  while (heard === before) {
    assert.ok(performance.now() < deadline, 'the one who reads hears nothing more');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  controller.abort();
  await reading;
  sleeper.destroy();
});

test('closing waits for the answer of a request that is under way, and takes no new one', async () => {
  const rig = await open();
  const { url } = await rig.api.listen();
  const admin = await rig.signedIn(rig.first, 'admin');
  const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
  const made = await admin.request('POST', '/api-keys', { name: 'slow', role: 'admin' });
  const headers = {
    authorization: `Bearer ${String(made.body['key'])}`,
    'content-type': 'application/json',
  };
  const order: string[] = [];
  rig.live.place = async () => {
    begin(undefined);
    await held;
    // What a slow request does last is with the database still.
    await rig.database.database.executeSql('select 1');
    order.push('worked');
    return { ok: true, value: 'call-late' as never };
  };
  const agent = await admin.request('POST', '/agents', {
    email: 'slow@first.test',
    name: 'Slow',
    agentId: '1001',
    sipUsername: 'slow1',
    sipPassword: 'long-enough-password',
    queueIds: [],
  });
  assert.equal(agent.status, 201, agent.text);
  const call = { type: 'AgentOutbound', agentId: agent.body['id'], to: '+12025550123' };
  const body = JSON.stringify(call);
  const answer = fetch(`${url}/api/v1/calls`, { method: 'POST', headers, body });
  await Promise.race([begun, answer.then(async (early) => assert.fail(await early.text()))]);
  const closed = rig.api.close().then(() => order.push('closed'));
  release(undefined);
  const { status } = await answer;
  await closed;
  assert.deepEqual(order, ['worked', 'closed']);
  assert.ok(status < 300, `${status}`);
});

test('figures are for this machine alone: a proxy on it brings no stranger to them', async () => {
  const [near, far] = [await openShared(), await open({ publicUrl: 'https://calls.example.test' })];
  const status = async (rig: ApiRig, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await rig.api.inject({ method: 'GET', url: '/metrics', headers });
    return answer.statusCode;
  };
  assert.equal(await status(near), 200);
  assert.equal(await status(near, { 'x-forwarded-for': '203.0.113.9' }), 401);
  assert.equal(await status(far), 401, 'a public address means a proxy stands before us');
  const admin = await near.signedIn(near.first, 'admin');
  const made = await admin.request('POST', '/api-keys', { name: 'prometheus', role: 'auditor' });
  const authorization = `Bearer ${String(made.body['key'])}`;
  assert.equal(await status(near, { 'x-forwarded-for': '203.0.113.9', authorization }), 200);
});

test('text that no column can hold is refused: as an id 404, in a filter or a field 400', async () => {
  const rig = await openShared();
  const admin = await rig.signedIn(rig.first, 'admin');
  assert.equal((await admin.request('GET', '/recordings/a%00b')).status, 404);
  assert.equal((await admin.request('GET', '/queues/%00')).status, 404);
  for (const filter of ['number', 'agentId', 'queueId', 'callId', 'cursor'])
    assert.equal((await admin.request('GET', `/recordings?${filter}=a%00`)).status, 400, filter);
  const named = await admin.request('POST', '/queues', { name: 'a\0b' });
  assert.equal(named.status, 400, named.text);
});

test('a console that was built anew is shown without a restart', async () => {
  const home = join(folder, 'rebuilt');
  mkdirSync(join(home, 'assets'), { recursive: true });
  writeFileSync(join(home, 'index.html'), 'first');
  const rig = await open({ consoleFolder: home });
  const get = async (url: string): Promise<string> =>
    (await rig.api.inject({ method: 'GET', url, headers: { accept: '*/*' } })).body;
  assert.equal(await get('/'), 'first');
  rmSync(join(home, 'index.html'));
  assert.equal(await get('/'), 'first', 'the page before, while the new one is being made');
  writeFileSync(join(home, 'index.html'), 'second');
  writeFileSync(join(home, 'assets', 'new-5e6f.js'), 'fresh');
  assert.equal(await get('/'), 'second');
  assert.equal(await get('/assets/new-5e6f.js'), 'fresh');
});

test('slow headers are ended after half a minute; bodies are timed by how they move, not by one limit for all', async () => {
  const { server } = (await openShared()).api;
  assert.deepEqual([server.headersTimeout, server.requestTimeout], [30_000, 0]);
});
