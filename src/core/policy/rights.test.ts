import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grantableRoles, reachOf, rights, rightsOf, userRoles, type Right } from './rights.ts';

const all = Object.keys(rights) as Right[];

test('an auditor reads everything of the tenant and changes nothing', () => {
  for (const right of all) {
    const reads = /:(read|play|download)$/.test(right);
    assert.equal(reachOf('auditor', right), reads ? 'tenant' : null, right);
  }
});

test('an administrator has every right of the tenant, and none over other tenants', () => {
  for (const right of all)
    assert.equal(reachOf('admin', right), right === 'tenants:create' ? null : 'tenant', right);
});

test('an owner makes tenants but hears the recordings of no other tenant', () => {
  assert.equal(reachOf('owner', 'tenants:create'), 'installation');
  for (const right of all.filter((name) => name.startsWith('recordings:')))
    assert.equal(reachOf('owner', right), 'tenant');
});

test('a supervisor reaches the own queues, an agent the own calls', () => {
  for (const right of ['calls:read', 'recordings:read', 'recordings:play', 'calls:act'] as const) {
    assert.equal(reachOf('supervisor', right), 'queues');
    assert.equal(reachOf('agent', right), 'own');
  }
});

test('playing and downloading are rights of their own: an agent plays but takes no copy', () => {
  assert.equal(reachOf('agent', 'recordings:play'), 'own');
  assert.equal(reachOf('agent', 'recordings:download'), null);
});

test('nobody hands out a role with a right that they lack', () => {
  for (const giver of userRoles)
    for (const given of grantableRoles(giver))
      for (const right of rightsOf(given)) assert.notEqual(reachOf(giver, right), null);
});
