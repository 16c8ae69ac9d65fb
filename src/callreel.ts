/** Puts the product together: opens every part in its order, and closes them in the opposite one. Wiring only. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '#admin/commands.ts';
import { type AdministrationDesk, createAdministration } from '#admin/administration.ts';
import { createTryOutDesk } from '#admin/try-out.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import type { FirstAdmin } from '#admin/first-run.ts';
import { listenControl } from '#adapters/control/control-socket.ts';
import { makeBlockCipher } from '#adapters/disk/block-cipher.ts';
import { type DataFolder, openDataFolder, shareDataFolder } from '#adapters/disk/data-folder.ts';
import { DiskJournalFolder } from '#adapters/disk/journal-folder.ts';
import { journalFolders } from '#adapters/disk/journal-folders.ts';
import { LedgerFile } from '#adapters/disk/ledger-file.ts';
import { createSealer, loadMasterKey } from '#adapters/disk/master-key.ts';
import { openDiskObjectStore } from '#adapters/disk/object-store.ts';
import { openDiskRenderFolders } from '#adapters/disk/render-folders.ts';
import { FinaliseWorkers } from '#adapters/encoder/finalise-workers.ts';
import { createChangeFeed } from '#adapters/events/change-feed.ts';
import type { PrometheusMetrics } from '#adapters/metrics/prometheus.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import { createIdempotencyRows } from '#adapters/postgres/administration/idempotency.ts';
import { createAdminStore } from '#adapters/postgres/administration/store.ts';
import { SqlAlarms } from '#adapters/postgres/alarms/alarms.ts';
import { SqlDirectoryRows } from '#adapters/postgres/directory/directory-rows.ts';
import { sqlBalanceRows } from '#adapters/postgres/ledger/balance.ts';
import { SqlLedgerTables } from '#adapters/postgres/ledger/ledger-tables.ts';
import { SqlLibrary } from '#adapters/postgres/library/library.ts';
import { type Database, openDatabase } from '#adapters/postgres/open-database.ts';
import { SqlRecordingRows } from '#adapters/postgres/recordings/finalise-rows.ts';
import { SqlRecoveryRows } from '#adapters/postgres/recovery/recovery-rows.ts';
import { createApi } from '#api/server.ts';
import type { RecordingId } from '#core/ids.ts';
import { callRecordingScope } from '#core/policy/call-recording.ts';
import { outcomeOf } from '#core/recording/outcome.ts';
import { openDirectory } from '#durable/directory/directory.ts';
import { Finaliser } from '#durable/finalise/finalise.ts';
import { startBalanceWatch } from '#durable/ledger/balance-watch.ts';
import { startProjector } from '#durable/ledger/projector.ts';
import { recoverCalls, requeueSealed } from '#durable/recovery/recover.ts';
import { startJobRunner } from '#durable/runner/job-runner.ts';
import { absentCalls } from '#live/call/absent-calls.ts';
import { createLiveCalls } from '#live/call/live-calls.ts';
import { createMediaPlane } from '#live/media/media-plane.ts';
import { createSignalling } from '#live/signalling/signalling.ts';
import { BuiltInCaller } from '#phone/try-out-caller.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import { Closers } from './closers.ts';
import type { Config, Role } from './config.ts';

export interface StartOptions {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
  readonly version: string;
  /** Folder of the built console, or null. */
  readonly consoleFolder: string | null;
}

/** The running product. */
export interface Callreel {
  readonly administration: AdministrationDesk;
  /** The first sign-in, on a first run. */
  readonly firstAdmin: FirstAdmin | null;
  /** Null without the role `api`. */
  readonly consoleUrl: string | null;
  /** Null without the role `call`. */
  readonly sipPort: number | null;
  /** Drains, seals, closes. Idempotent; a second call with 0 does not hurry the first. */
  close(drainMs: number): Promise<void>;
}

/** @throws {Fault} for whatever keeps it from starting; what was open is closed again */
export const startCallreel = async (options: StartOptions): Promise<Callreel> => {
  const closers = new Closers();
  try {
    return await open(options, closers);
  } catch (thrown) {
    await closers.close();
    throw thrown;
  }
};

