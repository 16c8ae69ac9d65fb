/** What the legs and the gate share inside the room. */
import type { AgentEntry } from '#core/directory.ts';
import type { AgentId, LegId } from '#core/ids.ts';
import type { Log } from '#ports/log.ts';
import type { SipTransport } from '#ports/sip-transport.ts';
import type { SipEndpoint } from '#protocol/sip/endpoint.ts';
import type { Binding } from '#protocol/sip/registrar.ts';
import type { DirectoryIndex } from './directory-index.ts';
import type { WheelClock } from './wheel-clock.ts';

export interface SignallingContext {
  readonly time: WheelClock;
  readonly log: Log;
  readonly transport: SipTransport;
  readonly endpoint: SipEndpoint;
  index(): DirectoryIndex;
  bindings(agent: AgentEntry): readonly Binding[];
  newLegId(): LegId;
  /** A leg lives until it has told its listener `ended`. */
  legOpened(leg: OpenLeg): void;
  legEnded(leg: OpenLeg): void;
}

/** Reason of our last BYEs and CANCELs. */
export const shutdownText = 'the server stops';

/** What close needs of a leg. */
export interface OpenLeg {
  readonly id: LegId;
  /** Ends the leg because the server stops: 503, CANCEL or BYE, and `ended` with `shutdown`. Idempotent. */
  shutDown(): void;
  /** Phones of these agents count no more: they stop to ring. A call that is up goes on. */
  signedOut(agents: ReadonlySet<AgentId>): void;
}
