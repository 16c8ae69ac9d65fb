import assert from 'node:assert/strict';
import test from 'node:test';
import { DigestGuard, type DigestVerdict } from './digest-guard.ts';
import {
  answerChallenge,
  digestResponse,
  makeHa1,
  parseCredentials,
  type DigestAlgorithm,
} from './digest.ts';

test('computes the answers of RFC 7616 §3.9.1 and RFC 2617 §3.5', () => {
  const who = { username: 'Mufasa', realm: 'http-auth@example.org', password: 'Circle of Life' };
  const shared = {
    method: 'GET',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    count: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
  };
  const responseOf = (algorithm: DigestAlgorithm): string =>
    digestResponse({ ...shared, algorithm, ha1: makeHa1(algorithm, who) });
  assert.equal(responseOf('MD5'), '8ca523f5e9506fed4657c9700eebdbec');
  assert.equal(
    responseOf('SHA-256'),
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  );
});

const password = 'vier "acht"';
const users: Readonly<Record<string, string>> = { anna: password, 'o"hara': 'x' };

class Exchange {
  nowMs = 1_700_000_000_000;
  readonly guard: DigestGuard;

  constructor(rememberedNonces = 100) {
    this.guard = new DigestGuard({
      realm: 'callreel.example',
      secret: Buffer.alloc(32, 7),
      nonceLifetimeMs: 60_000,
      rememberedNonces,
    });
  }

  answer(
    challenges: readonly string[],
    parts: Partial<Parameters<typeof answerChallenge>[0]> = {},
  ) {
    const result = answerChallenge({
      challenges,
      username: 'anna',
      password,
      method: 'INVITE',
      uri: 'sip:1000@callreel.example',
      ...parts,
    });
    assert.ok(result.ok);
    return result.value;
  }

  verify(row: string, method = 'INVITE', requestUri = 'sip:1000@192.0.2.1'): DigestVerdict {
    const { nowMs } = this;
    return this.guard.verify({
      rows: ['NTLM abc=1', row],
      method,
      requestUri,
      nowMs,
      ha1Of: (username, algorithm) => {
        const secret = users[username];
        const realm = 'callreel.example';
        return secret === undefined
          ? null
          : makeHa1(algorithm, { username, realm, password: secret });
      },
    });
  }
}

test('a phone that answers our challenge is let in, with SHA-256 before MD5', () => {
  const exchange = new Exchange();
  const challenges = exchange.guard.challenges(exchange.nowMs);
  assert.match(challenges[0] ?? '', /algorithm=SHA-256, qop="auth"$/);
  const row = exchange.answer(challenges);
  assert.deepEqual(exchange.verify(row), {
    kind: 'accepted',
    username: 'anna',
    algorithm: 'SHA-256',
  });
  const md5 = exchange.answer(challenges.slice(1), { nonceCount: 2 });
  assert.equal(exchange.verify(md5).kind, 'accepted');
});

test('a user name with a quote in it survives both sides', () => {
  const exchange = new Exchange();
  const row = exchange.answer(exchange.guard.challenges(exchange.nowMs), {
    username: 'o"hara',
    password: 'x',
  });
  assert.equal(exchange.verify(row).kind, 'accepted');
});

test('a wrong password, an unknown user, another method and a forged digest are all just wrong', () => {
  const exchange = new Exchange();
  const challenges = exchange.guard.challenges(exchange.nowMs);
  assert.equal(exchange.verify(exchange.answer(challenges, { password: 'no' })).kind, 'wrong');
  assert.equal(exchange.verify(exchange.answer(challenges, { username: 'eve' })).kind, 'wrong');
  assert.equal(exchange.verify(exchange.answer(challenges), 'BYE').kind, 'wrong');
  assert.equal(exchange.guard.size, 0, 'strangers fill no table');
});

test('credentials of one number do not open another', () => {
  const exchange = new Exchange();
  const row = exchange.answer(exchange.guard.challenges(exchange.nowMs));
  assert.equal(exchange.verify(row, 'INVITE', 'sip:0900666@192.0.2.1').kind, 'refused');
});

