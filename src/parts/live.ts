/** The calls themselves: directory, media threads, signalling. Wiring only. */
import { systemClock } from '#adapters/clock/system-clock.ts';
import { journalFolders } from '#adapters/disk/journal-folders.ts';
import { PhonesFile } from '#adapters/disk/phones-file.ts';
import type { MediaPlane } from '#ports/media-plane.ts';
import { NetSipTransport, type SipTransportOptions } from '#adapters/net/sip-transport.ts';
import { SqlAgentWishes } from '#adapters/postgres/directory/agent-wishes.ts';
import { SqlDirectoryRows } from '#adapters/postgres/directory/directory-rows.ts';
import { callRecordingScope } from '#core/policy/call-recording.ts';
import { builtInPorts } from '#core/built-in-phone.ts';
import { mayBeTrunkAddress } from '#core/routing/trunk-host.ts';
import { openDirectory } from '#durable/directory/directory.ts';
import { createLiveCalls } from '#live/call/live-calls.ts';
import { createMediaPlane } from '#live/media/media-plane.ts';
import { createSignalling } from '#live/signalling/signalling.ts';
import type { Account } from './account.ts';
import type { Closers } from './closers.ts';
import type { Opened } from './opened.ts';

/** Begun early: a thread takes a while to come up, and nothing but the calls waits for it. */
export const beginMedia = (
  { config, log, metrics, folder }: Pick<Opened, 'config' | 'log' | 'metrics' | 'folder'>,
  closers: Closers,
): Promise<MediaPlane> => {
  const media = createMediaPlane({
    workers: config.mediaWorkers,
    rtpPorts: config.rtpPorts,
    host: config.sip.host,
    promptsDir: folder.prompts,
    silentAfterMs: config.limits.rtpSilenceSeconds * 1000,
    clock: systemClock,
    log,
    metrics,
  });
  // Whoever starts the calls hears why; when the start failed before, nobody asks any more.
  media.catch(() => undefined);
  closers.add('media threads', async () => {
    await media.then(
      (plane) => plane.close(),
      () => undefined,
    );
  });
  return media;
};

/** Of what others chose; the built-in phone is ours, and at one of its ports whoever the trunk belongs to. */
const trunkReach =
  ({ trunkHosts }: Opened['config']): NonNullable<SipTransportOptions['mayReach']> =>
  (address, { transport, port }) =>
    mayBeTrunkAddress(address, trunkHosts) ||
    (transport === 'udp' && address === '127.0.0.1' && builtInPorts.includes(port));

/** While people talk: media threads, signalling, calls. SIP listens last, when everything behind it is there. */
export const startLive = async (
  opened: Opened & Pick<Account, 'ledger' | 'journals'> & { readonly media: MediaPlane },
  closers: Closers,
) => {
  const { config, log, metrics, folder, database, changeFeed, sealer, masterKey } = opened;
  const { ledger, journals, media } = opened;
  const clock = systemClock;
  // Before the ledger, which what they seal in their last seconds goes into.
  closers.add('media threads of the calls', () => media.close());
  const directory = await openDirectory({
    rows: new SqlDirectoryRows(database.kysely, { callRecordingScope }),
    database,
    sipDomain: config.sip.domain,
    sealer,
    clock,
    log,
  });
  closers.add('directory', () => directory.close());
  const keptPhones = new PhonesFile({ root: folder.root, masterKey, clock, log });
  closers.add('phones', () => keptPhones.close());
  const signalling = createSignalling({
    host: config.sip.host,
    port: config.sip.port,
    domain: config.sip.domain,
    publicAddress: config.sip.publicAddress,
    transport: new NetSipTransport({ clock, log, metrics, mayReach: trunkReach(config) }),
    directory,
    keptPhones,
    clock,
    log,
    metrics,
  });
  closers.add('signalling', () => signalling.close());
  const wishes = await SqlAgentWishes.open({ db: database.kysely, clock, log });
  closers.add('wishes of agents', () => wishes.close());
  const running = createLiveCalls({
    wishes,
    signalling,
    media,
    ledger,
    directory,
    sealer,
    folders: journalFolders(folder.root),
    journals,
    changeFeed,
    clock,
    log,
    metrics,
    mediaAddress: config.sip.publicAddress,
    maxCalls: config.limits.maxCalls,
    trunkPingMs: config.limits.trunkPingSeconds * 1000,
  });
  closers.add('calls', () => running.close(0));
  const { port } = await signalling.listen();
  let draining = false;
  return {
    running,
    sipPort: port,
    isDraining: () => draining,
    /** Resolves once the calls know what the database says now. */
    settled: () => directory.refresh(),
    drain: async (drainMs: number) => {
      draining = true;
      signalling.drain();
      await running.close(drainMs);
    },
  };
};