const open = async (options: StartOptions, closers: Closers): Promise<Callreel> => {
  const { config, log, metrics } = options;
  const clock = systemClock;
  const has = (role: Role): boolean => config.roles.includes(role);
  // Journals and ledger have one writer: the process with the calls owns the folder, the others look into it.
  const folder = (has('call') ? openDataFolder : shareDataFolder)(config.dataDir);
  closers.add('data folder', () => folder.release());
  const masterKey = loadMasterKey(folder.secrets, config.masterKey);
  const sealer = createSealer(masterKey);
  const changeFeed = createChangeFeed(log);
  const database = await openStore(options, folder, closers);
  const store = createAdminStore(database.kysely);
  const administration = createAdministration({ store, sealer, changeFeed, clock, log });

  const opened = { ...options, folder, database, changeFeed, sealer, masterKey };
  const ledger = has('call') ? await startAccount(opened, closers) : null;
  const finalising = has('work') || has('api') ? await startFinaliser(opened, closers) : null;
  if (has('work') && finalising !== null) await workOn(finalising.finaliser, opened, closers);
  const calls = ledger === null ? null : await startLive({ ...opened, ledger }, closers);
  const caller = new BuiltInCaller({
    openTransport: () => new NetSipTransport({ clock, log, metrics }),
    clock,
    log,
    server: {
      host: reachableHost(config.sip.host),
      port: calls?.sipPort ?? config.sip.port,
    },
  });
  closers.add('built-in phone', () => caller.close());
  let started = false;
  const api =
    finalising === null || !has('api')
      ? null
      : await createApi({
          ...options,
          ...config,
          administration,
          library: new SqlLibrary(database.kysely),
          liveCalls: calls?.running ?? absentCalls,
          renditions: finalising.finaliser,
          objects: finalising.objects,
          idempotency: createIdempotencyRows(database.kysely),
          tryOut: createTryOutDesk(administration, caller),
          changeFeed,
          sealer,
          clock,
          readiness: async () => [
            started
              ? { name: 'start', ok: true }
              : { name: 'start', ok: false, detail: 'not done yet' },
            signallingReadiness(calls),
            await databaseReadiness(database),
          ],
        });
  closers.add('API', () => api?.close());
  const url = api === null ? null : (await api.listen()).url;
  if (has('call')) {
    const run = (words: readonly string[]) => runCommand(administration, words);
    const control = await listenControl(folder.root, run, log);
    closers.add('control socket', () => control.close());
  }
  // Last: a random password is told once, so it may only be made by a start that succeeds.
  const firstAdmin = has('api') ? await administration.ensureFirstAdmin(config.firstAdmin) : null;
  started = true;
  return {
    administration,
    firstAdmin,
    consoleUrl: url,
    sipPort: calls?.sipPort ?? null,
    close: async (drainMs) => {
      await calls?.drain(drainMs);
      await closers.close();
    },
  };
};

const signallingReadiness = (calls: { isDraining(): boolean } | null) => {
  const name = 'signalling';
  if (calls === null) return { name, ok: true, detail: 'in another process: see CALLREEL_ROLES' };
  return calls.isDraining()
    ? { name, ok: false, detail: 'draining: no new calls' }
    : { name, ok: true };
};

/** Calls do not wait for the database: when it is away this node is ready all the same, and says so. */
const databaseReadiness = async (database: Database) => {
  const asked = database.executeSql('select 1');
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer')), databaseAnswerMs).unref();
  });
  try {
    await Promise.race([asked, late]);
    return { name: 'database', ok: true };
  } catch {
    asked.catch(() => undefined);
    const detail = 'away: calls are taken and recorded, their rows follow when it is back';
    return { name: 'database', ok: true, detail };
  }
};

/** A monitor asks every few seconds and gives up after about two. */
const databaseAnswerMs = 1000;

/** Where a phone on this machine reaches a host that we listen on. */
const reachableHost = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;

type Opened = StartOptions & {
  readonly folder: DataFolder;
  readonly database: Database;
  readonly changeFeed: ChangeFeed;
  readonly sealer: Sealer;
  readonly masterKey: Uint8Array;
};

const openStore = async (
  { config, log }: StartOptions,
  folder: DataFolder,
  closers: Closers,
): Promise<Database> => {
  const database = await openDatabase({
    folder: folder.database,
    url: config.databaseUrl ?? '',
    onBackgroundError: (error) => log.error('database.background', { error: String(error) }),
  });
  closers.add('database', () => database.close());
  const applied = await database.migrate();
  if (applied.length > 0) log.info('database.migrated', { applied });
  return database;
};

