import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startBaresip } from './baresip.ts';

const folder = mkdtempSync(join(tmpdir(), 'baresip-'));
after(() => rmSync(folder, { recursive: true }));

test('two foreign phones call each other and each writes the other’s tone', async () => {
  const make = (user: string, toneHz: number): ReturnType<typeof startBaresip> =>
    startBaresip({
      folder: join(folder, user),
      registrar: null,
      user,
      toneHz,
      answers: 'auto',
      deadlineMs: 30_000,
    });
  const anna = await make('anna', 500);
  const bert = await make('bert', 900);
  try {
    await anna.command('dial', `sip:bert@127.0.0.1:${bert.sipPort}`);
    await anna.event('CALL_ESTABLISHED');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await anna.command('hangup');
    await bert.event('CALL_CLOSED');
  } finally {
    await Promise.all([anna.stop(), bert.stop()]);
  }
  const [heard = ''] = anna.heard();
  const samples = readFileSync(heard).subarray(44);
  assert.ok(samples.length > 16_000, `anna heard ${samples.length} bytes`);
});
