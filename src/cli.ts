/** `npm run -s callreel -- COMMAND`: asks the running server over its socket, or opens the database itself when none runs. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '#adapters/clock/system-clock.ts';
import { askControl, type ControlAnswer } from '#adapters/control/control-socket.ts';
import { restoreBackup } from '#adapters/disk/backup-folder.ts';
import { isNoDataFolder, openDataFolder } from '#adapters/disk/data-folder.ts';
import { createSealer } from '#adapters/disk/master-key.ts';
import { createLog } from '#adapters/log/json-log.ts';
import { createAdminStore } from '#adapters/postgres/administration/store.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { createAdministration } from '#admin/administration.ts';
import { commandHelp, runCommand, wrongUse } from '#admin/commands.ts';
import { asFault } from '#base/fault.ts';
import type { ChangeFeed } from '#ports/events.ts';
import { loadConfig, type Config } from './config.ts';
import { createCommandTools } from './parts/command-tools.ts';
import { openInstallation } from './parts/installation.ts';

const root = join(import.meta.dirname, '..');

const readVersion = (): string => {
  const facts = readFileSync(join(root, 'package.json'), 'utf8');
  return (JSON.parse(facts) as { version: string }).version;
};

/** Paths count from where the command is given, not from where the server was started. */
const fromHere = (words: readonly string[]): readonly string[] =>
  words.map((word, index) => (words[index - 1] === '--to' ? resolve(word) : word));

const restore = async (words: readonly string[], dataDir: string): Promise<ControlAnswer> => {
  const [, option, from] = words;
  if (option !== '--from' || from === undefined || words.length !== 3)
    return wrongUse('"restore" needs --from FOLDER, where the backup is, and nothing else.');
  const restored = await restoreBackup(resolve(from), dataDir);
  if (!restored.ok) return { code: 1, out: '', err: restored.error };
  return { code: 0, out: `${dataDir}: ${restored.value.files} files restored`, err: '' };
};

const migrated = (applied: readonly string[]): ControlAnswer => ({
  code: 0,
  out: applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`,
  err: '',
});

/** It makes what is not there, and seals nothing: it needs neither the master key nor a first administrator. */
const isMigrate = (words: readonly string[]): boolean =>
  words[0] === 'migrate' && words.length === 1;

const noInstallation = (dataDir: string): string =>
  `There is no installation in ${dataDir}: set CALLREEL_DATA_DIR to the data folder of the server, or start the server once to make one.`;

/** No server runs: the data folder is ours while the command runs, so that none starts meanwhile. */
const runHere = async (config: Config, words: readonly string[]): Promise<ControlAnswer> => {
  if (!isMigrate(words) && isNoDataFolder(config.dataDir))
    return { code: 1, out: '', err: noInstallation(config.dataDir) };
  const folder = openDataFolder(config.dataDir);
  const log = createLog({ level: 'warn', write: (line) => void process.stderr.write(line) });
  try {
    const database = await openDatabase({
      folder: folder.database,
      url: config.databaseUrl ?? '',
      onBackgroundError: (error) => log.error('database.background', { error }),
    });
    try {
      if (isMigrate(words)) return migrated(await database.migrate());
      const { masterKey } = await openInstallation({ config, folder, database });
      // Nobody listens: a server that starts later reads everything anew.
      const changeFeed: ChangeFeed = {
        publish: () => undefined,
        subscribe: () => () => undefined,
      };
      const administration = createAdministration({
        store: createAdminStore(database.kysely),
        sealer: createSealer(masterKey),
        changeFeed,
        clock: systemClock,
        log,
      });
      const first = await administration.ensureFirstAdmin(config.firstAdmin);
      const tools = createCommandTools({ folder, database, changeFeed }, readVersion());
      const answer = await runCommand(administration, words, tools);
      // The server will find a centre that is there already and say nothing: it is told here or never.
      if (first === null || first.password === null) return answer;
      const told = `First run. Sign in as ${first.email} with the password: ${first.password}\nIt is shown this once only.`;
      return { ...answer, err: answer.err === '' ? told : `${answer.err}\n${told}` };
    } finally {
      await database.close();
    }
  } finally {
    folder.release();
  }
};

const run = async (words: readonly string[]): Promise<ControlAnswer> => {
  const [first] = words;
  if (first === undefined || first === 'help' || words.includes('--help'))
    return { code: first === undefined ? 2 : 0, out: commandHelp, err: '' };
  if (first === 'version' || first === '--version' || first === '-v') {
    return { code: 0, out: readVersion(), err: '' };
  }
  if (first === 'journal') {
    const tool = [join(root, 'tools', 'journal.ts'), ...words.slice(1)];
    const { status } = spawnSync(process.execPath, tool, { stdio: 'inherit' });
    return { code: status ?? 1, out: '', err: '' };
  }
  const config = loadConfig(process.env, process.cwd());
  if (!config.ok) return { code: 1, out: '', err: config.error.join('\n') };
  const { dataDir } = config.value;
  if (first === 'restore') return restore(words, dataDir);
  const here = fromHere(words);
  return (await askControl(dataDir, here)) ?? runHere(config.value, here);
};

try {
  const { code, out, err } = await run(process.argv.slice(2));
  if (out !== '') process.stdout.write(`${out}\n`);
  if (err !== '') process.stderr.write(`${err}\n`);
  process.exitCode = code;
} catch (thrown) {
  process.stderr.write(`${asFault(thrown, 'command/failed').message}\n`);
  process.exitCode = 1;
}
