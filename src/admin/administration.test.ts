import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { refuse } from '#base/result.ts';
import type { AgentId } from '#core/ids.ts';
import type { UserRole } from '#core/policy/rights.ts';
import type { Principal } from '#ports/administration.ts';
import type { Clock } from '#ports/clock.ts';
import { openApiRig, testPassword, type ApiRig } from '../../tests/rig/api-rig.ts';
import { silentLog } from '../../tests/rig/silent.ts';
import { runCommand, type CommandTools } from './commands.ts';
import { systemPrincipal } from './first-run.ts';
import { createPasswords } from './passwords.ts';
import { createTryOutDesk } from './try-out.ts';
import { limits, SignInLimits } from './sign-in-limits.ts';

let rig: ApiRig;
before(async () => {
  rig = await openApiRig();
});
after(() => rig.close());

const as = (role: UserRole): Principal => ({
  ...systemPrincipal(rig.first),
  kind: 'user',
  id: 'someone',
  role,
});

const noTools: CommandTools = {
  backups: { make: async () => refuse('not asked of a test') },
  nodes: { list: async () => [], retire: async () => refuse('not asked of a test') },
};

test('the first run makes one sign-in, the second run none', async () => {
  assert.equal(await rig.admin.ensureFirstAdmin({ email: 'again@x.test', password: null }), null);
  const tenants = await rig.admin.tenants.list(as('owner'), { limit: 10, cursor: null });
  assert.deepEqual(
    tenants.items.map(({ name, vdnId, sdkAppId }) => ({ name, vdnId, sdkAppId }))[0],
    { name: 'Default', vdnId: 1, sdkAppId: 1_400_000_001 },
  );
});

test('made from the console, the try-out centre tells the password of a new agent, and leaves that of one who is there', async () => {
  const caller = {
    call: () => Promise.reject(new Error('nobody calls here')),
    close: () => Promise.resolve(),
  };
  const desk = createTryOutDesk(rig.admin, caller, silentLog());
  const { agent } = await desk.make(rig.first);
  assert.match(agent.sipPassword ?? '', /\S{8}/);
  const account = await rig.admin.sipAccountOf(rig.first, agent.id as AgentId);
  const again = await desk.make(rig.first);
  assert.deepEqual(again.agent, { ...agent, sipPassword: null });
  assert.deepEqual(await rig.admin.sipAccountOf(rig.first, agent.id as AgentId), account);
});

test('the try-out centre is made once and found again, with a new SIP password each time', async () => {
  const first = await rig.admin.ensureTryOut();
  const second = await rig.admin.ensureTryOut();
  assert.equal(second.queueId, first.queueId);
  assert.equal(second.agent.id, first.agent.id);
  assert.notEqual(second.agent.sipPassword, first.agent.sipPassword);
  const settings = await rig.admin.callRecording.read(as('admin'));
  assert.equal(settings.useCallRecording && settings.inbound.record, true);
  const numbers = await rig.admin.numbers.list(as('admin'), { limit: 10, cursor: null });
  assert.deepEqual(
    numbers.items.map(({ number, target }) => ({ number, target })),
    [{ number: '1000', target: { kind: 'queue', id: first.queueId } }],
  );
});

test('whoever does as an address that is taken advises is not refused again', async () => {
  const who = systemPrincipal(await rig.tenant('Advice'));
  const base = { host: '198.51.100.7', callerNumbers: [] };
  const told = async (
    standing: { readonly transport?: 'udp' | 'tcp'; readonly address: string },
    wanted: { readonly transport?: 'udp' | 'tcp'; readonly address: string },
  ) => {
    const [first, second] = [standing, wanted].map(({ transport = 'udp', address }) => ({
      ...base,
      name: transport,
      transport,
      allowedAddresses: [address],
    }));
    assert.ok(first && second);
    const stands = await rig.admin.trunks.create(who, first);
    assert.ok(stands.ok);
    const refused = await rig.admin.trunks.create(who, second);
    assert.ok((await rig.admin.trunks.remove(who, stands.value.id)).ok);
    const [error] = (!refused.ok && refused.error.errors) || [];
    return { way: error?.facts?.['way'], message: error?.message ?? '' };
  };
  const whole = { address: '198.51.100.7' };
  const narrow = await told(whole, { address: '198.51.100.7:5070' });
  assert.equal(narrow.way, 'whole');
  assert.match(narrow.message, /narrow its allowed addresses to 198\.51\.100\.7:5060\.$/);
  // Narrowed to a port, the first would still overlap each of these.
  for (const address of ['198.51.100.7', '198.51.100.7:5060']) {
    const { way, message } = await told(whole, { address });
    assert.equal(way, 'part', address);
    assert.match(message, /give each a port of its own, or have both known by user name/);
  }
  assert.equal((await told(whole, { address: '198.51.100.0/24' })).way, 'part');
  // The calls of a trunk on TCP come from any port: narrowed to one, it would take none.
  const tcp = await told({ ...whole, transport: 'tcp' }, { address: '198.51.100.7:5070' });
  assert.equal(tcp.way, 'part');
  assert.doesNotMatch(tcp.message, /port/);
});

