import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesOf, nextAgentId, nextSipUser } from './suggestions.ts';

test('a trunk on this machine takes calls from its own port alone, one elsewhere from its address', () => {
  assert.deepEqual(addressesOf('127.0.0.1', '5099'), ['127.0.0.1:5099']);
  assert.deepEqual(addressesOf(' Localhost ', '5099'), ['127.0.0.1:5099']);
  assert.deepEqual(addressesOf('::1', '5060'), ['[::1]:5060']);
  assert.deepEqual(addressesOf('203.0.113.20', '5060'), ['203.0.113.20']);
  assert.deepEqual(addressesOf('sip.example.net', '5060'), []);
});

test('the names offered for an agent are those that nobody has', () => {
  const agents = [
    { sipUsername: 'agent1', agentId: '1001' },
    { sipUsername: 'agent2', agentId: '7' },
  ];
  assert.equal(nextSipUser([]), 'agent1');
  assert.equal(nextSipUser(agents), 'agent3');
  assert.equal(nextAgentId(agents), '1002');
});
