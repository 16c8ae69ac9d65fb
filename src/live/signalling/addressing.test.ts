import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSipUri } from '#protocol/sip/uri.ts';
import { dialogHop } from './addressing.ts';

const hop = (uri: string, seenAt: string) => dialogHop(parseSipUri(uri), seenAt);

test('a carrier behind NAT that names its own private address is reached the way it came, in calls to it and from it', () => {
  const seenAt = '203.0.113.5';
  for (const host of ['192.168.1.10', '10.0.0.1', '100.64.3.3', '127.0.0.1', '[fd00::5]'])
    assert.equal(hop(`sip:gw@${host}:5080`, seenAt), null, host);
  assert.equal(hop('sip:192.168.1.10;lr', '2001:db8::5'), null);
});

test('a carrier may name another address of the public network, or of the private network it is in', () => {
  assert.deepEqual(hop('sip:media@198.51.100.7:5070', '203.0.113.5'), {
    transport: 'udp',
    host: '198.51.100.7',
    port: 5070,
    isForeign: true,
  });
  assert.deepEqual(hop('sip:sbc@10.0.0.2;transport=tcp', '10.0.0.1'), {
    transport: 'tcp',
    host: '10.0.0.2',
    port: 5060,
    isForeign: true,
  });
  assert.deepEqual(hop('sip:gw@192.168.1.10:5081', '192.168.1.10'), {
    transport: 'udp',
    host: '192.168.1.10',
    port: 5081,
  });
});
