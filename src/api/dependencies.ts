/** What the API stands on: ports only, handed over by main. */
import type { Administration } from '#ports/administration.ts';
import type { Annotations } from '#ports/annotations.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { IdempotencyRows } from '#ports/idempotency.ts';
import type { Library } from '#ports/library.ts';
import type { LiveCalls } from '#ports/live-calls.ts';
import type { Log } from '#ports/log.ts';
import type { EmailDesk } from '#ports/mail.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type { RecordingExports } from '#ports/recording-exports.ts';
import type { RenditionMaker } from '#ports/renditions.ts';
import type { SavedViews } from '#ports/saved-views.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { SampleData } from '#ports/sample-data.ts';
import type { TestCalls, TryOutDesk } from '#ports/try-out.ts';
import type { OutboundTasks } from '#ports/outbound-tasks.ts';
import type { DoNotCallList, Rosters } from '#ports/rosters.ts';
import type { VoiceAssets } from '#ports/voice-assets.ts';

export interface ApiDependencies {
  readonly administration: Administration;
  readonly library: Library;
  readonly annotations: Annotations;
  readonly savedViews: SavedViews;
  readonly recordingExports: RecordingExports;
  readonly liveCalls: LiveCalls;
  readonly renditions: RenditionMaker;
  readonly objects: ObjectStore;
  readonly idempotency: IdempotencyRows;
  readonly tryOut: TryOutDesk;
  readonly testCalls: TestCalls;
  readonly email: EmailDesk;
  readonly sampleData: SampleData;
  /** Where agents' phones register, over UDP and TCP. */
  readonly registrar: { readonly host: string; readonly port: number; readonly domain: string };
  readonly voiceAssets: VoiceAssets;
  readonly rosters: Rosters;
  readonly doNotCall: DoNotCallList;
  readonly outboundTasks: OutboundTasks;
  readonly changeFeed: ChangeFeed;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics & {
    readonly contentType: string;
    text(): Promise<string>;
  };
  /** Each part that has to work before this node can take calls; asked on every `/readyz`. */
  readonly readiness: () => readonly ReadinessPart[] | Promise<readonly ReadinessPart[]>;
}

export interface ReadinessPart {
  readonly name: string;
  readonly ok: boolean;
  /** Why not, in one sentence. */
  readonly detail?: string;
}
