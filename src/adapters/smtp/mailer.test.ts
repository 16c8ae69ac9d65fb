import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { MailRefusal, MailServer } from '#ports/mail.ts';
import { selfSigned } from '../../../tests/rig/certificate.ts';
import { createMailer } from './mailer.ts';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly isSecure: boolean;
  readonly user: unknown;
}

const servers: SMTPServer[] = [];
after(() => Promise.all(servers.map((server) => new Promise<void>((done) => server.close(done)))));

/** A real mail server on a free port, with what it took. */
const listen = async (
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly received: Received[] }> => {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onAuth: ({ username = '', password }, _session, done) =>
      password === 'right'
        ? done(null, { user: username })
        : done(new Error('535 Username and password are not accepted')),
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody') ? done(new Error('550 No such mailbox')) : done(),
    onData: (stream, { envelope, secure, user }, done) => {
      let text = '';
      stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        received.push({ from, to, text, isSecure: secure, user: user as unknown });
        done();
      });
    },
    ...options,
  });
  servers.push(server);
  server.on('error', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: (server.server.address() as AddressInfo).port, received };
};

const serverAt = (port: number, facts: Partial<MailServer> = {}): MailServer => ({
  host: 'localhost',
  port,
  security: 'starttls',
  username: 'calls',
  password: 'right',
  fromAddress: 'calls@example.test',
  fromName: 'Call centre',
  isTrusted: false,
  ...facts,
});
const message = { to: 'ada@example.test', subject: 'Alarm: disk full', text: 'Free some space.\n' };

const { cert, key } = selfSigned();
const mailer = createMailer({ outboundAllow: ['127.0.0.0/8', '::1'], ca: cert, timeoutMs: 3000 });

const whyOf = async (
  server: MailServer,
  by = mailer,
  what = message,
): Promise<MailRefusal['why'] | 'sent'> => {
  const sent = await by.send(server, what);
  return sent.ok ? 'sent' : sent.error.why;
};

test('a message arrives over STARTTLS and over TLS from the first byte, signed in', async () => {
  for (const [security, options] of [
    ['starttls', {}],
    ['tls', { secure: true }],
  ] as const) {
    const { port, received } = await listen({ cert, key, ...options });
    assert.equal(await whyOf(serverAt(port, { security })), 'sent');
    const mail = received[0] ?? assert.fail('nothing arrived');
    assert.equal(mail.isSecure, true);
    assert.equal(mail.user, 'calls');
    assert.deepEqual(mail.to, ['ada@example.test']);
    assert.match(mail.text, /From: Call centre <calls@example.test>/);
    assert.match(mail.text, /Free some space\./);
  }
});

test('a server without TLS gets neither password nor message when TLS was asked for', async () => {
  const { port, received } = await listen({ disabledCommands: ['STARTTLS'] });
  assert.equal(await whyOf(serverAt(port)), 'tls');
  assert.deepEqual(received, []);
  assert.equal(await whyOf(serverAt(port, { security: 'none', username: null })), 'sent');
});

test('a certificate that nobody vouches for is refused', async () => {
  const { port, received } = await listen({ cert, key });
  const strict = createMailer({ outboundAllow: ['127.0.0.0/8'], timeoutMs: 3000 });
  assert.equal(await whyOf(serverAt(port), strict), 'tls');
  assert.deepEqual(received, []);
});

test('a wrong password, an unknown mailbox, a closed port and an unknown host are each named', async () => {
  const { port } = await listen({ cert, key });
  assert.equal(await whyOf(serverAt(port, { password: 'wrong' })), 'not-signed-in');
  const nobody = { ...message, to: 'nobody@example.test' };
  const refused = await mailer.send(serverAt(port), nobody);
  assert.equal(!refused.ok && refused.error.why, 'refused');
  assert.match(refused.ok ? '' : refused.error.detail, /No such mailbox/);
  assert.equal(await whyOf(serverAt(1)), 'unreachable');
  assert.equal(await whyOf(serverAt(port, { host: 'no-such-host.invalid' })), 'unreachable');
});

test('a server that says nothing is given up on', async () => {
  const { createServer } = await import('node:net');
  const silent = createServer(() => undefined);
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  const { port } = silent.address() as AddressInfo;
  const hasty = createMailer({ outboundAllow: ['127.0.0.0/8'], timeoutMs: 300 });
  try {
    assert.equal(await whyOf(serverAt(port, { host: '127.0.0.1' }), hasty), 'timed-out');
  } finally {
    silent.close();
  }
});

test('a tenant reaches no private or loopback address, however it is written, unless the owner opened it', async () => {
  const { port, received } = await listen({ cert, key });
  const closed = createMailer({ outboundAllow: [], timeoutMs: 1000 });
  for (const host of [
    'localhost',
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    'fd00::1',
    'fe80::1',
    '64:ff9b::7f00:1',
  ])
    assert.equal(await whyOf(serverAt(port, { host }), closed), 'address-not-allowed', host);
  assert.deepEqual(received, []);
  // The owner's own server may be anywhere.
  const own = createMailer({ outboundAllow: [], ca: cert, timeoutMs: 3000 });
  assert.equal(await whyOf(serverAt(port, { isTrusted: true }), own), 'sent');
});

test('line breaks in addresses, names and subject make no header and no second recipient', async () => {
  const { port, received } = await listen({ cert, key });
  const sly = 'Hello\r\nBcc: victim@example.test\r\n\r\nbody';
  const server = serverAt(port, { fromName: sly });
  assert.equal(await whyOf(server, mailer, { ...message, subject: sly }), 'sent');
  const mail = received[0] ?? assert.fail('nothing arrived');
  assert.deepEqual(mail.to, ['ada@example.test']);
  assert.doesNotMatch(mail.text, /^Bcc:/m);
  const to = 'ada@example.test\r\nRCPT TO:<victim@example.test>';
  await mailer.send(server, { ...message, to });
  for (const each of received)
    assert.ok(!each.to.includes('victim@example.test'), each.to.join(' '));
});
