import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '../log/json-log.ts';
import { askControl, listenControl } from './control-socket.ts';

const log = createLog({ level: 'error', write: () => undefined });
const folder = (): string => mkdtempSync(join(tmpdir(), 'control-'));
const echo = async (words: readonly string[]) => ({ code: 3, out: words.join('|'), err: 'e' });

test('the command line gets the answer of the running server', async () => {
  const home = folder();
  const control = await listenControl(home, echo, log);
  assert.deepEqual(await askControl(home, ['api-key', 'create', '--name', 'a b']), {
    code: 3,
    out: 'api-key|create|--name|a b',
    err: 'e',
  });
  assert.equal(statSync(join(home, 'control.sock')).mode & 0o777, 0o600);
  await control.close();
  assert.equal(await askControl(home, ['version']), null);
});

test('a socket left over by a killed server is replaced, and without a server there is no answer', async () => {
  const home = folder();
  assert.equal(await askControl(home, ['version']), null);
  assert.equal(await askControl(join(home, 'missing'), ['version']), null);
  writeFileSync(join(home, 'control.sock'), '');
  const control = await listenControl(home, echo, log);
  assert.equal((await askControl(home, ['x']))?.out, 'x');
  await control.close();
});

test('a data folder deeper than a socket address may be long works all the same', async () => {
  const home = join(folder(), 'd'.repeat(60), 'e'.repeat(60));
  mkdirSync(home, { recursive: true });
  const control = await listenControl(home, echo, log);
  assert.equal((await askControl(home, ['deep']))?.out, 'deep');
  await control.close();
});

test('nonsense and endless lines are cut off and do not stop the server', async () => {
  const home = folder();
  const control = await listenControl(home, echo, log);
  for (const nonsense of ['{"a":1}\n', 'not json\n', 'x'.repeat(200_000)]) {
    const socket = createConnection(join(home, 'control.sock'));
    socket.on('error', () => undefined);
    socket.write(nonsense);
    await new Promise((resolve) => socket.once('close', resolve));
  }
  assert.equal((await askControl(home, ['still']))?.out, 'still');
  await control.close();
});

test('a backup that takes longer than a silence may last is reported as made, and a server that hangs is given up', async () => {
  const home = folder();
  const times = { silenceMs: 400, blankMs: 40 };
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 3 * times.silenceMs));
    return { code: 0, out: 'backup made', err: '' };
  };
  const control = await listenControl(home, slow, log, times);
  assert.equal((await askControl(home, ['backup'], times))?.out, 'backup made');
  await control.close();
  const silent = await listenControl(home, slow, log, { ...times, blankMs: 60_000 });
  await assert.rejects(askControl(home, ['backup'], times), { code: 'control/unreachable' });
  await silent.close();
});
