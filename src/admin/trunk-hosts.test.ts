import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import type { Administration, Principal } from '#ports/administration.ts';
import { guardTrunkHosts } from './trunk-hosts.ts';

type Trunks = Administration['trunks'];

/** Every trunk stands at `host`; what is let through is kept. */
const trunksAt = (host: string) => {
  const letThrough: string[] = [];
  const trunks = {
    find: async () => ({ host }),
    create: async (_who: Principal, draft: { readonly host: string }) => {
      letThrough.push(`create ${draft.host}`);
      return ok({});
    },
    change: async (_who: Principal, _id: string, change: { readonly host?: string }) => {
      letThrough.push(`change ${change.host ?? ''}`);
      return ok({});
    },
  } as unknown as Trunks;
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
