import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerOffer, makeOffer, readAnswer, type LocalMedia } from './offer-answer.ts';
import { SdpSession } from './session.ts';

const lines = (...rows: string[]): Buffer => Buffer.from(rows.join('\r\n') + '\r\n');

const offerOf = (
  options: { address?: string; audio?: string; attributes?: string[]; more?: string[] } = {},
): Buffer =>
  lines(
    'v=0',
    'o=phone 2890844526 2890844526 IN IP4 198.51.100.7',
    's=-',
    `c=IN ${options.address?.includes(':') === true ? 'IP6' : 'IP4'} ${options.address ?? '198.51.100.7'}`,
    't=0 0',
    `m=${options.audio ?? 'audio 49170 RTP/AVP 0 8 101'}`,
    ...(options.attributes ?? ['a=rtpmap:101 telephone-event/8000']),
    ...(options.more ?? []),
  );

const localOf = (change: Partial<LocalMedia> = {}): LocalMedia => ({
  session: new SdpSession(7),
  address: '192.0.2.1',
  port: 20_000,
  ...change,
});

const answered = (offer: Buffer, local = localOf()) => {
  const result = answerOffer(offer, local);
  assert.ok(result.ok, result.ok ? '' : result.error.why);
  return { remote: result.value.remote, text: result.value.sdp.toString() };
};

const refused = (offer: Buffer, local = localOf()) => {
  const result = answerOffer(offer, local);
  assert.ok(!result.ok, 'the offer was answered');
  return result.error;
};

