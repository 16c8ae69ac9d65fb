import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { MailMessage, MailRefusal, MailServer } from '#ports/mail.ts';
import { openApiRig, type ApiRig, type Client } from '../../../tests/rig/api-rig.ts';

let rig: ApiRig;
let admin: Client;
const sent: { readonly server: MailServer; readonly message: MailMessage }[] = [];
let refusal: MailRefusal | null = null;

before(async () => {
  rig = await openApiRig({
    mailer: {
      send: async (server, message) => {
        sent.push({ server, message });
        return refusal ? { ok: false, error: refusal } : { ok: true, value: null };
      },
    },
  });
  admin = await rig.signedIn(rig.first, 'admin');
});
after(() => rig.close());

const settings = {
  host: 'mail.example.test',
  port: 587,
  security: 'starttls',
  username: 'calls',
  password: 'very-secret-password',
  fromAddress: 'calls@example.test',
  fromName: 'Call centre',
};
const put = (part: object) => admin.request('PUT', '/settings/email', part);
const { password: _password, ...withoutPassword } = settings;
const last = () => sent.at(-1);

test('without a mail server the test message says so', async () => {
  const answer = await admin.request('POST', '/settings/email/test', { to: 'ada@example.test' });
  assert.equal(answer.status, 409);
  assert.equal(answer.body['code'], 'mail/not-set');
});

test('the password is stored sealed, used, and shown by nobody: neither answer, log nor audit log', async () => {
  const saved = await put(settings);
  assert.equal(saved.status, 200, saved.text);
  const read = await admin.request('GET', '/settings/email');
  assert.deepEqual(read.body['settings'], { ...withoutPassword, hasPassword: true });
  const audit = await admin.request('GET', '/audit-log');
  const rows = await rig.database.database.kysely
    .selectFrom('settingsVersions')
    .select('value')
    .execute();
  for (const text of [saved.text, read.text, audit.text, rig.log.join('\n'), JSON.stringify(rows)])
    assert.ok(!text.includes(settings.password));
  assert.match(audit.text, /"secrets":\["password"\]/);
  const tested = await admin.request('POST', '/settings/email/test', { to: 'ada@example.test' });
  assert.deepEqual(tested.body, { sent: true, why: null, detail: null });
  assert.equal(last()?.server.password, settings.password);
  assert.equal(last()?.message.to, 'ada@example.test');
});

test('a password stays with the server it was written for', async () => {
  await put({ ...withoutPassword, fromName: 'Desk' });
  await admin.request('POST', '/settings/email/test', { to: 'ada@example.test' });
  assert.equal(last()?.server.password, settings.password);
  await put({ ...withoutPassword, host: 'mail.elsewhere.test' });
  await admin.request('POST', '/settings/email/test', { to: 'ada@example.test' });
  assert.equal(last()?.server.password, null);
});

test('what the mail server refused comes back in its own words', async () => {
  refusal = { why: 'not-signed-in', detail: '535 Username and password are not accepted' };
  const answer = await admin.request('POST', '/settings/email/test', { to: 'ada@example.test' });
  refusal = null;
  assert.deepEqual(answer.body, {
    sent: false,
    ...{ why: 'not-signed-in' },
    detail: '535 Username and password are not accepted',
  });
});

test('line breaks and things that are no address are refused in their field', async () => {
  for (const [field, value] of [
    ['fromAddress', 'calls@example.test\r\nBcc: victim@example.test'],
    ['fromAddress', 'a@x.test, b@x.test'],
    ['fromName', 'Desk\r\nBcc: victim@example.test'],
    ['username', 'calls\r\nAUTH'],
    ['host', 'mail.example.test\r\nX'],
    ['host', 'http://mail.example.test'],
    ['fromName', 'x'.repeat(10_000)],
  ] as const) {
    const answer = await put({ ...settings, [field]: value });
    assert.equal(answer.status, 400, `${field} ${JSON.stringify(value).slice(0, 60)}`);
    const errors = answer.body['errors'] as readonly { readonly field: string }[];
    assert.deepEqual([...new Set(errors.map((each) => each.field))], [field]);
  }
  const to = { to: 'ada@example.test\r\nBcc: victim@example.test' };
  assert.equal((await admin.request('POST', '/settings/email/test', to)).status, 400);
});

test('of two people who edit the settings the second is told; another tenant sees nothing of them', async () => {
  const read = await admin.request('GET', '/settings/email');
  const version = Number(read.body['version']);
  assert.equal((await put({ ...settings, version })).status, 200);
  const second = await put({ ...settings, version });
  assert.equal(second.body['code'], 'settings/version-conflict');
  const other = await rig.signedIn(await rig.tenant('There'), 'admin');
  assert.equal((await other.request('GET', '/settings/email')).body['settings'], null);
  assert.equal((await admin.request('DELETE', '/settings/email')).status, 204);
  assert.equal((await admin.request('GET', '/settings/email')).body['settings'], null);
});
