/** What keeps the product from starting is one sentence on stderr, exit code 1, and nothing left behind. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDataFolder } from '#adapters/disk/data-folder.ts';
import { freePorts } from '../rig/free-port.ts';
import { embeddedTemplate } from '../rig/test-database.ts';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'callreel.mjs');
const home = mkdtempSync(join(tmpdir(), 'callreel-startup-'));
after(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(home, `s${folders++}`);
  mkdirSync(folder);
  return folder;
};

/** A data folder whose database is migrated, so that a start takes a second and not five. */
const preparedFolder = async (): Promise<string> => {
  const folder = newFolder();
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  cpSync(await embeddedTemplate(), join(dataDir, 'db'), { recursive: true });
  return folder;
};

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface StartOptions {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly nodeArguments?: readonly string[];
  readonly words?: readonly string[];
  /** Ends it in good order as soon as it prints this. */
  readonly stopAt?: string;
}

/** Runs the product until it ends; at most for 40 s, which is far beyond what any start may take. */
const startAndEnd = async (options: StartOptions): Promise<Ending> => {
  const {
    folder,
    env = {},
    node = process.execPath,
    nodeArguments = [],
    words = [],
    stopAt,
  } = options;
  const ports = await freePorts(2);
  const child = spawn(node, [...nodeArguments, launcher, ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      CALLREEL_DATA_DIR: join(folder, 'data'),
      CALLREEL_HTTP_PORT: String(ports),
      CALLREEL_SIP_PORT: String(ports + 1),
      CALLREEL_MEDIA_WORKERS: '1',
      ...env,
    },
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), 40_000);
  let stdout = '';
  let stderr = '';
  let stopping = false;
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    // Once: a second signal would end it at once.
    if (!stopping && stopAt !== undefined && stdout.includes(stopAt))
      stopping = child.kill('SIGTERM');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(deadline);
  return { code, stdout, stderr };
};

/** Processes that were started for this data folder and are still there. */
const leftOver = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(join(folder, 'data'));
      } catch {
        return false; // it ended while we looked, or it is somebody else's
      }
    });

/** Fails unless it gave up with these sentences, one per line, and left nothing behind. */
const judge = (ending: Ending, folder: string, sentences: readonly RegExp[]): void => {
  const whole = `${ending.stdout}\n${ending.stderr}`;
  assert.equal(ending.code, 1, whole);
  const lines = ending.stderr.trim().split('\n');
  assert.equal(lines.length, sentences.length, ending.stderr);
  for (const [index, sentence] of sentences.entries()) assert.match(lines[index] ?? '', sentence);
  assert.doesNotMatch(whole, /\n\s+at |\\n\s+at /, 'a stack trace is on the console');
  assert.doesNotMatch(whole, /start\.failed/, 'it is told twice');
  assert.deepEqual(leftOver(folder), []);
};

/** The lock of the data folder can be taken: nobody has it, and no process number is left lying about. */
const assertReleased = (folder: string): void => {
  assert.ok(!existsSync(join(folder, 'data', 'lock.pid')), 'the lock names a process still');
  openDataFolder(join(folder, 'data')).release();
};

/** The start was refused before anything was made. */
const assertNothingMade = (folder: string): void =>
  assert.ok(!existsSync(join(folder, 'data')), 'a data folder was made all the same');

test('an HTTP port that is taken is named with its option, and nothing is made', async () => {
  const folder = newFolder();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  try {
    const ending = await startAndEnd({ folder, env: { CALLREEL_HTTP_PORT: String(port) } });
    judge(ending, folder, [new RegExp(`Port ${port} .*taken.*CALLREEL_HTTP_PORT`)]);
    assertNothingMade(folder);
    assert.doesNotMatch(ending.stdout, /password/);
  } finally {
    holder.close();
  }
});

test('on a fresh data folder it says at once that the database is being made', async () => {
  const folder = newFolder();
  const { stdout } = await startAndEnd({
    folder,
    stopAt: 'First start: the database is being made',
  });
  assert.match(stdout, /^First start: /);
});

