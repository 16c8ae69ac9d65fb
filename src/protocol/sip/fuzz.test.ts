import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { tortureCases } from '../../../tests/fixtures/torture-cases.ts';
import { Fault } from '#base/fault.ts';
import { parseCredentials } from './digest.ts';
import {
  assertedIdentitiesOf,
  callIdOf,
  contactsOf,
  contentTypeOf,
  cseqOf,
  expiresOf,
  fromOf,
  maxForwardsOf,
  recordRoutesOf,
  routesOf,
  toOf,
  viasOf,
} from './headers.ts';
import type { SipMessage } from './message.ts';
import { formatNameAddr, parseNameAddr } from './name-addr.ts';
import { parseMessage } from './parse.ts';
import { StreamFramer } from './stream-framer.ts';
import { formatSipUri, parseSipUri, sameSipUri } from './uri.ts';
import { validateRequest, validateResponse } from './validate.ts';
import { writeMessage } from './write.ts';

/** The seed is fixed, so that a failure in CI is the failure at home; `runs` keeps this within some seconds. */
const settings = { seed: 20_261_121, numRuns: 3000 };

const getters = [
  ...[viasOf, fromOf, toOf, callIdOf, cseqOf, maxForwardsOf, expiresOf, contactsOf, routesOf],
  ...[recordRoutesOf, contentTypeOf, assertedIdentitiesOf],
];

/** Every getter gives a value or throws a Fault of ours. */
const readAll = (message: SipMessage): void => {
  for (const getter of getters) {
    try {
      getter(message);
    } catch (thrown) {
      assert.ok(thrown instanceof Fault, String(thrown));
    }
  }
};

const verdictOf = (message: SipMessage): string =>
  (message.kind === 'request' ? validateRequest(message) : validateResponse(message)).kind;

const plain = (message: SipMessage): unknown => ({
  start:
    message.kind === 'request' ? [message.method, message.uri] : [message.status, message.reason],
  headers: [...message.headers.entries()].filter(([name]) => name !== 'content-length'),
  body: message.body.toString('hex'),
});

const checkStable = (bytes: Buffer): void => {
  const first = parseMessage(bytes);
  if (!first.ok) {
    assert.ok(first.fault instanceof Fault);
    return;
  }
  readAll(first.message);
  const before = plain(first.message);
  const written = writeMessage(first.message);
  const second = parseMessage(written);
  assert.ok(second.ok, second.ok ? '' : `${second.fault.message} in ${written.toString('latin1')}`);
  assert.deepEqual(plain(second.message), before);
  assert.equal(verdictOf(second.message), verdictOf(first.message));
};

const seeds = fc.constantFrom(...tortureCases.map(({ bytes }) => bytes));

/** Bytes that mean something to a parser come more often than others. */
const sharpByte = fc.oneof(
  fc.constantFrom(...Buffer.from('\r\n \t,;:<>"\\@=%?&[]()\0/SIP2.0')),
  fc.integer({ min: 0, max: 255 }),
);

interface Mutation {
  readonly at: number;
  readonly cut: number;
  readonly insert: readonly number[];
}

