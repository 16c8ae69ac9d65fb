import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNameAddr, parseNameAddr } from './name-addr.ts';
import { makeSipUri } from './uri.ts';

const uri = makeSipUri({ user: 'bob', host: 'pbx' });

test('a name with line ends is one name in one header', () => {
  const written = formatNameAddr({ displayName: 'Bob\r\nX-Evil: yes\r\nX-Rest: "', uri });
  assert.doesNotMatch(written, /\p{Cc}/u);
  assert.equal(parseNameAddr(written, 'from').displayName, 'Bob X-Evil: yes X-Rest: "');
});

test('a name of control characters alone is none', () => {
  assert.equal(formatNameAddr({ displayName: '\r\n\0', uri }), '<sip:bob@pbx>');
});
