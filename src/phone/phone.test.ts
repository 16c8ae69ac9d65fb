/** Two of our phones against our own signalling and media, and against one another. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import { toneSpans } from '#audio/tone-spans.ts';
import { framesOfMs, joined, silence, tone } from '#audio/tones.ts';
import { silentLog, silentMetrics } from '../../tests/rig/silent.ts';
import { agentOf, passwordOf, startSignalling } from '../../tests/rig/signalling.ts';
import { Phone, type PhoneOptions } from './phone.ts';

const closers: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
});

const openPhone = async (
  options: Pick<PhoneOptions, 'user'> & Partial<PhoneOptions>,
): Promise<Phone> => {
  const log = silentLog();
  const transport = new NetSipTransport({ clock: systemClock, log, metrics: silentMetrics() });
  const phone = await Phone.open({
    transport,
    clock: systemClock,
    log,
    host: '127.0.0.1',
    server: { host: '127.0.0.1', port: 9 },
    ...options,
  });
  closers.push(() => phone.close());
  return phone;
};

/** Two phones that call each other directly. */
const openPair = async (codecs?: PhoneOptions['codecs']) => {
  const callee = await openPhone({ user: 'bert' });
  const caller = await openPhone({
    user: 'anna',
    server: { host: '127.0.0.1', port: callee.port },
    ...(codecs && { codecs }),
  });
  return { caller, callee };
};

const connect = async (codecs?: PhoneOptions['codecs']) => {
  const { caller, callee } = await openPair(codecs);
  const ringing = callee.nextCall();
  const ours = await caller.call('bert');
  const theirs = await ringing;
  theirs.answer();
  assert.ok(await ours.untilAnswered());
  assert.ok(await theirs.untilAnswered());
  return { ours, theirs };
};

/** Spans of a tone in milliseconds. */
const heardSpans = (samples: Int16Array, frequencyHz: number) =>
  toneSpans(samples, frequencyHz).map(({ fromFrame, untilFrame }) => ({
    fromMs: fromFrame / 8,
    lengthMs: (untilFrame - fromFrame) / 8,
  }));

const waited = (ms: number) =>
  new Promise<void>((resolve) => systemClock.setTimer(ms, () => resolve()));

/** The last packets are on their way when the speaker has finished; a busy machine takes its time. */
const untilHeard = async (isHeard: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 100 && !isHeard(); tries++) await waited(20);
};

test('each phone hears what the other one says, as long and as far apart as it was said', async () => {
  const { ours, theirs } = await connect();
  const said = joined(
    tone({ frequenciesHz: [700], durationMs: 300 }),
    silence(200),
    tone({ frequenciesHz: [700], durationMs: 100 }),
  );
  const [spoken] = await Promise.all([
    ours.say(said),
    theirs.say(tone({ frequenciesHz: [1100], durationMs: 400 })),
  ]);
  assert.ok(spoken.isWhole);
  await untilHeard(() => heardSpans(theirs.heard, 700).length === 2);
  await untilHeard(() => heardSpans(ours.heard, 1100).length === 1);
  const spans = heardSpans(theirs.heard, 700);
  assert.equal(spans.length, 2);
  assert.ok(Math.abs((spans[0]?.lengthMs ?? 0) - 300) < 12);
  assert.ok(Math.abs((spans[1]?.fromMs ?? 0) - (spans[0]?.fromMs ?? 0) - 500) < 12);
  assert.equal(heardSpans(ours.heard, 1100).length, 1);
  assert.equal(heardSpans(ours.heard, 700).length, 0, 'nobody hears himself');
  const saidAtMs = spoken.startedAtMonoMs - theirs.heardFromMonoMs;
  assert.ok(Math.abs((spans[0]?.fromMs ?? 0) - saidAtMs) < 40, 'at the instant it was said');
  ours.hangUp('done');
  assert.equal((await theirs.untilEnded()).by, 'peer');
});

test('a phone that knows only A-law is answered in A-law', async () => {
  const { ours, theirs } = await connect(['PCMA']);
  await theirs.say(tone({ frequenciesHz: [1100], durationMs: 200 }));
  await waited(60);
  assert.equal(heardSpans(ours.heard, 1100).length, 1);
  ours.hangUp();
});

