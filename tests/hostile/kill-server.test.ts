/** The whole product is killed in mid call; `npm run prove -- kill` does the same fifty times over all states. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type KillRig, type KillState, openKillRig } from '../rig/kill-round.ts';

const folder = mkdtempSync(join(tmpdir(), 'callreel-kill-server-'));
let rig: KillRig;
before(async () => {
  rig = await openKillRig(folder, 118_000);
});
after(async () => {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

const judge = async (state: KillState, talkMs: number): Promise<void> => {
  const round = await rig.round(state, talkMs);
  assert.deepEqual(round.problems, []);
  assert.equal(round.hit, state);
};

test('a server killed while a phone rings closes the call at its next start', () =>
  judge('ringing', 0));

test('a server killed while two people talk loses at most a second of each voice and marks the cut', () =>
  judge('talking', 1200));

test('a server killed while the customer is on hold keeps all that was said before', () =>
  judge('holding', 700));

test('after all of it every answered call has exactly one outcome', async () => {
  const account = await rig.account();
  assert.deepEqual(
    { difference: account.difference, disagreeing: account.disagreeing, open: account.inProgress },
    { difference: 0, disagreeing: [], open: 0 },
  );
  assert.ok(account.ready >= 2, `${account.ready} calls are ready`);
});
