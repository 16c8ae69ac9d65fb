import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrunkId } from '#core/ids.ts';
import type { TrunkAnswer } from '../signalling/leg.ts';
import { openCallRoom, tenant, trunk } from '../../../tests/rig/call-room.ts';

const there: TrunkAnswer = { isReachable: true, status: 200, roundTripMs: 12 };
const silent: TrunkAnswer = { isReachable: false, status: null, roundTripMs: null };

const watched = (everyMs = 30_000) => {
  const room = openCallRoom({ trunkPingMs: everyMs, random: () => 0.5 });
  const state = () => room.calls.trunkStates(tenant.id)[0];
  return { ...room, state };
};

test('a trunk is unknown until its peer was asked, then reachable with its round trip', async () => {
  const { state, clock, signalling } = watched();
  signalling.trunkAnswer = there;
  assert.equal(state()?.state, 'unknown');
  await clock.advance(1000);
  assert.deepEqual(signalling.probed, [trunk.id]);
  const found = state();
  assert.equal(found?.state, 'reachable');
  assert.equal(found.roundTripMs, 12);
  assert.notEqual(found.sinceMs, null);
});

test('a peer that falls silent is unreachable since then, its last answer is remembered, and everybody is told once', async () => {
  const { state, clock, signalling, feed } = watched();
  signalling.trunkAnswer = there;
  await clock.advance(1000);
  const { answeredAtMs } = state() ?? {};
  signalling.trunkAnswer = silent;
  await clock.advance(30_000);
  const since = state()?.sinceMs;
  assert.equal(state()?.state, 'unreachable');
  assert.equal(state()?.answeredAtMs, answeredAtMs);
  await clock.advance(60_000);
  assert.equal(state()?.sinceMs, since);
  assert.equal(feed.events.filter(({ topic }) => topic === 'trunks').length, 2);
});

test('a peer that says 503 is there and takes no calls: unreachable, with what it said', async () => {
  const { state, clock, signalling } = watched();
  signalling.trunkAnswer = { isReachable: false, status: 503, roundTripMs: 3 };
  await clock.advance(1000);
  assert.equal(state()?.state, 'unreachable');
  assert.equal(state()?.status, 503);
  assert.notEqual(state()?.answeredAtMs, null);
});

test('a trunk that moves to another peer is unknown again and asked soon; one that is removed is asked no more', async () => {
  const { state, clock, signalling, settings } = watched();
  signalling.trunkAnswer = there;
  await clock.advance(1000);
  const now = settings.current();
  settings.change({ ...now, trunks: [{ ...trunk, name: 'Renamed' }] });
  assert.equal(state()?.state, 'reachable', 'a name is no peer');
  settings.change({ ...now, trunks: [{ ...trunk, host: '10.0.0.9' }] });
  assert.equal(state()?.state, 'unknown');
  await clock.advance(1000);
  assert.equal(state()?.state, 'reachable');
  settings.change({ ...now, trunks: [] });
  const asked = signalling.probed.length;
  await clock.advance(120_000);
  assert.equal(signalling.probed.length, asked);
  assert.deepEqual(state(), undefined);
});

test('a thousand trunks are asked at most twenty times a second', async () => {
  const { clock, signalling, settings } = watched(1000);
  const many = Array.from({ length: 1000 }, (_, n) => ({ ...trunk, id: `t${n}` as TrunkId }));
  settings.change({ ...settings.current(), trunks: many });
  await clock.advance(1000);
  const first = signalling.probed.length;
  assert.ok(first >= 1000);
  await clock.advance(10_000);
  assert.equal(signalling.probed.length, first);
});

test('with an interval of nothing nobody is asked, and nothing is known', async () => {
  const { state, clock, signalling } = watched(0);
  await clock.advance(120_000);
  assert.deepEqual(signalling.probed, []);
  assert.equal(state()?.state, 'unknown');
});

test('the trunk of the built-in phone, which is there only while it calls, is unknown without it and never unreachable', async () => {
  const { state, clock, signalling, settings } = watched();
  signalling.trunkAnswer = silent;
  const [host, port] = ['127.0.0.1', 5081];
  const own = { allowedAddresses: [`${host}:${port}`], callerNumbers: [] };
  const builtIn = { ...trunk, host, port, ...own };
  settings.change({ ...settings.current(), trunks: [builtIn] });
  await clock.advance(1000);
  assert.equal(state()?.state, 'unknown');
  signalling.trunkAnswer = there;
  await clock.advance(60_000);
  assert.equal(state()?.state, 'reachable');
  signalling.trunkAnswer = silent;
  await clock.advance(60_000);
  assert.equal(state()?.state, 'unknown');
  const carrier = { ...builtIn, id: 'carrier' as TrunkId, callerNumbers: ['+62215550001'] };
  settings.change({ ...settings.current(), trunks: [carrier] });
  await clock.advance(60_000);
  assert.equal(state()?.state, 'unreachable');
});