test('on hold nothing is said and what waits is said after the resume', async () => {
  const { ours, theirs } = await connect();
  assert.ok(await ours.hold());
  const heldFrames = theirs.heard.length;
  const saying = theirs.say(tone({ frequenciesHz: [900], durationMs: 200 }));
  await waited(200);
  assert.equal(heardSpans(ours.heard, 900).length, 0);
  assert.ok(theirs.heard.length > heldFrames, 'the holding side may go on speaking');
  assert.ok(await ours.resume());
  assert.ok((await saying).isWhole);
  await waited(60);
  assert.equal(heardSpans(ours.heard, 900).length, 1);
  theirs.hangUp();
  await ours.untilEnded();
});

test('keys arrive once each and in order, and the voice goes on behind them', async () => {
  const { ours, theirs } = await connect();
  await ours.press('42#A', 60);
  await ours.say(tone({ frequenciesHz: [700], durationMs: 100 }));
  await waited(60);
  assert.equal(theirs.digits, '42#A');
  assert.equal(heardSpans(theirs.heard, 700).length, 1);
  await assert.rejects(ours.press('x'), { code: 'phone/no-key' });
  ours.hangUp();
});

test('a caller who gives up, a callee who refuses, and a phone nobody holds', async () => {
  const { caller, callee } = await openPair();
  const ringing = callee.nextCall();
  const givenUp = await caller.call('bert');
  const rung = await ringing;
  givenUp.hangUp();
  assert.deepEqual((await rung.untilEnded()).status, 487);
  assert.equal(await rung.untilAnswered(), false);

  const next = callee.nextCall();
  const refused = await caller.call('bert');
  (await next).refuse(486);
  assert.deepEqual(await refused.untilEnded(), { by: 'peer', status: 486, text: 'Busy Here' });

  const unanswered = await caller.call('bert');
  assert.equal((await unanswered.untilEnded()).status, 480);
});

test('speech that the end of the call cuts off says so', async () => {
  const { ours, theirs } = await connect();
  const saying = ours.say(tone({ frequenciesHz: [700], durationMs: 5000 }));
  await waited(100);
  theirs.hangUp();
  const spoken = await saying;
  assert.equal(spoken.isWhole, false);
  assert.ok(spoken.endedAtMonoMs - spoken.startedAtMonoMs < 2000);
});

test('a phone registers with its password and takes it back; a wrong password does not', async () => {
  const running = await startSignalling({ agents: [agentOf('ani')] });
  closers.push(() => running.signalling.close());
  const server = { host: '127.0.0.1', port: running.port };
  const bindings: number[] = [];
  running.signalling.onRegistration((_agent, contacts) => bindings.push(contacts));
  const phone = await openPhone({ user: 'ani', password: passwordOf('ani'), server });
  await phone.register();
  await phone.unregister();
  assert.deepEqual(bindings, [1, 0]);
  const stranger = await openPhone({ user: 'ani', password: 'wrong', server });
  await assert.rejects(stranger.register(), { code: 'phone/not-registered' });
});

test('a phone that is switched off in mid-call says goodbye first', async () => {
  const { caller, callee } = await openPair();
  const ringing = callee.nextCall();
  const ours = await caller.call('bert');
  const theirs = await ringing;
  theirs.answer();
  assert.ok(await ours.untilAnswered());
  ours.hangUp();
  await caller.close();
  assert.equal(theirs.state, 'ended');
});

test('what was heard stays within its limit', async () => {
  const callee = await openPhone({ user: 'bert', keepHeardMs: 100 });
  const caller = await openPhone({
    user: 'anna',
    server: { host: '127.0.0.1', port: callee.port },
  });
  const ringing = callee.nextCall();
  const ours = await caller.call('bert');
  const theirs = await ringing;
  theirs.answer();
  await ours.untilAnswered();
  await ours.say(tone({ frequenciesHz: [700], durationMs: 300 }));
  assert.ok(theirs.heard.length <= framesOfMs(100));
  ours.hangUp();
});
