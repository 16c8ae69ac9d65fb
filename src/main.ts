/** The program: reads the configuration, starts the product, says where it is, and stops it in good order. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createLog } from '#adapters/log/json-log.ts';
import { createMetrics } from '#adapters/metrics/prometheus.ts';
import { asFault } from '#base/fault.ts';
import type { Callreel } from './callreel.ts';
import { type Config, loadConfig } from './config.ts';
import { layFoundation } from './parts/foundation.ts';
import { consoleAddress, hostFromHere, startLines } from './start-lines.ts';
import { tryOutLines } from './try-out-lines.ts';

const root = join(import.meta.dirname, '..');

// The engine looks through all that lives (about 45 MB) on helper threads each time some 20 MB came to it. Uploads and calls bring that
// in moments, and on a small machine the helpers then take as much of the processor as the work itself: a hundred milliseconds, in which
// everybody waits. It may come to three times what lives.
setFlagsFromString('--heap-growing-percent=200');

const readVersion = (): string => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
};

/** One sentence each, and the exit code a service manager understands. */
const giveUp = (sentences: readonly string[]): never => {
  for (const sentence of sentences) console.error(sentence);
  process.exit(1);
};

/** A database that is being made says nothing for a while. */
const announceFirstStart = ({ databaseUrl, dataDir }: Config): void => {
  if (databaseUrl === null && !existsSync(join(dataDir, 'db', 'PG_VERSION')))
    console.log('First start: the database is being made; this takes some seconds.');
};

const greet = (callreel: Callreel, config: Config): void => {
  const first = callreel.firstAdmin;
  for (const line of startLines(callreel, config)) console.log(line);
  if (first === null) return;
  const password = first.password ?? 'the one in CALLREEL_ADMIN_PASSWORD';
  console.log(`First run. Sign in as ${first.email} with the password: ${password}`);
  if (first.password !== null) console.log('It is shown this once only.');
};

const greetTryOut = async (callreel: Callreel, config: Config): Promise<void> => {
  const { number, trunk, agent } = await callreel.administration.ensureTryOut();
  const { consoleUrl: url } = callreel;
  const consoleUrl = url && consoleAddress(url, config.http);
  const server = `${hostFromHere(config.sip.host)}:${callreel.sipPort ?? config.sip.port}`;
  const lines = tryOutLines({ number, trunk, agent, server, consoleUrl });
  console.log(`\n${lines.join('\n')}\n`);
};

const usage = `npm start [-- OPTIONS]

  --try    makes a call centre to try as well, and prints the lines for a first recorded call
  --help   prints this

Settings are environment variables, or keys of callreel.json: every one with its default is in docs/runbook/configuration.md.`;

/** A misspelt argument is no argument that was meant. */
const unknownArguments = (): readonly string[] =>
  process.argv
    .slice(2)
    .filter((word) => word !== '--try')
    .map(
      (word) =>
        `Callreel starts with no argument or with --try, not with "${word}"; --help tells more.`,
    );

const run = async (): Promise<void> => {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return;
  }
  const unknown = unknownArguments();
  if (unknown.length > 0) return giveUp(unknown);
  const loaded = loadConfig(process.env, process.cwd());
  if (!loaded.ok) return giveUp(loaded.error);
  const config = loaded.value;
  const log = createLog({ level: config.logLevel, showNumbers: config.logNumbers });
  const consoleFolder = join(root, 'console', 'dist');
  let callreel: Callreel;
  try {
    const foundation = await layFoundation(config);
    announceFirstStart(config);
    // The rest of the program is read while the database opens.
    const { startCallreel } = await import('./callreel.ts');
    callreel = await startCallreel({
      config,
      foundation,
      log,
      metrics: createMetrics(),
      version: readVersion(),
      consoleFolder: existsSync(consoleFolder) ? consoleFolder : null,
    });
  } catch (thrown) {
    const fault = asFault(thrown, 'main/cannot-start');
    // What we know by name needs its sentence alone; what we do not know needs all there is.
    if (fault !== thrown)
      log.error('start.failed', { code: fault.code, message: fault.message, cause: thrown });
    return giveUp([`Callreel cannot start: ${fault.message}`]);
  }
  const underWay: Promise<void>[] = [];
  const close = async (): Promise<void> => {
    // What it is writing may be finished; whether it could be is told below.
    await Promise.allSettled(underWay);
    await callreel.close(config.limits.drainSeconds * 1000);
    log.info('stopped');
  };
  stopOnSignal(close);
  greet(callreel, config);
  if (!process.argv.includes('--try')) return;
  const tryOut = greetTryOut(callreel, config);
  underWay.push(tryOut);
  await tryOut.catch((thrown: unknown) => {
    const { code, message } = asFault(thrown, 'main/cannot-try');
    // What is in its way is said in a sentence; only what we do not know needs all there is.
    if (code !== 'try-out/refused') log.error('try-out.failed', { code, message, cause: thrown });
    console.error(`The call centre to try could not be made: ${message}`);
  });
};

/** Ctrl-C comes twice under npm, within milliseconds: from the terminal, and handed on by npm. Nobody presses it twice that fast. */
const sameSignalMs = 250;

/** The first signal drains; a second one ends at once, which is as safe as `kill -9`. */
const stopOnSignal = (close: () => Promise<void>): void => {
  let stoppingSince: number | null = null;
  const stop = (): void => {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince < sameSignalMs) return;
      process.exit(1);
    }
    stoppingSince = performance.now();
    console.log('Stopping: no new calls; those that are up may end. Once more ends at once.');
    close().then(
      () => process.exit(0),
      (error: unknown) => giveUp([`Callreel did not stop in order: ${String(error)}`]),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};

await run();
