import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueRoom } from '../../../tests/rig/queue-room.ts';

test('a caller gets the agent who has been idle longest, the next caller the next one', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['sales'], eve: ['sales'] });
  await room.come('bob', 'eve', 'ada');
  room.seek('first', 'sales');
  room.seek('second', 'sales');
  assert.deepEqual(room.news(), ['first: queued', 'first: bob', 'second: queued', 'second: eve']);
  room.joins('bob', 'first');
  room.change('bob', { kind: 'left', wrapsUp: false });
  room.change('eve', { kind: 'released' });
  room.leave('second');
  room.seek('third', 'sales');
  assert.deepEqual(
    room.news(),
    ['third: queued', 'third: eve'],
    'a ring that came to nothing costs eve no idle time; bob, who has just talked, comes last',
  );
});

test('callers wait in the order in which they came, over all queues of the agent', async () => {
  const room = new QueueRoom({ ada: ['sales', 'help'] });
  await room.come('ada');
  room.talks('ada', 'on the line', 'sales');
  room.seek('help 1', 'help');
  room.seek('sales 1', 'sales');
  room.seek('help 2', 'help');
  room.news();
  for (const expected of ['help 1', 'sales 1', 'help 2']) {
    room.change('ada', { kind: 'left', wrapsUp: false });
    assert.deepEqual(room.news(), [`${expected}: ada`]);
    room.joins('ada', expected);
  }
  assert.equal(room.line.length, 0);
});

test('an agent is offered to one caller only, whichever queue asks', async () => {
  const room = new QueueRoom({ ada: ['sales', 'help'] });
  await room.come('ada');
  room.seek('one', 'sales');
  room.seek('two', 'help');
  assert.deepEqual(room.news(), ['one: queued', 'one: ada', 'two: queued']);
  room.joins('ada', 'one');
  assert.deepEqual(room.news(), []);
});

test('after a missed call the caller keeps its place and the next agent rings; the one who missed is passed over', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['sales'] });
  await room.come('ada', 'bob');
  room.seek('caller', 'sales');
  room.seek('later', 'sales');
  room.news();
  room.misses('ada', 'caller', 'sales');
  assert.deepEqual(room.news(), ['caller: queued'], 'bob rings for the other caller');
  assert.equal(room.state('ada'), 'unavailable');
  room.change('bob', { kind: 'released' });
  assert.deepEqual(room.news(), ['caller: bob'], 'before the one who came later');
});

test('nobody is offered in wrap-up; when it is over the waiting caller gets the agent', async () => {
  const room = new QueueRoom({ ada: ['sales'] }, { wrapUpSeconds: 30 });
  await room.come('ada');
  room.talks('ada', 'one', 'sales');
  room.seek('two', 'sales');
  room.change('ada', { kind: 'left', wrapsUp: true });
  await room.clock.advance(29_000);
  assert.deepEqual(room.news(), ['one: queued', 'one: ada', 'two: queued']);
  await room.clock.advance(1000);
  assert.deepEqual(room.news(), ['two: ada']);
});

test('a queue where nobody sits sends the caller away at once', () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['help'] });
  room.seek('caller', 'sales');
  assert.deepEqual(room.news(), ['caller: no-seat']);
  assert.equal(room.line.length, 0);
});

test('when the last phone of a queue is lost, callers wait fifteen seconds for it to come back', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['help'] });
  await room.come('ada', 'bob');
  room.talks('ada', 'talks', 'sales');
  room.seek('waits', 'sales');
  room.news();
  room.phones('ada', 0);
  await room.clock.advance(14_999);
  room.phones('ada', 1);
  await room.clock.advance(60_000);
  assert.deepEqual(room.news(), [], 'the phone was back in time');
  room.phones('ada', 0);
  await room.clock.advance(14_999);
  assert.deepEqual(room.news(), []);
  await room.clock.advance(1);
  assert.deepEqual(room.news(), ['waits: no-seat']);
  assert.equal(room.line.length, 0);
});

test('a caller for whom a phone rings is not sent away with the lost seats', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  await room.come('ada');
  room.seek('caller', 'sales');
  room.news();
  room.phones('ada', 0);
  await room.clock.advance(20_000);
  assert.deepEqual(room.news(), [], 'the ring decides');
  room.misses('ada', 'caller', 'sales');
  assert.deepEqual(room.news(), ['caller: no-seat']);
});

