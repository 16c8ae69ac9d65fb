/** The registrar of RFC 3261 §10.3 as tables. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow } from './flow.ts';
import { makeRequest } from './make.ts';
import type { SipRequest } from './message.ts';
import { bindingHeaders, defaultRegistrarLimits, Registrar } from './registrar.ts';
import { formatSipUri } from './uri.ts';

const flow: Flow = {
  transport: 'tcp',
  remoteAddress: '192.0.2.7',
  remotePort: 40_000,
  reliable: true,
  key: 'tcp:192.0.2.7:40000#1',
};

const register = (
  cseq: number,
  contacts: readonly string[],
  options: { readonly expires?: number; readonly callId?: string } = {},
): SipRequest =>
  makeRequest({
    method: 'REGISTER',
    uri: 'sip:example.test',
    via: 'SIP/2.0/TCP 192.0.2.7;branch=z9hG4bKr',
    from: '<sip:agent1@example.test>;tag=1',
    to: '<sip:agent1@example.test>',
    callId: options.callId ?? 'boot-1',
    cseq,
    extra: [
      ...contacts.map((contact) => ['Contact', contact] as const),
      ...(options.expires === undefined ? [] : [['Expires', String(options.expires)] as const]),
    ],
  });

const desk = '<sip:agent1@192.0.2.7:5060>';
const mobile = '<sip:agent1@192.0.2.8>';

const bound = (registrar: Registrar, now: number): string[] =>
  registrar.bindings('agent1', now).map(({ uri }) => formatSipUri(uri));

test('several contacts, tried by q; each runs out at its own time', () => {
  const registrar = new Registrar();
  const request = register(1, [`${desk};q=0.5;expires=120`, `${mobile};q=0.9`], { expires: 600 });
  const outcome = registrar.register('agent1', request, flow, 0);
  assert.ok(outcome.ok);
  assert.deepEqual(
    bindingHeaders(
      outcome.bindings.toSorted((a, b) => b.q - a.q),
      1000,
    ),
    [
      ['Contact', '<sip:agent1@192.0.2.8>;expires=599;q=0.9'],
      ['Contact', '<sip:agent1@192.0.2.7:5060>;expires=119;q=0.5'],
    ],
  );
  assert.deepEqual(bound(registrar, 0), ['sip:agent1@192.0.2.8', 'sip:agent1@192.0.2.7:5060']);
  assert.deepEqual(bound(registrar, 120_000), ['sip:agent1@192.0.2.8']);
  assert.deepEqual(registrar.expire(120_000), ['agent1']);
  assert.deepEqual(registrar.expire(120_000), []);
  assert.deepEqual(registrar.expire(600_000), ['agent1']);
});

interface Row {
  readonly title: string;
  readonly request: SipRequest;
  /** Status of the refusal, or what is bound afterwards. */
  readonly expect: number | readonly string[];
}

const deskUri = 'sip:agent1@192.0.2.7:5060';
const mobileUri = 'sip:agent1@192.0.2.8';
const rows: Row[] = [
  { title: 'without Contact only asks', request: register(11, []), expect: [deskUri] },
  {
    title: 'refreshes the same contact, and adds none',
    request: register(11, [desk], { expires: 300 }),
    expect: [deskUri],
  },
  { title: 'an old CSeq of the same Call-ID', request: register(10, [desk]), expect: 500 },
  {
    title: 'an old CSeq of another Call-ID is a phone that started again',
    request: register(1, [desk], { callId: 'boot-2' }),
    expect: [deskUri],
  },
  {
    title: 'less than a minute',
    request: register(11, [desk], { expires: 30 }),
    expect: 423,
  },
  {
    title: 'one bad contact changes nothing of the others',
    request: register(11, [mobile, `${desk};expires=30`]),
    expect: 423,
  },
  {
    title: 'Expires: 0 removes that contact',
    request: register(11, [`${desk};expires=0`, mobile]),
    expect: [mobileUri],
  },
  {
    title: '* with Expires: 0 removes all',
    request: register(11, ['*'], { expires: 0 }),
    expect: [],
  },
  { title: '* without Expires: 0', request: register(11, ['*']), expect: 400 },
  {
    title: '* that comes late',
    request: register(9, ['*'], { expires: 0 }),
    expect: 500,
  },
  { title: 'a contact that is no SIP URI', request: register(11, ['<tel:+1555>']), expect: 400 },
  {
    title: 'more contacts than anybody has phones',
    request: register(
      11,
      Array.from({ length: 11 }, (_, i) => `<sip:agent1@192.0.2.${i + 20}>`),
    ),
    expect: 403,
  },
];

for (const row of rows)
  test(`REGISTER: ${row.title}: ${typeof row.expect === 'number' ? `refused with ${row.expect}` : 'accepted'}`, () => {
    const registrar = new Registrar();
    assert.ok(registrar.register('agent1', register(10, [desk]), flow, 0).ok);
    const outcome = registrar.register('agent1', row.request, flow, 1000);
    if (typeof row.expect === 'number') {
      assert.ok(!outcome.ok);
      assert.equal(outcome.status, row.expect);
      assert.deepEqual(bound(registrar, 1000), [deskUri], 'a refusal changes nothing');
    } else {
      assert.ok(outcome.ok);
      assert.deepEqual(bound(registrar, 1000), row.expect);
    }
  });

test('an hour is the longest, whatever the phone asks', () => {
  const registrar = new Registrar();
  const outcome = registrar.register('agent1', register(1, [desk], { expires: 86_400 }), flow, 0);
  assert.ok(outcome.ok);
  const [binding] = outcome.bindings;
  assert.equal(binding?.expiresAt, defaultRegistrarLimits.maxExpiresSeconds * 1000);
});

test('a connection that closes takes its contacts along', () => {
  const registrar = new Registrar();
  registrar.register('agent1', register(1, [desk]), flow, 0);
  const other: Flow = { ...flow, key: 'tcp:192.0.2.7:40001#2' };
  registrar.register('agent1', register(2, [mobile]), other, 0);
  assert.deepEqual(registrar.flowClosed(flow), ['agent1']);
  assert.deepEqual(bound(registrar, 0), [mobileUri]);
});