test('an administrator makes no owner, and the last one who administers cannot go', async () => {
  const draft = { email: 'o@x.test', password: testPassword, role: 'owner' as const };
  const made = await rig.admin.users.create(as('admin'), draft);
  assert.equal(!made.ok && made.error.code, 'user/role-not-grantable');
  const users = await rig.admin.users.list(as('owner'), { limit: 10, cursor: null });
  const owner = users.items.find(({ role }) => role === 'owner');
  assert.ok(owner);
  const demoted = await rig.admin.users.change(as('admin'), owner.id, { role: 'auditor' });
  assert.equal(!demoted.ok && demoted.error.code, 'user/role-not-grantable');
  const gone = await rig.admin.users.remove(as('owner'), owner.id);
  assert.equal(!gone.ok && gone.error.code, 'user/last-administrator');
});

test('names and addresses that decide something are taken once, and a refused change leaves nothing', async () => {
  const who = as('admin');
  const draft = {
    name: 'Carrier',
    host: '10.0.0.1',
    allowedAddresses: ['10.0.0.1', '10.0.0.2:5080'],
  };
  const first = await rig.admin.trunks.create(who, draft);
  assert.ok(first.ok);
  const other = systemPrincipal(await rig.tenant('Rival'));
  const taken = await rig.admin.trunks.create(other, { ...draft, name: 'Other' });
  assert.deepEqual(!taken.ok && taken.error.errors?.[0]?.field, 'allowedAddresses');
  const rows = await rig.admin.trunks.list(other, { limit: 10, cursor: null });
  assert.deepEqual(rows.items, []);
  const removed = await rig.admin.trunks.remove(who, first.value.id);
  assert.ok(removed.ok);
  assert.ok(
    (await rig.admin.trunks.create(other, draft)).ok,
    'a removed trunk frees its addresses',
  );
});

test('a source address decides one trunk: ranges that overlap another trunk are refused, and whose it is stays unsaid', async () => {
  const who = as('admin');
  const other = systemPrincipal(await rig.tenant('Overlap'));
  const make = (by: Principal, ...allowedAddresses: string[]) =>
    rig.admin.trunks.create(by, { name: 'Secret name', host: '198.18.0.1', allowedAddresses });
  const range = await make(who, '198.18.0.0/16');
  assert.ok(range.ok);
  const unsaid = (address: string): string =>
    `Another trunk of this installation takes calls from ${address} already.`;
  for (const [by, address, words] of [
    [other, '198.18.7.7', unsaid('198.18.7.7')],
    [other, '198.18.7.7:5080', unsaid('198.18.7.7:5080')],
    [other, '198.0.0.0/8', unsaid('198.0.0.0/8')],
    [
      who,
      '198.18.128.0/17',
      'Trunk “Secret name” takes calls from 198.18.0.0/16 already, and 198.18.128.0/17 could not be told from it: change one of the two, or have both known by user name and password instead.',
    ],
  ] as const) {
    const refused = await make(by, '192.0.2.77', address);
    assert.ok(!refused.ok, address);
    assert.equal(refused.error.code, 'trunk/address-taken');
    assert.equal(refused.error.errors?.[0]?.message, words);
  }
  const free = await make(other, '198.19.0.0/16');
  assert.ok(free.ok, 'a neighbour is nobody else');
  const moved = await rig.admin.trunks.change(other, free.value.id, {
    allowedAddresses: ['198.19.0.0/16', '198.18.0.9'],
  });
  assert.equal(!moved.ok && moved.error.code, 'trunk/address-taken');
  const own = await rig.admin.trunks.change(who, range.value.id, {
    allowedAddresses: ['198.18.0.0/15', '198.18.0.0/16'],
  });
  assert.equal(!own.ok && own.error.code, 'trunk/address-taken', 'grown into the neighbour');
  const narrowed = await rig.admin.trunks.change(who, range.value.id, {
    allowedAddresses: ['198.18.0.0/17', '198.18.0.1'],
  });
  assert.ok(narrowed.ok, 'entries of one trunk may overlap');
});