/** The account of the calls: recovery first, so that nothing of the last life is mistaken for this one. */
const startAccount = async (opened: Opened, closers: Closers): Promise<LedgerFile> => {
  const { log, metrics, folder, database, changeFeed, sealer } = opened;
  const clock = systemClock;
  const db = database.kysely;
  const ledger = await LedgerFile.open({ folder: folder.ledger, log, metrics });
  closers.add('ledger', () => ledger.close());
  const alarms = new SqlAlarms(db, changeFeed);
  const rows = new SqlRecoveryRows(db);
  const journals = new DiskJournalFolder(folder.root, { sealer, makeBlockCipher });
  const recovered = await recoverCalls({ ledger, journals, rows, alarms, clock, log });
  log.info('recovery.done', { ...recovered });

  const jobs = await startJobRunner({ database, log, metrics });
  closers.add('jobs of the account', () => jobs.close());
  const projector = startProjector({
    ledger,
    tables: new SqlLedgerTables(db, { outcomeOf, jobs }),
    changes: changeFeed,
    alarms,
    clock,
    log,
    metrics,
  });
  closers.add('projector', () => projector.close());
  await projector.settled();
  await requeueSealed(rows, jobs);
  const balance = startBalanceWatch({ rows: sqlBalanceRows(db), alarms, clock, log });
  closers.add('balance', () => balance.close());
  return ledger;
};

/** Makes files of sealed recordings, for the jobs and for whoever asks the API for one that is not there yet. */
const startFinaliser = async (opened: Opened, closers: Closers) => {
  const { config, log, metrics, folder, database, changeFeed, masterKey } = opened;
  const renderer = new FinaliseWorkers({
    threadUrl: new URL('./threads/finalise.ts', import.meta.url),
    threadData: { masterKey },
    count: config.mediaWorkers,
  });
  closers.add('finalise threads', () => renderer.close());
  const objects = await openDiskObjectStore(folder.objects);
  // Emptied at the start, so each process beside the owner of the data folder has one of its own.
  const isOwner = config.roles.includes('call');
  const rendering = join(folder.root, isOwner ? 'rendering' : `rendering-${process.pid}`);
  const finaliser = new Finaliser({
    rows: new SqlRecordingRows(database.kysely, { outcomeOf, changes: changeFeed }),
    renderer,
    folders: await openDiskRenderFolders(rendering),
    store: objects,
    journalPath: (relative) => join(folder.root, relative),
    log,
    metrics,
  });
  if (!isOwner) closers.add('rendering', () => rm(rendering, { recursive: true, force: true }));
  return { objects, finaliser };
};

const workOn = async (
  finaliser: Finaliser,
  { database, log, metrics }: Opened,
  closers: Closers,
): Promise<void> => {
  const jobs = await startJobRunner({ database, log, metrics });
  closers.add('jobs', () => jobs.close());
  await jobs.work(
    'finalise',
    async ({ recordingId }, signal) => {
      await finaliser.finalise(recordingId as RecordingId, signal);
    },
    async ({ recordingId }, lastError) => {
      await finaliser.giveUp(recordingId as RecordingId, lastError);
    },
  );
};

/** While people talk: media threads, signalling, calls. SIP listens last, when everything behind it is there. */
const startLive = async (opened: Opened & { readonly ledger: LedgerFile }, closers: Closers) => {
  const { config, log, metrics, folder, database, ledger, changeFeed, sealer } = opened;
  const clock = systemClock;
  const directory = await openDirectory({
    rows: new SqlDirectoryRows(database.kysely, { callRecordingScope }),
    database,
    sipDomain: config.sip.domain,
    sealer,
    clock,
    log,
  });
  closers.add('directory', () => directory.close());
  const media = await createMediaPlane({
    workers: config.mediaWorkers,
    rtpPorts: config.rtpPorts,
    host: config.sip.host,
    promptsDir: folder.prompts,
    silentAfterMs: config.limits.rtpSilenceSeconds * 1000,
    clock,
    log,
    metrics,
  });
  closers.add('media threads', () => media.close());
  const signalling = createSignalling({
    host: config.sip.host,
    port: config.sip.port,
    domain: config.sip.domain,
    publicAddress: config.sip.publicAddress,
    transport: new NetSipTransport({ clock, log, metrics }),
    directory,
    clock,
    log,
    metrics,
  });
  closers.add('signalling', () => signalling.close());
  const running = createLiveCalls({
    signalling,
    media,
    ledger,
    directory,
    sealer,
    folders: journalFolders(folder.root),
    changeFeed,
    clock,
    log,
    metrics,
    mediaAddress: config.sip.publicAddress,
    maxCalls: config.limits.maxCalls,
  });
  closers.add('calls', () => running.close(0));
  const { port } = await signalling.listen();
  let draining = false;
  return {
    running,
    sipPort: port,
    isDraining: () => draining,
    drain: async (drainMs: number) => {
      draining = true;
      signalling.drain();
      await running.close(drainMs);
    },
  };
};
