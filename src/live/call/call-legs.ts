/** The legs of one call that are up, and how each is dialled. */
import type { LegFacts, TopologyEvent } from '#core/call/topology-words.ts';
import type { AgentEntry } from '#core/directory.ts';
import type { LegId } from '#core/ids.ts';
import type { MediaCall } from '#ports/media-plane.ts';
import type { CallAccount } from './call-account.ts';
import { CallLeg } from './call-leg.ts';
import type { CallOrder, CallWorld, Dialling } from './call-world.ts';
import { LegMedia } from './leg-media.ts';

export interface CallLegsOptions {
  readonly order: CallOrder;
  readonly world: Pick<CallWorld, 'signalling' | 'mediaAddress'>;
  readonly media: MediaCall;
  readonly account: CallAccount;
  readonly tell: (event: TopologyEvent) => void;
  readonly inTurn: (turn: () => void) => void;
}

export class CallLegs {
  readonly #options: CallLegsOptions;
  readonly #legs = new Map<LegId, CallLeg>();
  readonly #chosenAgents = new Map<LegId, AgentEntry>();

  constructor(options: CallLegsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#legs.size;
  }

  get(legId: LegId): CallLeg | undefined {
    return this.#legs.get(legId);
  }

  /** The queue chose this agent for a leg that is dialled soon. */
  choose(legId: LegId, agent: AgentEntry): void {
    this.#chosenAgents.set(legId, agent);
  }

  open(facts: LegFacts): CallLeg {
    const { order, world, media, account, tell, inTurn } = this.#options;
    const { id } = facts;
    const agent = this.#chosenAgents.get(id);
    const leg = new CallLeg({
      facts,
      endpointUser: agent?.email ?? order.endpointUsers.get(id) ?? '',
      media: new LegMedia(id, media, world.mediaAddress),
      account,
      tell,
      inTurn,
      onEnded: () => this.#legs.delete(id),
    });
    this.#legs.set(id, leg);
    return leg;
  }

  place(facts: LegFacts): void {
    const { world, tell, inTurn } = this.#options;
    const leg = this.open(facts);
    const dialling = this.#diallingOf(facts.id);
    if (dialling === undefined) {
      tell({ kind: 'broken', why: 'a leg without an address was to be dialled' });
      return;
    }
    leg.place((sdp) =>
      world.signalling.place({ ...dialling, sdp }, (event) => inTurn(() => leg.onLegEvent(event))),
    );
  }

  giveUp(why: string): void {
    for (const leg of [...this.#legs.values()]) leg.giveUp(why);
  }

  #diallingOf(legId: LegId): Dialling | undefined {
    const { order } = this.#options;
    const agent = this.#chosenAgents.get(legId);
    this.#chosenAgents.delete(legId);
    return agent === undefined ? order.diallings.get(legId) : order.dialAgent(agent);
  }
}