test('the password of a trunk is not handed to another host or user name, and stays when something else changes', async () => {
  const who = as('admin');
  const made = await rig.admin.trunks.create(who, {
    name: 'Carrier with a password',
    host: 'sip.carrier.example',
    username: 'centre-22',
    password: 'told-to-the-carrier',
    allowedAddresses: [],
  });
  assert.ok(made.ok);
  const { id } = made.value;
  const after = async (change: Parameters<typeof rig.admin.trunks.change>[2]) => {
    const changed = await rig.admin.trunks.change(who, id, change);
    assert.ok(changed.ok, JSON.stringify(changed));
    return changed.value.hasPassword;
  };
  assert.equal(await after({ name: 'Carrier renamed', port: 5062 }), true);
  assert.equal(await after({ host: 'elsewhere.example' }), false);
  assert.equal(await after({ host: 'third.example', password: 'written again' }), true);
  assert.equal(await after({ username: 'centre-23' }), false);
});

test('two trunks made at once for one range: one stands', async () => {
  const [one, two] = [as('admin'), systemPrincipal(await rig.tenant('At once'))];
  const results = await Promise.all([
    rig.admin.trunks.create(one, { name: 'A', host: 'a', allowedAddresses: ['100.64.0.0/10'] }),
    rig.admin.trunks.create(two, { name: 'B', host: 'b', allowedAddresses: ['100.64.1.0/24'] }),
  ]);
  assert.equal(results.filter(({ ok }) => ok).length, 1);
});

test('numbers are stored in E.164 by the country of the tenant, short ones as they are', async () => {
  const who = as('admin');
  const queue = await rig.admin.queues.create(who, { name: 'Numbers' });
  assert.ok(queue.ok);
  const target = { kind: 'queue' as const, id: queue.value.id };
  const national = await rig.admin.numbers.create(who, { number: '(202) 555-0123', target });
  assert.equal(national.ok && national.value.number, '+12025550123');
  const again = await rig.admin.numbers.create(who, { number: '+1 202 555 0123', target });
  assert.equal(!again.ok && again.error.code, 'number/taken');
  const removed = await rig.admin.queues.remove(who, queue.value.id);
  assert.equal(!removed.ok && removed.error.code, 'queue/in-use');
});

test('a queue cannot be put below itself', async () => {
  const who = as('admin');
  const top = await rig.admin.queues.create(who, { name: 'Top' });
  assert.ok(top.ok);
  const below = await rig.admin.queues.create(who, { name: 'Below', parentId: top.value.id });
  assert.ok(below.ok);
  const ring = await rig.admin.queues.change(who, top.value.id, { parentId: below.value.id });
  assert.equal(!ring.ok && ring.error.code, 'queue/parent-cycle');
});

test('a change is noted with what it was and became, and those who watch are told', async () => {
  const who = as('admin');
  const made = await rig.admin.queues.create(who, { name: 'Watched' });
  assert.ok(made.ok);
  rig.published.length = 0;
  await rig.admin.queues.change(who, made.value.id, { ringSeconds: 30 });
  assert.deepEqual(rig.published, [{ tenantId: rig.first, topic: 'settings', id: made.value.id }]);
  const filter = { subjectId: made.value.id };
  const lines = await rig.admin.audit.list(who, { limit: 10, cursor: null }, filter);
  assert.deepEqual(
    lines.items.map(({ action }) => action),
    ['queue.update', 'queue.create'],
  );
  assert.deepEqual(lines.items[0]?.detail['changed'], { ringSeconds: [20, 30] });
});

test('passwords are salted, slow to check, and a broken hash matches nothing', async () => {
  const passwords = createPasswords({ logN: 4, r: 8, p: 1 });
  const [one, two] = await Promise.all([passwords.hash('same'), passwords.hash('same')]);
  assert.notEqual(one, two);
  assert.equal(await passwords.matches('same', one), true);
  assert.equal(await passwords.matches('other', one), false);
  assert.equal(await passwords.matches('same', null), false);
  assert.equal(await passwords.matches('same', 'md5$1$2$3'), false);
});

test('a flood of sign-ins is refused instead of queued without end', async () => {
  const passwords = createPasswords({ logN: 4, r: 8, p: 1 });
  const tries = await Promise.allSettled(
    Array.from({ length: 200 }, () => passwords.matches('x', null)),
  );
  const refused = tries.filter(({ status }) => status === 'rejected').length;
  assert.equal(refused, 200 - 52);
  assert.equal(await passwords.matches('x', null), false);
});

