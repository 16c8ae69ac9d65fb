/** Puts the product together: opens every part in its order, and closes them in the opposite one. Wiring only. */
import { runCommand } from '#admin/commands.ts';
import { type AdministrationDesk, createAdministration } from '#admin/administration.ts';
import { createTestCalls } from '#admin/test-call.ts';
import { guardTrunkHosts } from '#admin/trunk-hosts.ts';
import { createTryOutDesk } from '#admin/try-out.ts';
import { systemClock } from '#adapters/clock/system-clock.ts';
import type { FirstAdmin } from '#admin/first-run.ts';
import { listenControl } from '#adapters/control/control-socket.ts';
import { openDiskObjectStore } from '#adapters/disk/object-store.ts';
import { createSealer } from '#adapters/disk/master-key.ts';
import { createChangeFeed } from '#adapters/events/change-feed.ts';
import { shareFeed } from '#adapters/events/shared-feed.ts';
import type { PrometheusMetrics } from '#adapters/metrics/prometheus.ts';
import { NetSipTransport } from '#adapters/net/sip-transport.ts';
import { createIdempotencyRows } from '#adapters/postgres/administration/idempotency.ts';
import { createAdminStore } from '#adapters/postgres/administration/store.ts';
import { sqlAnnotations } from '#adapters/postgres/annotations/annotations.ts';
import { sqlSavedViews } from '#adapters/postgres/annotations/saved-views.ts';
import { SqlLibrary } from '#adapters/postgres/library/library.ts';
import { openDatabase } from '#adapters/postgres/open-database.ts';
import { Sparing } from '#base/sparing.ts';
import { createOperationsServer } from '#api/operations-server.ts';
import { createApi } from '#api/server.ts';
import { tellJobErrorsEveryMs } from '#durable/runner/job-runner.ts';
import { absentCalls } from '#live/call/absent-calls.ts';
import { BuiltInCaller } from '#phone/try-out-caller.ts';
import type { AgentId, TenantId } from '#core/ids.ts';
import type { Log } from '#ports/log.ts';
import { Closers } from './parts/closers.ts';
import type { Config, Role } from './config.ts';
import { startAccount } from './parts/account.ts';
import { createCommandTools } from './parts/command-tools.ts';
import { startFinaliser, workOnRecordings } from './parts/finalising.ts';
import { keepReserve } from './parts/disk-reserve.ts';
import { showAlarms } from './parts/figures.ts';
import type { Foundation } from './parts/foundation.ts';
import { openInstallation } from './parts/installation.ts';
import { beginMedia, startLive } from './parts/live.ts';
import type { Opened } from './parts/opened.ts';
import { startEmail } from './parts/email.ts';
import { startSampleData } from './parts/sample-data.ts';
import { startOutbound } from './parts/outbound.ts';
import { watchOtherNodes } from './parts/nodes.ts';
import { databaseReadiness, signallingReadiness } from './parts/readiness.ts';
import { startExports } from './parts/exports.ts';
import { startVoiceAssets } from './parts/voice-assets.ts';
import { hostFromHere } from './start-lines.ts';

export interface StartOptions {
  readonly config: Config;
  /** Begun with this very configuration. */
  readonly foundation: Foundation;
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
  /** Where figures are without the API, or null. */
  readonly figuresUrl: string | null;
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
  const { folder } = options.foundation;
  const clock = systemClock;
  const has = (role: Role): boolean => config.roles.includes(role);
  closers.add('data folder', () => folder.release());
  const changeFeed = createChangeFeed(log);
  // Its threads come up while the database does.
  const media = has('call') ? beginMedia({ ...options, folder }, closers) : null;
  const { database, masterKey } = await openStore(options, closers);
  const sealer = createSealer(masterKey);
  if (database.kind === 'server') {
    // Other processes may be at work on it; the embedded one has no others.
    const sharing = await shareFeed({ feed: changeFeed, database, log });
    closers.add('shared changes', () => sharing.close());
  }
  const store = createAdminStore(database.kysely);
  const administration = createAdministration({ store, sealer, changeFeed, clock, log });

