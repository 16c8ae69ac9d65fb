import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { tortureCases, type TortureCase } from '../../../tests/fixtures/torture-cases.ts';
import type { SipMessage } from './message.ts';
import { parseMessage } from './parse.ts';
import { validateRequest, validateResponse } from './validate.ts';
import { writeMessage } from './write.ts';

interface Judgement {
  readonly verdict: TortureCase['verdict'];
  readonly at: unknown;
  readonly message: SipMessage | null;
}

/** What becomes of a datagram before any transaction sees it. */
const judge = (bytes: Buffer): Judgement => {
  const result = parseMessage(bytes);
  if (!result.ok) {
    const verdict = result.answerable === null ? 'drop' : result.status;
    return { verdict, at: result.fault.facts['header'], message: null };
  }
  const { message } = result;
  const verdict = message.kind === 'request' ? validateRequest(message) : validateResponse(message);
  const at = verdict.kind === 'accept' ? undefined : verdict.fault.facts['header'];
  return { verdict: verdict.kind === 'refuse' ? verdict.status : verdict.kind, at, message };
};

const checkCase = (row: TortureCase, bytes: Buffer, fields: unknown): void => {
  const { verdict, at, message } = judge(bytes);
  assert.equal(verdict, row.verdict, row.why);
  assert.equal(at, row.at);
  if (verdict !== 'accept' || message === null) return;
  assert.ok(row.look, 'an accepted case says what to look at');
  assert.deepEqual(row.look(message), fields);
  const again = judge(writeMessage(message));
  assert.equal(again.verdict, 'accept', 'what we write of it is accepted too');
  assert.ok(again.message);
  assert.deepEqual(row.look(again.message), fields);
};

/** The original bytes are not ours to copy: they run where a folder beside or above the repository has them. */
const findOriginals = (): string | undefined => {
  const named = process.env['CALLREEL_TORTURE_DIR'];
  if (named !== undefined) return named;
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'shared/data/rfc4475');
    if (existsSync(candidate)) return candidate;
  }
  return undefined;
};

const originals = findOriginals();

for (const row of tortureCases) {
  test(`${row.name}: ${String(row.verdict)}, since ${row.why}`, () => {
    checkCase(row, row.bytes, row.ours);
  });
  test(
    `${row.name}: the same verdict for the bytes of RFC 4475`,
    {
      skip:
        originals === undefined && 'no folder with the original messages (CALLREEL_TORTURE_DIR)',
    },
    () => {
      const bytes = readFileSync(join(originals ?? '', `${row.name}.dat`));
      checkCase(row, bytes, row.original);
    },
  );
}

test('the table holds all 50 torture messages, each once', () => {
  const names = tortureCases.map(({ name }) => name);
  assert.equal(new Set(names).size, 50);
  assert.equal(names.length, 50);
  if (originals === undefined) return;
  const files = readdirSync(originals).filter((file) => file.endsWith('.dat'));
  assert.deepEqual(files.map((file) => file.slice(0, -4)).sort(), [...names].sort());
});