test('failed sign-ins are counted by account and by address, forgotten in time, in bounded memory', () => {
  let now = 0;
  const clock = { monoMs: () => now } as Clock;
  const guard = new SignInLimits(clock);
  for (let n = 0; n < limits.account; n++) guard.attempt('a', '10.0.0.1');
  assert.ok(guard.waitSeconds('a', '10.9.9.9') > 0);
  assert.equal(guard.waitSeconds('b', '10.9.9.9'), 0);
  for (let n = 0; n < limits.address; n++) guard.attempt(`c${n}`, '10.0.0.2');
  assert.ok(guard.waitSeconds('never-tried', '10.0.0.2') > 0);
  now += limits.windowMs;
  assert.equal(guard.waitSeconds('a', '10.0.0.2'), 0);
  for (let n = 0; n < 50_000; n++) guard.attempt(`user${n}`, `10.${n >> 8}.${n & 255}.1`);
  assert.ok(guard.entries <= 40_000);
  for (let n = 0; n < limits.account; n++) guard.attempt('user49999', '10.9.9.9');
  assert.ok(guard.waitSeconds('user49999', '10.8.8.8') > 0, 'the latest are the ones that stay');
  for (let n = 0; n < 25_000; n++) guard.succeeded(`user${n}`, `10.${n >> 8}.${n & 255}.1`);
  assert.ok(guard.entries <= 60_000);
});

test('a stranger who guesses shuts himself out of an account, not the address its owner signs in from', () => {
  const guard = new SignInLimits({ monoMs: () => 0 } as Clock);
  guard.attempt('owner', '10.0.0.1');
  guard.succeeded('owner', '10.0.0.1');
  for (let n = 0; n < limits.account; n++) guard.attempt('owner', '192.0.2.9');
  assert.ok(guard.waitSeconds('owner', '192.0.2.9') > 0);
  assert.ok(guard.waitSeconds('owner', '192.0.2.10') > 0, 'nor another stranger');
  assert.equal(guard.waitSeconds('owner', '10.0.0.1'), 0);
  for (let n = 0; n < limits.account; n++) guard.attempt('owner', '10.0.0.1');
  assert.ok(guard.waitSeconds('owner', '10.0.0.1') > 0, 'guesses from there are counted as well');
});

test('a whole office signs in behind one address, and guesses from there are counted all the same', () => {
  const guard = new SignInLimits({ monoMs: () => 0 } as Clock);
  const office = '203.0.113.7';
  for (let n = 0; n < 4 * limits.address; n++) {
    assert.equal(guard.waitSeconds(`agent${n}`, office), 0, `agent ${n}`);
    guard.attempt(`agent${n}`, office);
    guard.succeeded(`agent${n}`, office);
  }
  for (let n = 0; n < limits.address; n++) {
    guard.attempt(`victim${n}`, office);
    guard.attempt('guesser', office);
    guard.succeeded('guesser', office);
  }
  assert.ok(guard.waitSeconds('agent1', office) > 0, 'an own account buys no guesses at others');
});

test('the command line makes a key that works and prints nothing else', async () => {
  const answer = await runCommand(rig.admin, ['api-key', 'create', '--role', 'admin'], noTools);
  assert.equal(answer.code, 0);
  assert.match(answer.out, /^crk_[\w-]{43}$/);
  assert.equal((await rig.withKey(answer.out).request('GET', '/queues')).status, 200);
  const wrong = await runCommand(rig.admin, ['api-key', 'create', '--role', 'king'], noTools);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /--role must be one of/);
  for (const [words, says] of [
    [['--role', 'agent'], 'A command is missing.'],
    [['bakup'], 'There is no command "bakup".'],
    [['user'], 'The command "user" needs a second word: create or password.'],
    [['user', 'delete'], 'There is no command "user delete"; "user" goes with create or password.'],
  ] as const) {
    const { code, err } = await runCommand(rig.admin, words, noTools);
    assert.deepEqual([code, err.split('\n')[0]], [2, says]);
  }
  assert.equal(
    (await runCommand(rig.admin, ['api-key', 'create', '--colour', 'red'], noTools)).code,
    2,
  );
});

test('a tenant made on the command line is reached by its name, id or VDN id, and a lost password is replaced', async () => {
  const made = await runCommand(rig.admin, ['tenant', 'create', '--name', 'Second House'], noTools);
  assert.equal(made.code, 0);
  const create = ['user', 'create', '--email', 'lost@second.test', '--role', 'admin'];
  assert.equal(
    (await runCommand(rig.admin, [...create, '--tenant', 'second house'], noTools)).code,
    0,
  );
  assert.equal((await runCommand(rig.admin, [...create, '--tenant', 'nowhere'], noTools)).code, 1);
  const reset = ['user', 'password', '--email', 'lost@second.test', '--password', testPassword];
  assert.equal((await runCommand(rig.admin, reset, noTools)).code, 0);
  const body = { email: 'lost@second.test', password: testPassword };
  const signedIn = await rig.anonymous().request('POST', '/sessions', body);
  assert.equal(signedIn.status, 201);
  assert.equal((signedIn.body['tenant'] as { id: string }).id, made.out);
});