/** `npm start` without the build of the console; told to stop once it is ready. */
const startWithNpm = async (
  folder: string,
  stop: (npm: { readonly pid: number; kill(signal: NodeJS.Signals): boolean }) => void,
): Promise<{ readonly stdout: string; readonly port: number }> => {
  const port = await freePorts(2);
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      CALLREEL_DATA_DIR: join(folder, 'data'),
      CALLREEL_HTTP_PORT: String(port),
      CALLREEL_SIP_PORT: String(port + 1),
      CALLREEL_MEDIA_WORKERS: '1',
    },
  });
  const pid = npm.pid ?? assert.fail('npm was not started');
  const deadline = setTimeout(() => process.kill(-pid, 'SIGKILL'), 60_000);
  let stdout = '';
  let isAsked = false;
  npm.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (isAsked || !stdout.includes('It is shown this once only.')) return;
    isAsked = true;
    stop({ pid, kill: (signal) => npm.kill(signal) });
  });
  await once(npm, 'exit');
  clearTimeout(deadline);
  return { stdout, port };
};

test('an npm that is told to end takes the server with it, in good order: the port is free', async () => {
  const folder = await preparedFolder();
  const { stdout, port } = await startWithNpm(folder, (npm) => npm.kill('SIGTERM'));
  assert.match(stdout, /"event":"stopped"/);
  assert.deepEqual(leftOver(folder), []);
  const listener = createServer().listen(port, '127.0.0.1');
  await once(listener, 'listening');
  listener.close();
  assertReleased(folder);
});

test('Ctrl-C under npm, which reaches the server twice, from the terminal and by npm, drains all the same', async () => {
  const folder = await preparedFolder();
  const { stdout } = await startWithNpm(folder, ({ pid }) => process.kill(-pid, 'SIGINT'));
  assert.match(stdout, /"event":"stopped"/);
  assert.deepEqual(leftOver(folder), []);
  assertReleased(folder);
});

test('a first start tells the sign-in; told to stop while it makes the call centre to try, it finishes that and ends in order', async () => {
  const folder = await preparedFolder();
  const ended = await startAndEnd({ folder, words: ['--try'], stopAt: 'Callreel is ready' });
  assert.equal(ended.code, 0, ended.stderr);
  assert.doesNotMatch(ended.stdout, /First start/);
  assert.match(ended.stdout, /Sign in as admin@localhost with the password: \S{12,}/);
  assert.equal(ended.stderr, '', 'no part was closed under the feet of another');
  assertReleased(folder);
});

test('a SIP port that is taken, over UDP or TCP, is named with its option', async () => {
  const folder = newFolder();
  const sentence = (port: number) => [
    new RegExp(`Callreel cannot start: .*${port}.*CALLREEL_SIP_PORT`),
  ];
  const datagram = createSocket('udp4');
  await new Promise<void>((resolve) => datagram.bind(0, '127.0.0.1', resolve));
  const stream = createServer().listen(0, '127.0.0.1');
  await once(stream, 'listening');
  try {
    for (const port of [datagram.address().port, (stream.address() as AddressInfo).port]) {
      const ending = await startAndEnd({ folder, env: { CALLREEL_SIP_PORT: String(port) } });
      judge(ending, folder, sentence(port));
      assertNothingMade(folder);
    }
  } finally {
    datagram.close();
    stream.close();
  }
});

test('a range of RTP ports in which none is free is named with its option', async () => {
  const folder = newFolder();
  const first = (await freePorts(4)) & ~1;
  const held = createSocket('udp4');
  await new Promise<void>((resolve) => held.bind(first + 1, '127.0.0.1', resolve));
  try {
    const env = { CALLREEL_RTP_PORTS: `${first}-${first + 1}` };
    judge(await startAndEnd({ folder, env }), folder, [/RTP ports .* CALLREEL_RTP_PORTS/]);
    assertNothingMade(folder);
  } finally {
    held.close();
  }
});

test('a data folder that another process has is left alone, and the process is named', async () => {
  const folder = newFolder();
  const held = openDataFolder(join(folder, 'data'));
  try {
    const ending = await startAndEnd({ folder });
    judge(ending, folder, [new RegExp(`data folder .* in use by process ${process.pid}`)]);
    assert.equal(readFileSync(join(folder, 'data', 'lock.pid'), 'utf8').trim(), `${process.pid}`);
  } finally {
    held.release();
  }
});

