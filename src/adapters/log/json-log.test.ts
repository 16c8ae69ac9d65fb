import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#base/fault.ts';
import type { LogLevel } from '#ports/log.ts';
import { createLog } from './json-log.ts';
import { maskNumber } from './mask.ts';

const capture = (level: LogLevel = 'debug', showNumbers = false) => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createLog({ level, showNumbers, write, nowMs: () => 0 });
  return {
    log,
    lines,
    parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};

test('one event is one JSON line with its time, level and facts', () => {
  const { log, lines, parsed } = capture();
  log.info('call.answered', { callId: 'c1', waitedMs: 1200 });
  assert.equal(lines[0]?.endsWith('\n'), true);
  assert.deepEqual(parsed(), [
    {
      callId: 'c1',
      waitedMs: 1200,
      at: '1970-01-01T00:00:00.000Z',
      level: 'info',
      event: 'call.answered',
    },
  ]);
});

test('events below the level are not written', () => {
  const { log, lines } = capture('warn');
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  assert.equal(lines.length, 2);
});

test('telephone numbers are starred wherever they stand, and shown when asked for', () => {
  const facts = {
    caller: '+62 812-3456-789',
    uri: 'sip:+628123456789@10.0.0.1:5060',
    nested: [{ text: 'dialled 08123456789 twice' }],
  };
  const masked = capture();
  masked.log.info('x', facts);
  assert.doesNotMatch(masked.lines.join(''), /3456/);
  assert.match(masked.lines.join(''), /10\.0\.0\.1:5060/);
  const shown = capture('debug', true);
  shown.log.info('x', facts);
  assert.match(shown.lines.join(''), /08123456789/);
});

test('numbers in a text are starred with spaces, dashes and brackets in them; dates and addresses are not', () => {
  const { log, lines } = capture();
  log.info('x', {
    a: 'called +62 812-3456-789 again',
    b: 'from (0812) 3456 789',
    c: 'on 2026-11-21 05:06:07 at 192.168.10.100:5060, 2026-11-21',
  });
  const line = lines.join('');
  assert.doesNotMatch(line, /3456/);
  assert.match(line, /called \+62 \*/);
  assert.match(line, /2026-11-21 05:06:07 at 192\.168\.10\.100:5060, 2026-11-21/);
});

test('a caller with a short number is starred too, a number that is called is not', () => {
  const { log, parsed } = capture();
  log.info('x', { caller: '1042', callee: '1000' });
  const [line] = parsed();
  assert.deepEqual([line?.['caller'], line?.['callee']], ['***2', '1000']);
});

test('ids, instants and short numbers stay readable', () => {
  const { log, lines } = capture();
  log.info('x', {
    callId: '0b1c4b3e-1111-4222-8333-444455556666',
    atMonoNs: '123456789012345',
    number: '1000',
    dataBytes: '12345678',
  });
  assert.match(lines[0] ?? '', /0b1c4b3e-1111-4222-8333-444455556666/);
  assert.match(lines[0] ?? '', /123456789012345/);
  assert.match(lines[0] ?? '', /"1000"/);
});

test('passwords, tokens and keys never reach the line, by key or inside a text', () => {
  const { log, lines } = capture();
  log.warn('x', {
    sipPassword: 'hunter2',
    headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' },
    text: 'Authorization: Bearer hunter2',
    url: 'postgres://callreel:hunter2@db/callreel',
    journal: Buffer.from('hunter2'),
  });
  assert.doesNotMatch(lines.join(''), /hunter2/);
});

test('a fault is written with its code, facts and cause; a surprise with its stack', () => {
  const { log, parsed } = capture();
  const cause = new TypeError('x is not a function');
  log.error('job.failed', {
    error: new Fault('disk/full', 'no space', { facts: { path: '/a' }, cause }),
  });
  const error = parsed()[0]?.['error'] as Record<string, Record<string, unknown>>;
  assert.equal(error['code'], 'disk/full');
  assert.equal(error['facts']?.['path'], '/a');
  assert.match(String(error['cause']?.['stack']), /TypeError/);
});

test('facts that cannot be written do not throw, and huge ones are cut', () => {
  const { log, parsed } = capture();
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  log.info('loop', loop);
  log.info('bad', {
    get broken(): string {
      throw new Error('getter');
    },
  });
  const startedAt = performance.now();
  log.info('long', { text: 'x'.repeat(1_000_000) });
  log.info('huge', { texts: Array.from({ length: 100 }, () => 'x'.repeat(2000)) });
  assert.ok(performance.now() - startedAt < 1000, 'a hostile text must not stall the thread');
  assert.equal(parsed()[1]?.['unloggable'], 'Error: getter');
  assert.ok(JSON.stringify(parsed()[2]).length < 3000);
  assert.equal(parsed()[3]?.['event'], 'huge');
  assert.ok(JSON.stringify(parsed()[3]).length < 3000);
});

test('a fact named like a head field is kept beside it', () => {
  const { log, parsed } = capture();
  log.info('x', { level: 'gold' });
  assert.equal(parsed()[0]?.['level'], 'info');
  assert.equal(parsed()[0]?.['fact_level'], 'gold');
});

test('a masked number keeps its country and its ending', () => {
  assert.equal(maskNumber('+628123456789'), '+62*******789');
  assert.equal(maskNumber('anonymous'), 'anonymous');
});