test('a plain G.711 offer is answered with the first codec of the peer and telephone-event', () => {
  const { remote, text } = answered(offerOf());
  assert.deepEqual(remote, {
    address: '198.51.100.7',
    port: 49_170,
    codec: 'PCMU',
    payloadType: 0,
    telephoneEventPayloadType: 101,
    packetMs: 20,
    direction: 'sendrecv',
    rtcpMux: false,
  });
  assert.equal(
    text,
    [
      'v=0',
      'o=- 7 7 IN IP4 192.0.2.1',
      's=-',
      'c=IN IP4 192.0.2.1',
      't=0 0',
      'm=audio 20000 RTP/AVP 0 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ].join('\r\n'),
  );
});

test('the order of the peer decides between PCMA and PCMU', () => {
  assert.equal(answered(offerOf({ audio: 'audio 4000 RTP/AVP 18 8 0' })).remote.codec, 'PCMA');
  const only = localOf({ codecs: ['PCMU'] });
  assert.equal(answered(offerOf({ audio: 'audio 4000 RTP/AVP 8 0' }), only).remote.codec, 'PCMU');
});

test('payload types of the offer are kept, also dynamic ones', () => {
  const { remote, text } = answered(
    offerOf({
      audio: 'audio 4000 RTP/AVP 111 97 96',
      attributes: [
        'a=rtpmap:111 opus/48000/2',
        'a=rtpmap:97 pcma/8000/1',
        'a=rtpmap:96 telephone-event/8000',
      ],
    }),
  );
  assert.equal(remote.codec, 'PCMA');
  assert.equal(remote.payloadType, 97);
  assert.equal(remote.telephoneEventPayloadType, 96);
  assert.match(text, /m=audio 20000 RTP\/AVP 97 96\r\na=rtpmap:97 PCMA\/8000/);
});

test('telephone-event at another clock rate is not taken for ours', () => {
  const attributes = ['a=rtpmap:101 telephone-event/48000'];
  assert.equal(answered(offerOf({ attributes })).remote.telephoneEventPayloadType, null);
});

for (const [said, wanted, ours] of [
  ['sendrecv', 'sendrecv', 'sendrecv'],
  ['sendonly', 'sendrecv', 'recvonly'],
  ['recvonly', 'sendrecv', 'sendonly'],
  ['inactive', 'sendrecv', 'inactive'],
  ['sendrecv', 'sendonly', 'sendonly'],
  ['sendonly', 'sendonly', 'inactive'],
  ['recvonly', 'recvonly', 'inactive'],
] as const) {
  test(`hold: a peer that says ${said} while we want ${wanted} is answered ${ours}`, () => {
    const { remote, text } = answered(
      offerOf({ attributes: [`a=${said}`] }),
      localOf({ direction: wanted }),
    );
    assert.equal(remote.direction, ours);
    assert.match(text, new RegExp(`a=${ours}\r\n`));
  });
}

test('a direction at session level holds for the audio line unless it has its own', () => {
  const text = offerOf().toString();
  const held = text.replace('t=0 0', 't=0 0\r\na=sendonly');
  assert.equal(answered(Buffer.from(held)).remote.direction, 'recvonly');
  assert.equal(answered(Buffer.from(`${held}a=sendrecv\r\n`)).remote.direction, 'sendrecv');
});

test('the old hold, c=0.0.0.0, stops our sending and nothing else', () => {
  assert.equal(answered(offerOf({ address: '0.0.0.0' })).remote.direction, 'recvonly');
  const both = offerOf({ address: '0.0.0.0', attributes: ['a=sendonly'] });
  assert.equal(answered(both).remote.direction, 'recvonly');
});

test('ptime of the peer is what we send, within maxptime and what our clock can make', () => {
  const packetMs = (...attributes: string[]) => answered(offerOf({ attributes })).remote.packetMs;
  assert.equal(packetMs('a=ptime:30'), 30);
  assert.equal(packetMs('a=ptime:40', 'a=maxptime:30'), 20);
  assert.equal(packetMs('a=ptime:17'), 20);
  assert.equal(packetMs('a=maxptime:10'), 10);
  assert.equal(packetMs('a=ptime:999999999999999999999'), 20);
});

test('rtcp-mux is answered only if it was offered', () => {
  const { remote, text } = answered(offerOf({ attributes: ['a=rtcp-mux'] }));
  assert.equal(remote.rtcpMux, true);
  assert.match(text, /a=rtcp-mux\r\n/);
  assert.doesNotMatch(answered(offerOf()).text, /rtcp-mux/);
});

test('lines that cannot be served get port 0 in their place', () => {
  const offer = lines(
    'v=0',
    'o=- 1 1 IN IP4 198.51.100.7',
    's=-',
    'c=IN IP4 198.51.100.7',
    't=0 0',
    'm=video 51372 RTP/AVP 31 32',
    'm=audio 5000 RTP/SAVP 0',
    'm=audio 49170 RTP/AVP 8',
    'm=application 9 UDP/BFCP *',
  );
  const { remote, text } = answered(offer);
  assert.equal(remote.port, 49_170);
  assert.deepEqual(
    text.split('\r\n').filter((line) => line.startsWith('m=')),
    [
      'm=video 0 RTP/AVP 31 32',
      'm=audio 0 RTP/SAVP 0',
      'm=audio 20000 RTP/AVP 8',
      'm=application 0 UDP/BFCP *',
    ],
  );
});

for (const [what, offer, status] of [
  ['only codecs we do not speak', offerOf({ audio: 'audio 4000 RTP/AVP 18 9' }), 488],
  ['encrypted media without a clear alternative', offerOf({ audio: 'audio 4000 RTP/SAVP 0' }), 488],
  ['only video', offerOf({ audio: 'video 4000 RTP/AVP 31' }), 488],
  ['audio switched off', offerOf({ audio: 'audio 0 RTP/AVP 0' }), 488],
  ['an IPv4 multicast address', offerOf({ address: '224.2.17.12/127' }), 488],
  ['an IPv4 multicast address without TTL', offerOf({ address: '239.1.2.3' }), 488],
  ['an IPv6 multicast address', offerOf({ address: 'ff15::101' }), 488],
  ['a host name', offerOf({ address: 'phone.example.com' }), 488],
  ['an address of the other family', offerOf({ address: '2001:db8::7' }), 488],
  ['a port beyond 65535', offerOf({ audio: 'audio 70000 RTP/AVP 0' }), 400],
  ['a media line without formats', offerOf({ audio: 'audio 4000 RTP/AVP' }), 400],
  ['no media line', lines('v=0', 'o=- 1 1 IN IP4 198.51.100.7', 's=-', 't=0 0'), 400],
  ['no connection address', lines('v=0', 'o=- 1 1 IN IP4 1.2.3.4', 'm=audio 4 RTP/AVP 0'), 400],
  ['nothing at all', Buffer.alloc(0), 400],
  ['something else than SDP', Buffer.from('<xml/>'), 400],
  ['version 1', Buffer.from(offerOf().toString().replace('v=0', 'v=1')), 400],
  ['16 kB of attributes', offerOf({ more: Array(2000).fill('a=x-filler:1') as string[] }), 400],
] as const) {
  test(`an offer with ${what} is refused with ${status}`, () => {
    assert.equal(refused(offer).status, status);
  });
}

test('an IPv6 offer is answered over IPv6', () => {
  const { remote, text } = answered(
    offerOf({ address: '2001:db8::7' }),
    localOf({ address: '2001:db8::1' }),
  );
  assert.equal(remote.address, '2001:db8::7');
  assert.match(text, /c=IN IP6 2001:db8::1\r\n/);
});

test('the version in o= goes up only when the description changes', () => {
  const local = localOf();
  const version = (text: string): string | undefined => /o=- 7 (\d+)/.exec(text)?.[1];
  assert.equal(version(answered(offerOf(), local).text), '7');
  assert.equal(version(answered(offerOf(), local).text), '7');
  assert.equal(version(answered(offerOf({ attributes: ['a=sendonly'] }), local).text), '8');
  assert.equal(version(answered(offerOf({ attributes: ['a=sendonly'] }), local).text), '8');
  assert.equal(version(answered(offerOf(), local).text), '9');
});

test('an offer of ours and its answer agree on codec, payload types and direction', () => {
  const offered = makeOffer(localOf());
  assert.match(offered.sdp.toString(), /m=audio 20000 RTP\/AVP 0 8 101\r\n/);
  const result = readAnswer(
    offerOf({
      audio: 'audio 6000 RTP/AVP 8 101',
      attributes: ['a=rtpmap:101 telephone-event/8000', 'a=ptime:40'],
    }),
    offered,
  );
  assert.ok(result.ok);
  assert.deepEqual(
    [result.value.codec, result.value.packetMs, result.value.telephoneEventPayloadType],
    ['PCMA', 40, 101],
  );
});

test('holding by an offer: sendonly is ours even if the peer answers sendrecv', () => {
  const offered = makeOffer(localOf({ direction: 'sendonly' }));
  const sloppy = readAnswer(offerOf({ attributes: ['a=sendrecv'] }), offered);
  assert.equal(sloppy.ok && sloppy.value.direction, 'sendonly');
  const right = readAnswer(offerOf({ attributes: ['a=recvonly'] }), offered);
  assert.equal(right.ok && right.value.direction, 'sendonly');
});

test('a second offer within the dialog keeps the lines and payload types of the first', () => {
  const local = localOf();
  answered(
    offerOf({
      audio: 'audio 4000 RTP/AVP 97 96',
      attributes: ['a=rtpmap:97 PCMA/8000', 'a=rtpmap:96 telephone-event/8000'],
      more: ['m=video 6000 RTP/AVP 99', 'a=rtpmap:99 H264/90000'],
    }),
    local,
  );
  const again = makeOffer({ ...local, direction: 'sendonly' }).sdp.toString();
  assert.match(again, /o=- 7 8 /);
  assert.match(again, /m=audio 20000 RTP\/AVP 0 97 96\r\n/);
  assert.match(again, /m=video 0 RTP\/AVP 99\r\n/);
  assert.match(again, /a=sendonly\r\n/);
});

test('an answer with the wrong number of lines or a refused audio line is no agreement', () => {
  const offered = makeOffer(localOf());
  const extra = readAnswer(offerOf({ more: ['m=video 0 RTP/AVP 31'] }), offered);
  assert.equal(!extra.ok && extra.error.status, 400);
  const off = readAnswer(offerOf({ audio: 'audio 0 RTP/AVP 0' }), offered);
  assert.equal(!off.ok && off.error.status, 488);
});

test('a refused offer leaves the dialog as it was agreed before', () => {
  const local = localOf();
  const before = answered(offerOf(), local).text;
  refused(offerOf({ audio: 'audio 4000 RTP/AVP 9', more: ['m=video 1 RTP/AVP 31'] }), local);
  assert.equal(answered(offerOf(), local).text, before);
});

test('no bytes make the reader throw, whatever a peer sends', () => {
  const offered = makeOffer(localOf());
  const good = offerOf({ more: ['m=video 6000 RTP/AVP 99', 'a=rtpmap:99 H264/90000'] });
  const judge = (bytes: Buffer): void => {
    answerOffer(bytes, localOf());
    readAnswer(bytes, offered);
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => judge(Buffer.from(bytes))));
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255), cut: fc.nat(12) }), {
        maxLength: 6,
      }),
      (changes) => {
        let bytes = Buffer.from(good);
        for (const { at, byte, cut } of changes) {
          bytes[at % bytes.length] = byte;
          const from = at % bytes.length;
          bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + cut)]);
          if (bytes.length === 0) bytes = Buffer.from('v');
        }
        judge(bytes);
      },
    ),
    { numRuns: 500 },
  );
});

test('long hostile lines cost linear time', () => {
  const started = performance.now();
  for (const row of ['a=candidate:', 'a=rtpmap:', 'a=fmtp:96 ', 'a=ssrc-group:', 'a=imageattr:'])
    answerOffer(offerOf({ more: [row + '1 '.repeat(1000), row + ' '.repeat(2000)] }), localOf());
  // Unhurried: a quadratic expression takes seconds on these lines even on a fast machine.
  assert.ok(performance.now() - started < 1000);
});
