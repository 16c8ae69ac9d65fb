import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse, write, type SdpText } from 'sdp-transform';
import type { SdpFormat } from './description.ts';
import { readPlain } from './plain.ts';
import { SdpSession, type AudioLine } from './session.ts';

/** What the product looks at, of either reading. */
const looked = ({
  origin,
  connection,
  direction,
  media,
}: SdpText | (ReturnType<typeof readPlain> & object)) => ({
  hasOrigin: origin !== undefined,
  ip: connection?.ip === undefined ? undefined : String(connection.ip),
  direction,
  media: media.map((line) => ({
    ip: line.connection?.ip === undefined ? undefined : String(line.connection.ip),
    direction: line.direction,
    ptime: line.ptime,
    maxptime: line.maxptime,
    rtcpMux: line.rtcpMux,
    rtp: line.rtp.map(({ payload, codec, rate, encoding }) => ({ payload, codec, rate, encoding })),
  })),
});

const sessionLines = [
  ...['v=0', 'o=- 1 2 IN IP4 192.0.2.1', 'o=phone 18446744073709551615 3 IN IP6 ::1', 'o=a b c'],
  ...['s=-', 's=', 'i=x', 'c=IN IP4 192.0.2.1', 'c=IN IP6 2001:db8::1', 'c=IN IP4 224.2.1.1/127'],
  ...[
    'c=IN IP4 ',
    'c=IN IP4 192.0.2.1 ',
    'c=TN RFC2543 x',
    'b=AS:64',
    't=0 0',
    't=',
    'r=1 2',
    'z=0',
  ],
  ...['a=sendrecv', 'a=sendonly', 'a=inactive ', 'a=recvonlyish', 'a=group:BUNDLE 0', 'a=rtcp-mux'],
  ...['a=ice-lite', 'x', '=', 'V=0', 'a', 'a=', 'k=clear:x', 'A=sendonly', '1=2', 'a=ptime:30'],
];
const mediaLines = [
  ...['m=audio 4000 RTP/AVP 0 8 101', 'm=audio 0 RTP/AVP 0', 'm=video 5000 RTP/AVP 96', 'm=audio'],
  ...['a=rtpmap:0 PCMU/8000', 'a=rtpmap:8 PCMA/8000/1', 'a=rtpmap:101 telephone-event/8000'],
  ...[
    'a=rtpmap:96 opus/48000/2',
    'a=rtpmap:18 G729',
    'a=rtpmap:97 L16 / 8000',
    'a=rtpmap:0 PCMU/08000',
  ],
  ...[
    'a=rtpmap: PCMU/8000',
    'a=rtpmap:999 1234/8000',
    'a=rtpmap:00 PCMU/8000',
    'a=rtpmap:1 é/8000',
  ],
  ...['a=fmtp:101 0-15', 'a=fmtp:101', 'a=ptime:20', 'a=ptime:20.5', 'a=ptime:', 'a=ptime:020'],
  ...[
    'a=maxptime:40',
    'a=maxptime:x',
    'a=rtcp:4001',
    'a=rtcp-mux',
    'a=rtcp-mux-only',
    'a=rtcp-rsize',
  ],
  ...[
    'a=sendrecv',
    'a=recvonly',
    'a=candidate:1 1 UDP 1 192.0.2.1 4000 typ host',
    'a=ssrc:1 cname:x',
  ],
  ...[
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x',
    'a=silenceSupp:off - - - -',
    'a=mid:0',
    'a=label:1',
  ],
];

test('a plain description reads the same as with the tolerant parser, whatever lines it is made of', () => {
  const body = fc.tuple(
    fc.array(fc.constantFrom(...sessionLines), { maxLength: 8 }),
    fc.array(fc.constantFrom(...mediaLines, ...sessionLines), { maxLength: 14 }),
  );
  let direct = 0;
  fc.assert(
    fc.property(body, ([session, media]) => {
      const lines = ['v=0', ...session, 'm=audio 4000 RTP/AVP 0 8 101', ...media];
      const plain = readPlain(lines);
      if (plain === null) return;
      direct++;
      assert.deepEqual(looked(plain), looked(parse(lines.join('\r\n'))), lines.join('\n'));
    }),
    { numRuns: 4000 },
  );
  assert.ok(direct > 50, `only ${direct} descriptions were read directly`);
});

