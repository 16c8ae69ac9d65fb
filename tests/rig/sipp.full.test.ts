import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSipp } from './sipp.ts';

const folder = mkdtempSync(join(tmpdir(), 'sipp-'));
after(() => rmSync(folder, { recursive: true }));

test('the scenarios of the rig fit each other: the caller of one talks to the callee of the other', async () => {
  const callee = await startSipp({
    scenario: 'callee-answers',
    folder: join(folder, 'callee'),
    remote: '127.0.0.1:9',
    keys: { early_ms: 200 },
    tonesHz: { early_file: 425, tone_file: 900 },
    deadlineMs: 15_000,
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const caller = await startSipp({
    scenario: 'customer-calls',
    folder: join(folder, 'caller'),
    remote: `127.0.0.1:${callee.sipPort}`,
    service: '1000',
    keys: { talk_ms: 700, from_user: '+15550100' },
    tonesHz: { tone_file: 700 },
    deadlineMs: 15_000,
  });
  assert.equal(await caller.ended(), 0, caller.output());
  assert.equal(await callee.ended(), 0, callee.output());
  assert.match(readFileSync(join(folder, 'caller', 'sipp-messages.log'), 'utf8'), /SIP\/2\.0 183/);
});