test('the caller whose ringing phone is lost keeps its place for the fifteen seconds, and nobody who came later passes it', async () => {
  const room = new QueueRoom({ ada: ['sales'] });
  await room.come('ada');
  room.seek('first', 'sales');
  room.seek('second', 'sales');
  room.news();
  room.phones('ada', 0);
  room.misses('ada', 'first', 'sales');
  assert.deepEqual(room.news(), ['first: queued']);
  await room.clock.advance(5000);
  room.phones('ada', 1);
  assert.deepEqual(room.news(), ['first: ada']);
  room.phones('ada', 0);
  room.misses('ada', 'first', 'sales');
  room.news();
  await room.clock.advance(14_999);
  assert.deepEqual(room.news(), []);
  await room.clock.advance(1);
  assert.deepEqual(room.news(), ['first: no-seat', 'second: no-seat']);
  assert.equal(room.line.length, 0);
});

test('a caller whom a present phone missed hears so at once when nobody else sits there, while others wait for a lost one', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['sales'] });
  await room.come('ada', 'bob');
  room.seek('first', 'sales');
  room.seek('second', 'sales');
  room.news();
  room.phones('bob', 0);
  room.misses('ada', 'first', 'sales');
  room.misses('bob', 'second', 'sales');
  assert.deepEqual(room.news(), ['first: no-seat', 'second: queued']);
});

test('an idle agent who is given the queue gets the caller who waits there', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: [] });
  await room.come('ada', 'bob');
  room.talks('ada', 'talks', 'sales');
  room.seek('first', 'sales');
  room.seek('second', 'sales');
  room.news();
  room.assign('bob', 'sales');
  assert.deepEqual(room.news(), ['first: bob']);
});

test('an agent who changes queues in wrap-up is offered the callers of the new ones only', async () => {
  const room = new QueueRoom({ ada: ['sales'], eve: ['sales', 'help'] });
  await room.come('ada', 'eve');
  for (const name of ['ada', 'eve']) {
    room.talks(name, `with ${name}`, 'sales');
  }
  room.change('ada', { kind: 'left', wrapsUp: true });
  room.seek('sales 1', 'sales');
  room.seek('help 1', 'help');
  room.assign('ada', 'help');
  room.news();
  await room.clock.advance(30_000);
  assert.deepEqual(room.news(), ['help 1: ada']);
});

test('when the last agent is moved away or deleted, callers wait fifteen seconds for another and are then sent away', async () => {
  for (const go of [
    (room: QueueRoom) => room.assign('ada', 'help'),
    (room: QueueRoom) => room.dismiss('ada'),
  ]) {
    const room = new QueueRoom({ ada: ['sales'] });
    await room.come('ada');
    room.talks('ada', 'talks', 'sales');
    room.seek('waits', 'sales');
    room.news();
    go(room);
    await room.clock.advance(14_999);
    assert.deepEqual(room.news(), []);
    await room.clock.advance(1);
    assert.deepEqual(room.news(), ['waits: no-seat']);
    assert.equal(room.line.length, 0);
  }
});

test('an agent who is given the queue within the fifteen seconds keeps the callers', async () => {
  const room = new QueueRoom({ ada: ['sales'], bob: ['help'] });
  await room.come('ada', 'bob');
  room.talks('ada', 'talks', 'sales');
  room.seek('waits', 'sales');
  room.assign('ada', 'help');
  await room.clock.advance(14_999);
  room.news();
  room.assign('bob', 'sales');
  await room.clock.advance(60_000);
  assert.deepEqual(room.news(), ['waits: bob']);
});

test('the longest wait ends the waiting; one for whom a phone rings is let ring, and only then sent away', async () => {
  const room = new QueueRoom({ ada: ['sales'] }, { maxWaitSeconds: 60 });
  await room.come('ada');
  room.seek('rung', 'sales');
  room.seek('waits', 'sales');
  room.news();
  await room.clock.advance(60_000);
  assert.deepEqual(room.news(), ['waits: too-long']);
  room.change('ada', { kind: 'released' });
  room.seek('rung', 'sales');
  assert.deepEqual(room.news(), ['rung: too-long']);
  assert.equal(room.clock.pending, 0);
});

test('a caller who hangs up leaves no place and no timer; leaving twice is nothing', async () => {
  const room = new QueueRoom({ ada: ['sales'] }, { maxWaitSeconds: 60 });
  await room.come('ada');
  room.talks('ada', 'one', 'sales');
  room.seek('two', 'sales');
  room.leave('two');
  room.leave('two');
  assert.equal(room.line.length, 0);
  assert.equal(room.clock.pending, 0);
  room.news();
  room.change('ada', { kind: 'left', wrapsUp: false });
  assert.deepEqual(room.news(), []);
});

test('closing lets everybody go without a word', async () => {
  const room = new QueueRoom({ ada: ['sales'] }, { maxWaitSeconds: 60 });
  await room.come('ada');
  room.seek('one', 'sales');
  room.seek('two', 'sales');
  room.news();
  room.line.close();
  assert.equal(room.line.length, 0);
  assert.equal(room.clock.pending, 0);
  assert.deepEqual(room.news(), []);
});