const mutations = fc.array(
  fc.record<Mutation>({
    at: fc.nat(1000),
    cut: fc.nat(4),
    insert: fc.array(sharpByte, { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 5 },
);

const mutate = (bytes: Buffer, changes: readonly Mutation[]): Buffer => {
  let result = bytes;
  for (const { at, cut, insert } of changes) {
    const from = at % (result.length + 1);
    const rest = result.subarray(Math.min(result.length, from + cut));
    result = Buffer.concat([result.subarray(0, from), Buffer.from(insert), rest]);
  }
  return result;
};

test('a torture message with some bytes changed is read or refused, and what is read survives writing', () => {
  fc.assert(
    fc.property(seeds, mutations, (bytes, changes) => checkStable(mutate(bytes, changes))),
    settings,
  );
});

test('random bytes behind a SIP start line never throw', () => {
  const starts = fc.constantFrom('', 'INVITE sip:a SIP/2.0\r\n', 'SIP/2.0 200 OK\r\n', 'a b c');
  fc.assert(
    fc.property(starts, fc.array(sharpByte, { maxLength: 400 }), (start, bytes) =>
      checkStable(Buffer.concat([Buffer.from(start), Buffer.from(bytes)])),
    ),
    settings,
  );
});

test('a stream is cut the same way whatever its chunks, also when it is broken', () => {
  fc.assert(
    fc.property(seeds, mutations, fc.integer({ min: 1, max: 200 }), (seed, changes, chunkBytes) => {
      const bytes = mutate(Buffer.concat([seed, seed]), changes);
      const whole = new StreamFramer().push(bytes);
      const framer = new StreamFramer();
      const cut = [];
      for (let at = 0; at < bytes.length; at += chunkBytes)
        cut.push(...framer.push(bytes.subarray(at, at + chunkBytes)));
      const messages = (frames: typeof whole): string[] =>
        frames.flatMap((frame) => (frame.kind === 'message' ? frame.bytes.toString('latin1') : []));
      assert.deepEqual(messages(cut), messages(whole));
      assert.equal(cut.at(-1)?.kind === 'fault', whole.at(-1)?.kind === 'fault');
    }),
    settings,
  );
});

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });

test('any user, password, parameter and header of a URI comes back out of its escapes', () => {
  const parts = fc.record({
    scheme: fc.constantFrom('sip', 'sips'),
    user: text,
    password: fc.option(text),
    host: fc.constantFrom('example.org', '192.0.2.1', '[2001:db8::1]'),
    port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    params: fc.dictionary(text, fc.option(text)),
    headers: fc.dictionary(fc.stringMatching(/^[a-z-]{1,8}$/), text),
  });
  fc.assert(
    fc.property(parts, text, ({ params, headers, ...rest }, displayName) => {
      const lowered = Object.entries(params).map(
        ([name, value]) => [name.toLowerCase(), value] as const,
      );
      const uri = {
        ...rest,
        params: new Map(lowered),
        headers: new Map(Object.entries(headers)),
        opaque: '',
      };
      const again = parseSipUri(formatSipUri(uri));
      assert.deepEqual(again, uri);
      assert.ok(sameSipUri(again, uri));
      const name = displayName.trim();
      if (/\p{Cc}/u.test(name)) return;
      const address = parseNameAddr(formatNameAddr({ displayName: name, uri, tag: 't1' }), 'from');
      assert.deepEqual([address.displayName, address.tag, address.uri], [name, 't1', uri]);
    }),
    { ...settings, numRuns: 1000 },
  );
});

test('digest credentials of any text are read or refused', () => {
  fc.assert(
    fc.property(fc.array(sharpByte, { maxLength: 200 }), (bytes) => {
      try {
        parseCredentials(`Digest ${Buffer.from(bytes).toString('latin1')}`);
      } catch (thrown) {
        assert.ok(thrown instanceof Fault);
      }
    }),
    settings,
  );
});

const fill = (unit: string, bytes: number): string => unit.repeat(Math.floor(bytes / unit.length));

/** Each fills a datagram with what could make a careless parser go over it again and again. */
const hostile: readonly [title: string, unit: string][] = [
  ['line feeds', '\n'],
  ['carriage returns', '\r'],
  ['blanks', ' '],
  ['folded lines', ' \r\n '],
  ['lines without a colon', 'a\r\n'],
  ['short headers', 'a:\r\n'],
  ['commas in a Via', 'Via: ,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n'],
  ['open quotes', 'To: """"""""""""""""""""""""""""""\r\n'],
  ['semicolons', ';'],
  ['commas', ','],
  ['quotes', '"'],
  ['backslashes', '\\'],
  ['angle brackets', '<'],
  ['percent escapes', '%41'],
  ['parameters', ';a=b'],
  ['blank parameters', ' ; a = b '],
];

const heads = [
  '',
  'INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h',
  'INVITE sip:a SIP/2.0\r\nTo: <sip:a>',
];
/** As wide as a datagram, so that nothing is refused for its length before it is read. */
const wide = { headerRows: 65_535, lineBytes: 65_535, messageBytes: 65_535 };

/** The least CPU time of three readings: garbage collected meanwhile is no work of the parser's. */
const readingUs = (bytes: Buffer): number =>
  Math.min(
    ...[0, 1, 2].map(() => {
      const startedAt = process.cpuUsage();
      const result = parseMessage(bytes, wide);
      const message = result.ok ? result.message : result.answerable;
      if (message) readAll(message);
      if (message?.kind === 'request') validateRequest(message);
      const { user, system } = process.cpuUsage(startedAt);
      return user + system;
    }),
  );

test('four times as much that is made to be slow takes about four times as long, not sixteen', () => {
  for (const [title, unit] of hostile)
    for (const head of heads) {
      const of = (size: number): Buffer =>
        Buffer.from(`${head}${fill(unit, size)}\r\nContact: <sip:a>\r\n\r\n`);
      // What is done within 100 ms has nothing quadratic in it at this size: that takes seconds.
      const most = Math.max(100_000, 10 * readingUs(of(16_000)));
      const took = readingUs(of(64_000));
      assert.ok(
        took < most,
        `${title} behind '${head}': ${took} µs, no more than ${most} expected`,
      );
    }
});

test('a broken request that came a longer way than any can is not answered, and none of its way is read', () => {
  const answerable = (vias: number): boolean => {
    const way = ', SIP/2.0/UDP h;branch=z9hG4bKx'.repeat(vias - 1);
    const result = parseMessage(
      Buffer.from(`INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP h${way}\r\nno colon\r\n\r\n`),
      wide,
    );
    return !result.ok && result.answerable !== null;
  };
  assert.equal(answerable(255), true);
  assert.equal(answerable(256), false);
});
