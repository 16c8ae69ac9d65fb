/** How many INVITEs per second one core reads, judges and writes. */
import { fromOf, topVia } from '#protocol/sip/headers.ts';
import type { SipMessage } from '#protocol/sip/message.ts';
import { parseMessage } from '#protocol/sip/parse.ts';
import { StreamFramer } from '#protocol/sip/stream-framer.ts';
import { validateRequest } from '#protocol/sip/validate.ts';
import { writeMessage } from '#protocol/sip/write.ts';
import { benchRow, type BenchResult } from './result.ts';

export const name = 'parse';

/** INVITEs per second of a throwaway stack on the machine the design was measured on. */
const baselines = { sipp: 218_000, carrier: 124_000 };

const withBody = (lines: readonly string[], body: string): Buffer =>
  Buffer.from([...lines, `Content-Length: ${body.length}`, '', body].join('\r\n'));

const sdp = (codecs: readonly string[]): string =>
  [
    'v=0',
    'o=- 53655765 2353687637 IN IP4 192.0.2.1',
    's=-',
    'c=IN IP4 192.0.2.1',
    't=0 0',
    `m=audio 6000 RTP/AVP ${codecs.map((_, at) => at).join(' ')}`,
    ...codecs.map((codec, at) => `a=rtpmap:${at} ${codec}`),
    'a=sendrecv',
    '',
  ].join('\r\n');

/** As SIPp's own UAC scenario writes it. */
const sippInvite = withBody(
  [
    'INVITE sip:service@192.0.2.10:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bK-5821-1-0',
    'From: sipp <sip:sipp@192.0.2.1:5061>;tag=5821SIPpTag001',
    'To: service <sip:service@192.0.2.10:5060>',
    'Call-ID: 1-5821@192.0.2.1',
    'CSeq: 1 INVITE',
    'Contact: sip:sipp@192.0.2.1:5061',
    'Max-Forwards: 70',
    'Subject: Performance Test',
    'Content-Type: application/sdp',
  ],
  sdp(['PCMU/8000']),
);

/** With what a session border controller of a carrier adds. */
const carrierInvite = withBody(
  [
    'INVITE sip:+493012345678@callreel.example:5060;user=phone;transport=udp SIP/2.0',
    'Via: SIP/2.0/UDP 198.51.100.20:5060;branch=z9hG4bK0cB19e1f4bd04c1a5b3;rport',
    'Via: SIP/2.0/UDP 10.20.30.40:5060;received=10.20.30.41;branch=z9hG4bK3b8f.9a1c44e7.0',
    'Via: SIP/2.0/TCP 10.1.1.7:5060;branch=z9hG4bK-524287-1---7a1e0d9c3f5b2a88;rport=41234',
    'Record-Route: <sip:198.51.100.20:5060;lr;ftag=as6f1b2c3d;did=a51.6b2>',
    'Record-Route: <sip:10.20.30.40;lr=on;transport=udp>',
    'Max-Forwards: 66',
    'From: "Müller GmbH" <sip:+4989987654@carrier.example.net;user=phone>;tag=as6f1b2c3d4e',
    'To: <sip:+493012345678@callreel.example;user=phone>',
    'Contact: <sip:+4989987654@198.51.100.20:5060;transport=udp;gr=urn:uuid:f81d4fae-7dec>',
    'Call-ID: 5A3F8B7C-1D2E4F60-A1B2C3D4-E5F60718@198.51.100.20',
    'CSeq: 314159 INVITE',
    'Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, OPTIONS, INFO, REFER, NOTIFY, MESSAGE',
    'Supported: 100rel, timer, replaces, histinfo, path',
    'Session-Expires: 1800;refresher=uac',
    'Min-SE: 90',
    'P-Asserted-Identity: "Mueller GmbH" <sip:+4989987654@carrier.example.net;user=phone>',
    'P-Charging-Vector: icid-value=0a1b2c3d4e5f60718293a4b5c6d7e8f9;orig-ioi=carrier.example.net',
    'P-Early-Media: supported',
    'Privacy: none',
    'User-Agent: Carrier-SBC/9.2.0p4 (build 1187)',
    'Date: Sat, 21 Nov 2026 01:30:00 GMT',
    'Content-Type: application/sdp',
    'Content-Disposition: session;handling=required',
  ],
  sdp(['PCMU/8000', 'PCMA/8000', 'G729/8000', 'telephone-event/8000']),
);

const read = (bytes: Buffer): SipMessage => {
  const result = parseMessage(bytes);
  if (!result.ok) throw result.fault;
  return result.message;
};

/** What an endpoint looks at before it knows whose request it is. */
const readAndRoute = (bytes: Buffer): void => {
  const message = read(bytes);
  if (topVia(message).branch === null || fromOf(message).tag === null) throw new Error('lost');
};

const readAndJudge = (bytes: Buffer): void => {
  const message = read(bytes);
  if (message.kind !== 'request' || validateRequest(message).kind !== 'accept')
    throw new Error('refused');
};

const rounds = 5;
const roundMs = 400;

/** Milliseconds of processor time of this process, garbage collection included: a busy machine distorts it least. */
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Calls per second of one core's time, in the best of some rounds. */
const perSecond = (work: () => void): number => {
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    let calls = 0;
    const startedAt = processorMs();
    let elapsed: number;
    do {
      for (let i = 0; i < 200; i++) work();
      calls += 200;
      elapsed = processorMs() - startedAt;
    } while (elapsed < roundMs);
    best = Math.max(best, (calls / elapsed) * 1000);
  }
  return best;
};

const streamed = Buffer.concat(Array.from({ length: 100 }, () => carrierInvite));
const segmentBytes = 1460;

const cutStream = (): void => {
  const framer = new StreamFramer();
  let frames = 0;
  for (let at = 0; at < streamed.length; at += segmentBytes)
    frames += framer.push(streamed.subarray(at, at + segmentBytes)).length;
  if (frames !== 100) throw new Error('frames lost');
};

export const run = async (): Promise<BenchResult> => {
  const parsed = read(carrierInvite);
  const unit = 'per core second';
  const rows = [
    benchRow(
      'SIPp INVITE parsed',
      perSecond(() => read(sippInvite)),
      unit,
      baselines.sipp,
    ),
    benchRow(
      'SIPp INVITE parsed, Via and From read',
      perSecond(() => readAndRoute(sippInvite)),
      unit,
      baselines.sipp,
    ),
    benchRow(
      'carrier INVITE parsed',
      perSecond(() => read(carrierInvite)),
      unit,
      baselines.carrier,
    ),
    benchRow(
      'carrier INVITE parsed, Via and From read',
      perSecond(() => readAndRoute(carrierInvite)),
      unit,
      baselines.carrier,
    ),
    benchRow(
      'SIPp INVITE parsed and judged in full',
      perSecond(() => readAndJudge(sippInvite)),
      unit,
    ),
    benchRow(
      'carrier INVITE parsed and judged in full',
      perSecond(() => readAndJudge(carrierInvite)),
      unit,
    ),
    benchRow(
      'carrier INVITE written',
      perSecond(() => writeMessage(parsed)),
      unit,
    ),
    benchRow('carrier INVITE cut from 1460-byte TCP segments', 100 * perSecond(cutStream), unit),
    benchRow('size of the carrier INVITE', carrierInvite.length, 'bytes'),
  ];
  return { rows, complete: rows.every(({ value }) => value > 0) };
};
