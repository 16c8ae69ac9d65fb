import type { EndStatus } from '#core/call/end-status.ts';
import type { CallType } from '#core/call/ledger-entry.ts';
import type { LegFacts, Target } from '#core/call/topology-words.ts';
import type { AgentEntry, QueueEntry, TenantEntry, TrunkEntry } from '#core/directory.ts';
import type { CallId, LegId } from '#core/ids.ts';
import type { TaskCallEvent, TaskMessage } from '#ports/call-placer.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { JournalFolders } from '#ports/journal-folders.ts';
import type { Ledger } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';
import type { MediaPlane } from '#ports/media-plane.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { AgentBoard } from '../queue/agent-board.ts';
import type { WaitingLine } from '../queue/waiting-line.ts';
import type { IncomingLeg, OutgoingLegOrder, Signalling } from '../signalling/leg.ts';
import type { JournalSalvage } from './journal-salvage.ts';

/** Everything outside a call that it acts upon. */
export interface CallWorld {
  readonly signalling: Pick<Signalling, 'place'>;
  readonly media: MediaPlane;
  readonly ledger: Ledger;
  readonly sealer: Sealer;
  readonly folders: JournalFolders;
  readonly salvage: JournalSalvage;
  readonly board: AgentBoard;
  readonly line: WaitingLine;
  readonly clock: Clock;
  readonly log: Log;
  readonly changeFeed: ChangeFeed;
  /** IP literal that our session descriptions name. */
  readonly mediaAddress: string;
  readonly onEnded: (callType: CallType, endStatus: EndStatus) => void;
  /** A track or a whole recording came to nothing although the call went on. */
  readonly onCaptureFailed: (reason: string) => void;
}

/** How a leg of ours is dialled, the session description apart. */
export type Dialling = Omit<OutgoingLegOrder, 'sdp'>;

/** A call as it is admitted: what is known before its first step. */
export interface CallOrder {
  readonly callId: CallId;
  readonly tenant: TenantEntry;
  readonly directoryVersion: number;
  readonly callType: CallType;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callee: string;
  readonly trunk: TrunkEntry | null;
  readonly queue: QueueEntry | null;
  readonly origin: LegFacts;
  readonly target: Target;
  /** The leg that began the call; null when we ring the agent first. */
  readonly incoming: IncomingLeg | null;
  /** How each leg that the plan names is dialled. */
  readonly diallings: ReadonlyMap<LegId, Dialling>;
  readonly endpointUsers: ReadonlyMap<LegId, string>;
  /** Dials an agent that the queue has chosen. */
  readonly dialAgent: (agent: AgentEntry) => Dialling;
  /** A call of an outbound task; null for every other. */
  readonly task?: TaskSideOrder;
}

/** What a task's call has beyond any other. */
export interface TaskSideOrder {
  readonly message: TaskMessage;
  readonly optOutKey: string | null;
  readonly listener: (event: TaskCallEvent) => void;
}