test('characters put anywhere into a plain description change nothing between the two readings', () => {
  const plainLines = [
    ...['v=0', 'o=- 1 2 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'],
    ...['m=audio 4000 RTP/AVP 0 101', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000'],
    ...['a=fmtp:101 0-15', 'a=ptime:20', 'a=maxptime:40', 'a=sendrecv', 'a=rtcp-mux'],
  ];
  const change = fc.tuple(
    fc.nat(plainLines.length - 1),
    fc.nat(40),
    fc.nat(2),
    fc.oneof(fc.constantFrom('', ' ', '\t', '0', '/', ':', '=', 'a', '-', '.'), fc.string()),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const lines = [...plainLines];
      for (const [row, at, cut, put] of changes) {
        const line = lines[row] ?? '';
        lines[row] = line.slice(0, at) + put + line.slice(at + cut);
      }
      const kept = lines
        .join('\n')
        .split(/[\r\n]/)
        .filter((line) => line !== '');
      const plain = readPlain(kept);
      if (plain !== null) assert.deepEqual(looked(plain), looked(parse(kept.join('\r\n'))));
    }),
    { numRuns: 4000 },
  );
});

test('what phones and trunks usually send is read directly', () => {
  const lines = [
    ...['v=0', 'o=customer 53655765 2353687637 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1'],
    ...['t=0 0', 'm=audio 40000 RTP/AVP 0 8 101', 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:8 PCMA/8000'],
    ...['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15', 'a=ptime:20', 'a=sendrecv'],
  ];
  assert.notEqual(readPlain(lines), null);
});

const names = ['PCMU', 'PCMA', 'TELEPHONE-EVENT', 'OPUS'];
const format: fc.Arbitrary<SdpFormat> = fc.record({
  payloadType: fc.nat(127),
  name: fc.constantFrom(...names),
  clockRateHz: fc.constantFrom(8000, 48_000),
  channels: fc.constant(1),
});
const audioLine: fc.Arbitrary<AudioLine> = fc.record({
  address: fc.constantFrom('192.0.2.1', '2001:db8::1'),
  port: fc.integer({ min: 1, max: 65_535 }),
  protocol: fc.constantFrom('RTP/AVP', 'RTP/AVPF'),
  formats: fc.array(format, { minLength: 1, maxLength: 4 }),
  direction: fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
  rtcpMux: fc.boolean(),
});

/** The same description, left to the library. */
const written = (audio: AudioLine, withVideo: boolean): string =>
  write({
    version: 0,
    origin: {
      username: '-',
      sessionId: 7,
      sessionVersion: 7,
      netType: 'IN',
      ipVer: audio.address.includes(':') ? 6 : 4,
      address: audio.address,
    },
    name: '-',
    timing: { start: 0, stop: 0 },
    connection: { version: audio.address.includes(':') ? 6 : 4, ip: audio.address },
    media: [
      ...(withVideo
        ? [{ type: 'video', port: 0, protocol: 'RTP/AVP', payloads: '96 97', rtp: [], fmtp: [] }]
        : []),
      {
        type: 'audio',
        port: audio.port,
        protocol: audio.protocol,
        payloads: audio.formats.map((row) => row.payloadType).join(' '),
        rtp: audio.formats.map((row) => ({
          payload: row.payloadType,
          codec: row.name === 'TELEPHONE-EVENT' ? 'telephone-event' : row.name,
          rate: row.clockRateHz,
        })),
        fmtp: audio.formats
          .filter((row) => row.name === 'TELEPHONE-EVENT')
          .map((row) => ({ payload: row.payloadType, config: '0-15' })),
        ptime: 20,
        ...(audio.rtcpMux ? { rtcpMux: 'rtcp-mux' } : {}),
        direction: audio.direction,
      },
    ],
  });

test('a description of ours is what the library writes, byte by byte', () => {
  fc.assert(
    fc.property(audioLine, fc.boolean(), (audio, withVideo) => {
      const session = new SdpSession(7);
      const line = { port: 1, formats: [], address: null, direction: 'sendrecv' } as const;
      const rest = { packetMs: null, maxPacketMs: null, rtcpMux: false };
      const video = { ...line, ...rest, media: 'video', protocol: 'RTP/AVP', formatList: '96 97' };
      const own = { ...line, ...rest, media: 'audio', protocol: 'RTP/AVP', formatList: '0' };
      if (withVideo) session.remember([video, own], 1, []);
      assert.equal(session.write(audio).toString(), written(audio, withVideo));
    }),
  );
});
