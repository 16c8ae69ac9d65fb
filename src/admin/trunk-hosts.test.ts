import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import type { Administration, Principal, TrunkView } from '#ports/administration.ts';
import { guardTrunkHosts } from './trunk-hosts.ts';

type Trunks = Administration['trunks'];

const trunk: TrunkView = {
  id: '' as TrunkView['id'],
  version: 1,
  name: 'A',
  host: '',
  port: 5060,
  transport: 'udp',
  username: null,
  hasPassword: false,
  allowedAddresses: [],
  callerNumbers: [],
  order: 0,
  createdAt: '2026-11-21T00:00:00.000Z',
};

/** Every trunk stands at `host`; what is let through is kept. */
const trunksAt = (host: string) => {
  const letThrough: string[] = [];
  const trunks: Trunks = {
    list: () => assert.fail('not asked here'),
    remove: () => assert.fail('not asked here'),
    find: async () => ({ ...trunk, host }),
    create: async (_who, draft) => {
      letThrough.push(`create ${draft.host}`);
      return ok({ ...trunk, host: draft.host });
    },
    change: async (_who, _id, change) => {
      letThrough.push(`change ${change.host ?? ''}`);
      return ok({ ...trunk, host: change.host ?? host });
    },
  };
  return { letThrough, trunks: guardTrunkHosts(trunks, { allow: [], isLocal: false }) };
};

const who = {} as Principal;

test('a tenant cannot have this server knock at its own doors: a trunk there is refused at the field, made or moved', async () => {
  const { trunks, letThrough } = trunksAt('sip.carrier.example');
  const made = await trunks.create(who, { name: 'A', host: '127.0.0.1', allowedAddresses: [] });
  assert.ok(!made.ok);
  assert.equal(made.error.errors?.[0]?.field, 'host');
  assert.equal(made.error.errors[0].code, 'trunk/host-not-allowed');
  const moved = await trunks.change(who, 'id', { host: '169.254.169.254' });
  assert.equal(!moved.ok && moved.error.code, 'trunk/host-not-allowed');
  assert.deepEqual(letThrough, []);
  await trunks.create(who, { name: 'A', host: '203.0.113.9', allowedAddresses: [] });
  await trunks.change(who, 'id', { name: 'B' });
  assert.deepEqual(letThrough, ['create 203.0.113.9', 'change ']);
});

test('the trunk of the built-in phone, which stands on this machine, may be changed in everything else', async () => {
  const { trunks, letThrough } = trunksAt('127.0.0.1');
  assert.ok((await trunks.change(who, 'id', { host: '127.0.0.1', name: 'B' })).ok);
  assert.deepEqual(letThrough, ['change 127.0.0.1']);
});
