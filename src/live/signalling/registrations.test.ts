import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { AgentEntry } from '#core/directory.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import type { KeptPhone, KeptPhones } from '#ports/kept-phones.ts';
import { makeHa1 } from '#protocol/sip/digest.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { until } from '../../../tests/rig/programs.ts';
import {
  agentOf,
  passwordOf,
  realm,
  type RunningSignalling,
  sipRoom,
} from '../../../tests/rig/signalling.ts';

const { start, udpPeer, close } = sipRoom();
after(close);

const bob = agentOf('bob');

const withPassword = (agent: AgentEntry, password: string): AgentEntry => {
  const who = { username: agent.sipUsername, realm, password };
  return { ...agent, ha1: { md5: makeHa1('MD5', who), sha256: makeHa1('SHA-256', who) } };
};

/** Bob's phone is registered for an hour; the contacts that are told from then on, by user name. */
const bobAtHisPhone = async (keptPhones?: KeptPhones) => {
  const running = await start({ agents: [bob] }, keptPhones && { keptPhones });
  const phone = await udpPeer(running.port);
  const address = '<sip:bob@127.0.0.1>';
  const request = phone.request('REGISTER', {
    uri: 'sip:127.0.0.1',
    from: `${address};tag=r`,
    to: address,
    headers: [['Expires', '3600']],
  });
  const credentials = { username: 'bob', password: passwordOf('bob') };
  phone.authorized(request, await phone.nextResponse('401 REGISTER'), credentials);
  await phone.nextResponse('200 REGISTER');
  const told: string[] = [];
  running.signalling.onRegistration(({ sipUsername }, contacts) =>
    told.push(`${sipUsername} ${contacts}`),
  );
  return { running, phone, told };
};

/** What a restart finds: the phones that the life before kept. */
const memory = (): KeptPhones & { readonly phones: () => readonly KeptPhone[] } => {
  let list: () => readonly KeptPhone[] = () => [];
  let kept: readonly KeptPhone[] = [];
  return {
    nameOf: (secret) => `name of ${secret}`,
    read: () => kept,
    changed: (now) => {
      list = now;
      kept = list();
    },
    phones: () => kept,
  };
};

/** How a call to this agent ends when no phone answers. */
const ringing = async (running: RunningSignalling, agent: AgentEntry): Promise<string> => {
  const call = running.place({ kind: 'agent', agent }, { ringSeconds: 2 });
  return (await call.heard('ended')).cause.how;
};

test('a phone with the old password is not rung any more once the agent has a new one', async () => {
  const { running, phone, told } = await bobAtHisPhone();
  const renewed = withPassword(bob, 'a new one');
  running.setDirectory({ agents: [renewed] });
  assert.equal(running.signalling.registeredContacts(renewed), 0);
  assert.deepEqual(told, ['bob 0'], 'the board hears that nobody sits there');
  assert.equal(await ringing(running, renewed), 'transport');
  assert.ok(await phone.staysSilent(/INVITE/, 100));
});

test('a phone that rings while its agent gets another password, or is deleted, stops to ring', async () => {
  for (const agents of [[withPassword(bob, 'a new one')], []]) {
    const { running, phone } = await bobAtHisPhone();
    const call = running.place({ kind: 'agent', agent: bob });
    const invite = await phone.nextRequest('INVITE');
    phone.respond(invite, 180);
    await call.heard('ringing');
    running.setDirectory({ agents });
    assert.equal(
      (await call.heard('ended')).cause.how,
      'transport',
      'the next agent is looked for',
    );
    await phone.nextRequest('CANCEL');
  }
});

test('another centre that takes a freed user name does not ring the phone of the one before', async () => {
  const { running, phone } = await bobAtHisPhone();
  const other = { ...bob, id: 'agent-other' as AgentId, tenantId: 'other' as TenantId };
  running.setDirectory({ agents: [] });
  running.setDirectory({ agents: [withPassword(other, 'of theirs')] });
  assert.equal(await ringing(running, other), 'transport');
  assert.ok(await phone.staysSilent(/INVITE/, 100));
});

test('so it is when the name changes hands at once, with the password of before', async () => {
  const { running } = await bobAtHisPhone();
  const other = { ...bob, id: 'agent-other' as AgentId, tenantId: 'other' as TenantId };
  running.setDirectory({ agents: [other] });
  assert.equal(running.signalling.registeredContacts(other), 0);
});

test('an agent with a new user name sits nowhere until a phone registers under it', async () => {
  const { running, told } = await bobAtHisPhone();
  const renamed = withPassword({ ...bob, sipUsername: 'robert' }, passwordOf('bob'));
  running.setDirectory({ agents: [renamed] });
  assert.deepEqual(told, ['robert 0']);
});