test('the same answer sent twice is a replay and gets a new challenge, which says stale', () => {
  const exchange = new Exchange();
  const row = exchange.answer(exchange.guard.challenges(exchange.nowMs));
  assert.equal(exchange.verify(row).kind, 'accepted');
  assert.deepEqual(exchange.verify(row), { kind: 'stale', username: 'anna' });
  const [again = ''] = exchange.guard.challenges(exchange.nowMs, { isStale: true });
  assert.match(again, /stale=true/);
});

test('counts may overtake one another by up to 31, and none counts twice', () => {
  const exchange = new Exchange();
  const challenges = exchange.guard.challenges(exchange.nowMs);
  const kinds = [5, 3, 4, 3, 40, 9, 8, 10, 9, 40].map(
    (nonceCount) => exchange.verify(exchange.answer(challenges, { nonceCount })).kind,
  );
  const [yes, no] = ['accepted', 'stale'];
  assert.deepEqual(kinds, [yes, yes, yes, no, yes, yes, no, yes, no, no]);
});

test('a nonce is stale after its lifetime, and one of another server at once', () => {
  const exchange = new Exchange();
  const challenges = exchange.guard.challenges(exchange.nowMs);
  const foreign = new DigestGuard({ realm: 'callreel.example', secret: Buffer.alloc(32, 8) });
  const foreignRow = exchange.answer(foreign.challenges(exchange.nowMs));
  assert.equal(exchange.verify(foreignRow).kind, 'stale');
  exchange.nowMs += 60_001;
  assert.equal(exchange.verify(exchange.answer(challenges)).kind, 'stale');
});

test('a nonce that was forgotten for want of room cannot be replayed', () => {
  const exchange = new Exchange(2);
  const rows = [0, 1, 2].map(() => {
    exchange.nowMs += 10;
    return exchange.answer(exchange.guard.challenges(exchange.nowMs));
  });
  assert.deepEqual(
    rows.map((row) => exchange.verify(row).kind),
    ['accepted', 'accepted', 'accepted'],
  );
  assert.equal(exchange.guard.size, 2);
  assert.deepEqual(
    rows.map((row) => exchange.verify(row).kind),
    ['stale', 'stale', 'stale'],
  );
});

test('a phone without qop (RFC 2069) gets in once per nonce', () => {
  const exchange = new Exchange();
  const old = exchange.guard
    .challenges(exchange.nowMs)
    .slice(1)
    .map((row) => row.replace(', qop="auth"', '').replace(', algorithm=MD5', ''));
  const row = exchange.answer(old);
  assert.doesNotMatch(row, /qop|cnonce/);
  assert.equal(exchange.verify(row).kind, 'accepted');
  assert.equal(exchange.verify(row).kind, 'stale');
});

test('auth-int is refused by name on both sides', () => {
  const exchange = new Exchange();
  const row = exchange.answer(exchange.guard.challenges(exchange.nowMs));
  const verdict = exchange.verify(row.replace('qop=auth', 'qop=auth-int'));
  assert.ok(verdict.kind === 'refused');
  assert.equal(verdict.fault.code, 'sip/digest-refused');
  const answer = answerChallenge({
    challenges: ['Digest realm="a", nonce="b", qop="auth-int"'],
    username: 'anna',
    password,
    method: 'INVITE',
    uri: 'sip:a',
  });
  assert.ok(!answer.ok);
  assert.equal(answer.error.facts['why'], 'qop auth-int only');
});

const credentialRows: readonly [title: string, row: string, field: string | null][] = [
  ['another scheme', 'Basic dXNlcg==', null],
  ['no response', 'Digest username="a", realm="r", nonce="n", uri="sip:a"', 'response'],
  ['a parameter without value', 'Digest username', 'name=value'],
  ['a count that is no hex number', 'Digest username="a", realm="r", nonce="n", nc=1', 'nc'],
];

for (const [title, row, rule] of credentialRows) {
  test(`credentials with ${title} ${rule === null ? 'are not ours to read' : 'are malformed'}`, () => {
    if (rule === null) assert.equal(parseCredentials(row), null);
    else
      assert.throws(() => parseCredentials(row), {
        code: 'sip/malformed',
        facts: { header: 'authorization', rule },
      });
  });
}