  const toldErrors = new Sparing(tellJobErrorsEveryMs);
  const opened = { ...options, folder, database, changeFeed, sealer, masterKey, toldErrors };
  showAlarms(opened, closers);
  const account = has('call') ? await startAccount(opened, closers) : null;
  if (has('call') || has('work')) watchOtherNodes(opened, account?.ledger.node ?? null, closers);
  const finalising = has('work') || has('api') ? await startFinaliser(opened, closers) : null;
  if (has('work') && finalising !== null) await workOnRecordings(finalising, opened, closers);
  const objects =
    finalising?.objects ?? (await openDiskObjectStore(folder.objects, config.databaseUrl === null));
  const { hasRoom, ...kept } = keepReserve(opened, objects, closers);
  const withObjects = { ...opened, ...kept };
  const voiceAssets = await startVoiceAssets(withObjects, closers);
  const calls =
    account === null || media === null
      ? null
      : await startLive({ ...opened, ...account, media: await media }, closers);
  const outbound = await startOutbound(
    {
      ...withObjects,
      administration,
      ledger: account?.ledger ?? null,
      placer: calls?.running.placer ?? null,
      assetPrompts: voiceAssets.assetPrompts,
    },
    closers,
  );
  const phoneHost = hostFromHere(config.sip.host);
  const sipPort = calls?.sipPort ?? config.sip.port;
  const library = new SqlLibrary(database.kysely);
  const recordingExports = await startExports(
    { ...withObjects, hasRoom, library, renditions: finalising?.finaliser ?? null, administration },
    closers,
  );
  const phones = {
    openTransport: () => new NetSipTransport({ clock, log, metrics }),
    clock,
    log,
    server: { host: phoneHost, port: sipPort },
  };
  const caller = new BuiltInCaller(phones);
  closers.add('built-in phone', () => caller.close());
  const tried = {
    administration,
    host: phoneHost,
    accountOf: (tenantId: TenantId, agentId: AgentId) =>
      administration.sipAccountOf(tenantId, agentId),
    settled: async () => calls?.settled(),
  };
  const sampleData = startSampleData(
    opened,
    { ...tried, objects, newCaller: () => new BuiltInCaller(phones) },
    closers,
  );
  let started = false;
  const readiness = async () => [
    started ? { name: 'start', ok: true } : { name: 'start', ok: false, detail: 'not done yet' },
    signallingReadiness(calls),
    await databaseReadiness(database),
  ];
  const api =
    finalising === null || !has('api')
      ? null
      : await createApi({
          ...options,
          ...config,
          administration: {
            ...administration,
            trunks: guardTrunkHosts(administration.trunks, config.trunkHosts),
          },
          library,
          recordingExports,
          annotations: sqlAnnotations(database.kysely),
          savedViews: sqlSavedViews(database.kysely),
          liveCalls: calls?.running ?? absentCalls,
          renditions: finalising.finaliser,
          objects,
          ...outbound,
          idempotency: createIdempotencyRows(database.kysely),
          tryOut: createTryOutDesk(administration, caller, log),
          testCalls: createTestCalls({ ...tried, caller }),
          sampleData,
          email: startEmail(opened),
          registrar: {
            host: config.sip.publicAddress,
            port: sipPort,
            domain: config.sip.domain,
          },
          voiceAssets: voiceAssets.desk,
          changeFeed,
          sealer,
          clock,
          readiness,
        });
  closers.add('API', () => api?.close());
  const url = api === null ? null : (await api.listen()).url;
  const { http, metricsPort } = config;
  const operations =
    has('api') || metricsPort === null
      ? null
      : await createOperationsServer({
          ...{ administration, metrics, readiness, tls: config.tls, log },
          http: { ...http, port: metricsPort },
        });
  closers.add('figures', () => operations?.close());
  const figuresAt = await operations?.listen();
  if (has('call')) {
    const tools = createCommandTools(opened, options.version);
    const run = (words: readonly string[]) => runCommand(administration, words, tools);
    const control = await listenControl(folder.root, run, log);
    closers.add('control socket', () => control.close());
  }
  // Last: a random password is told once, so it may only be made by a start that succeeds.
  const firstAdmin = has('api') ? await administration.ensureFirstAdmin(config.firstAdmin) : null;
  started = true;
  account?.beginSalvage();
  return {
    administration,
    firstAdmin,
    consoleUrl: url,
    figuresUrl: figuresAt?.url ?? null,
    sipPort: calls?.sipPort ?? null,
    close: async (drainMs) => {
      await calls?.drain(drainMs);
      await closers.close();
    },
  };
};

const openStore = async (
  { config, log, foundation }: StartOptions,
  closers: Closers,
): Promise<Pick<Opened, 'database' | 'masterKey'>> => {
  const database = await openDatabase({
    folder: foundation.folder.database,
    embedded: foundation.embedded,
    url: config.databaseUrl ?? '',
    onBackgroundError: (error) => log.error('database.background', { error: String(error) }),
  });
  closers.add('database', () => database.close());
  const { folder } = foundation;
  const { masterKey, applied } = await openInstallation({ config, folder, database });
  if (applied.length > 0) log.info('database.migrated', { applied });
  return { database, masterKey };
};