test('a phone stays registered while other things of its agent change', async () => {
  const { running, told } = await bobAtHisPhone();
  running.setDirectory({ agents: [{ ...bob, name: 'Bob', callerNumber: '+15550101' }] });
  assert.equal(running.signalling.registeredContacts(bob), 1);
  assert.deepEqual(told, []);
});

test('after a restart a phone rings before it has registered again, until its time is up', async () => {
  const keptPhones = memory();
  const { running, phone } = await bobAtHisPhone(keptPhones);
  const { port } = running;
  await running.signalling.close();
  const [kept] = keptPhones.phones();
  assert(kept);
  const leftMs = kept.expiresAtMs - systemClock.nowMs();
  assert(leftMs > 3_590_000 && leftMs <= 3_600_000, String(leftMs));
  const again = await start({ agents: [bob] }, { port, keptPhones });
  assert.equal(again.signalling.registeredContacts(bob), 1);
  phone.respond(await phone.nextRequest('OPTIONS'), 405);
  const call = again.place({ kind: 'agent', agent: bob });
  phone.respond(await phone.nextRequest('INVITE'), 180);
  await call.heard('ringing');
  call.leg.hangUp('');
  phone.respond(await phone.nextRequest('CANCEL'), 200);
  const old = { ...kept, expiresAtMs: systemClock.nowMs() - 1 };
  const late = await start({ agents: [bob] }, { keptPhones: { ...keptPhones, read: () => [old] } });
  assert.equal(late.signalling.registeredContacts(bob), 0);
});

test('a phone of before a restart that does not answer any more is out soon', async () => {
  const keptPhones = memory();
  const { running } = await bobAtHisPhone(keptPhones);
  await running.signalling.close();
  const again = await start({ agents: [bob] }, { keptPhones });
  const told: string[] = [];
  again.signalling.onRegistration((_agent, contacts) => told.push(`bob ${contacts}`));
  assert.equal(again.signalling.registeredContacts(bob), 1);
  await until('nobody is there', () => told.includes('bob 0') || undefined, { deadlineMs: 15_000 });
  assert.equal(again.signalling.registeredContacts(bob), 0);
});

test('a phone of before a restart is out when its agent has another password, is another, or is gone', async () => {
  const keptPhones = memory();
  const { running } = await bobAtHisPhone(keptPhones);
  await running.signalling.close();
  const phones = keptPhones.phones();
  assert.equal(phones.length, 1);
  const read = { ...keptPhones, read: () => phones, changed: () => undefined };
  const other = { ...bob, id: 'agent-other' as AgentId };
  for (const agents of [[withPassword(bob, 'a new one')], [other], []]) {
    const { signalling } = await start({ agents }, { keptPhones: read });
    assert.equal(signalling.registeredContacts(agents[0] ?? bob), 0);
  }
  const damaged = phones.map((phone) => ({ ...phone, uri: 'sip:<' }));
  const { signalling, log } = await start(
    { agents: [bob] },
    { keptPhones: { ...read, read: () => damaged } },
  );
  assert.equal(signalling.registeredContacts(bob), 0);
  assert(log.events.some(({ event }) => event === 'sip.phone-not-restored'));
});

test('phones of earlier lives keep no phone out that registers now, however many there are', async () => {
  const keptPhones = memory();
  const { running } = await bobAtHisPhone(keptPhones);
  await running.signalling.close();
  const [kept] = keptPhones.phones();
  assert(kept);
  // A server that died again and again, each time with a phone of another port.
  const phones = Array.from({ length: 30 }, (_, n) => ({
    ...kept,
    uri: `sip:bob@127.0.0.1:${20_000 + n}`,
    callId: `life-${n}`,
  }));
  const again = await start(
    { agents: [bob] },
    { keptPhones: { ...keptPhones, read: () => phones } },
  );
  assert.equal(again.signalling.registeredContacts(bob), 10);
  const phone = await udpPeer(again.port);
  const address = '<sip:bob@127.0.0.1>';
  const request = phone.request('REGISTER', {
    uri: 'sip:127.0.0.1',
    from: `${address};tag=r`,
    to: address,
    headers: [['Expires', '3600']],
  });
  const credentials = { username: 'bob', password: passwordOf('bob') };
  phone.authorized(request, await phone.nextResponse('401 REGISTER'), credentials);
  await phone.nextResponse('200 REGISTER');
  assert.equal(again.signalling.registeredContacts(bob), 1);
});