test('a master key that is lost or foreign ends the start in one sentence; none is made, and put back it goes on', async () => {
  const folder = await preparedFolder();
  const file = join(folder, 'data', 'secrets', 'master.key');
  const goesOn = async (): Promise<void> => {
    const { code, stderr } = await startAndEnd({ folder, stopAt: 'Callreel is ready' });
    assert.deepEqual([code, stderr], [0, '']);
  };
  await goesOn();
  const key = readFileSync(file, 'utf8');
  rmSync(file);
  judge(await startAndEnd({ folder }), folder, [
    /Callreel cannot start: the master key .* is missing, .*secrets\/master\.key back, or set CALLREEL_MASTER_KEY/,
  ]);
  assert.deepEqual(readdirSync(join(folder, 'data', 'secrets')), []);
  const foreign = 'ab'.repeat(32);
  judge(await startAndEnd({ folder, env: { CALLREEL_MASTER_KEY: foreign } }), folder, [
    /Callreel cannot start: CALLREEL_MASTER_KEY is not the master key .*secrets\/master\.key/,
  ]);
  writeFileSync(file, foreign);
  judge(await startAndEnd({ folder }), folder, [
    /Callreel cannot start: \S*secrets\/master\.key is not the master key .*CALLREEL_MASTER_KEY/,
  ]);
  assertReleased(folder);
  writeFileSync(file, key);
  await goesOn();
});

test('a database that cannot be reached is named with its option and without its password', async () => {
  const folder = newFolder();
  const port = await freePorts(1);
  const url = `postgres://callreel:very-secret@127.0.0.1:${port}/callreel`;
  const ending = await startAndEnd({ folder, env: { CALLREEL_DATABASE_URL: url } });
  judge(ending, folder, [new RegExp(`127\\.0\\.0\\.1:${port}/callreel .*CALLREEL_DATABASE_URL`)]);
  assert.doesNotMatch(`${ending.stdout}${ending.stderr}`, /very-secret/);
  assertReleased(folder);
});

test('keys it does not know are answered with the nearest one, broken values with their rule, all at once', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'callreel.json'), JSON.stringify({ CALLREEL_HTTP_PROT: 8081 }));
  const ending = await startAndEnd({
    folder,
    env: { CALLREEL_SIPPORT: '5070', CALLREEL_RTP_PORTS: '99-1', CALLREEL_ROLES: 'call' },
  });
  judge(ending, folder, [
    /callreel\.json .*CALLREEL_HTTP_PROT; did you mean CALLREEL_HTTP_PORT\?/,
    /environment .*CALLREEL_SIPPORT; did you mean CALLREEL_SIP_PORT\?/,
    /CALLREEL_RTP_PORTS must be .*"99-1"/,
    /CALLREEL_ROLES must be .*CALLREEL_DATABASE_URL/,
  ]);
  assert.ok(!existsSync(join(folder, 'data')), 'a data folder was made all the same');
});

test('a misspelt argument is refused before anything is made', async () => {
  const folder = newFolder();
  const ending = await startAndEnd({ folder, words: ['--tyr'] });
  judge(ending, folder, [/--try, not with "--tyr"/]);
  assert.ok(!existsSync(join(folder, 'data')), 'a data folder was made all the same');
});

test('asked for help it says how it is started and where its settings are, and starts nothing', async () => {
  const folder = newFolder();
  const ending = await startAndEnd({ folder, words: ['--help'] });
  assert.equal(ending.code, 0, ending.stderr);
  assert.match(ending.stdout, /--try[^]*docs\/runbook\/configuration\.md/);
  assert.equal(ending.stderr, '');
  assert.ok(!existsSync(join(folder, 'data')), 'a data folder was made all the same');
});

test('an older Node is told in one sentence which one is needed', async () => {
  const folder = newFolder();
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.4.1' } })`;
  const ending = await startAndEnd({
    folder,
    nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`],
  });
  judge(ending, folder, [/needs Node 26 or newer; this is 22\.4\.1\. .*npm start/]);
});

const olderNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  if (!existsSync(path)) return false;
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return /^v(1\d|2[0-5])\./.test(stdout);
});

test(
  'the machine’s own older Node gives the same sentence',
  { skip: olderNode === undefined ? 'this machine has no older Node' : false },
  async () => {
    const folder = newFolder();
    const ending = await startAndEnd({ folder, node: olderNode ?? '' });
    judge(ending, folder, [/needs Node 26 or newer; this is \d+/]);
    assert.ok(!existsSync(join(folder, 'data')), 'a data folder was made all the same');
  },
);
