/**
 * How many numbers a predictive task dials now. A pure controller, asked again after every change.
 *
 * Method: D. A. Samuelson, "Predictive Dialing for Outbound Telephone Call Centers", Interfaces 29(5), 1999. It dials so that the calls
 * answered within one ring time meet the agents who are free then: those free now and those whose talk is expected to end meanwhile, by
 * the measured answer rate, ring time and talk time. It was chosen over fixed-ratio dialling because it follows drift of those figures
 * without a constant to tune, and over optimising an abandon rate in the mean (Korolkov; Filho) because ours is a legal limit, not a mean:
 * the second rule caps what the first one wants, so that even if every call in flight is answered at once the limit holds.
 *
 * @see spec decision 17
 */

/** Measured over this many of the last answered calls; before that many, one number is dialled per free agent. */
export const pacingWindow = 100;

export interface PacingFacts {
  /** Agents of the queue who could take a call now. */
  readonly freeAgents: number;
  /** Agents on calls or wrapping up. */
  readonly busyAgents: number;
  /** Calls dialled and not answered yet, or answered and not yet with an agent. */
  readonly inFlight: number;
  /** Since the task began. */
  readonly answered: number;
  /** Among the last `pacingWindow` answered calls. */
  readonly abandonedOfLast: number;
  /** Percent, 0–50. */
  readonly abandonPercent: number;
  /** Share of attempts that are answered, 0–1, of the last few hundred. */
  readonly answerRate: number;
  /** Mean time from dialling to an answer. */
  readonly ringMs: number;
  /** Mean time an agent is taken by an answered call, wrap-up included. */
  readonly talkMs: number;
}

/** Below it a task would dial the whole list at once to get one answer. */
const leastAnswerRate = 0.05;

/** How many of the last `pacingWindow` answered calls may be abandoned. */
export const mostAbandoned = (abandonPercent: number): number =>
  Math.floor((abandonPercent * pacingWindow) / 100);

/** @returns how many to dial now, beyond those in flight; never negative */
export const callsToPlace = (facts: PacingFacts): number => {
  const { freeAgents, inFlight } = facts;
  const progressive = freeAgents - inFlight;
  if (facts.answered < pacingWindow || facts.abandonPercent === 0) return Math.max(0, progressive);
  const allowed = mostAbandoned(facts.abandonPercent) - facts.abandonedOfLast;
  const bound = freeAgents + Math.max(0, allowed);
  const wanted = Math.ceil(agentsFreeSoon(facts) / Math.max(facts.answerRate, leastAnswerRate));
  return Math.max(0, progressive, Math.min(wanted, bound) - inFlight);
};

/** Free now, or by the time that a call dialled now is answered: talk ends at random, so its rest is as long as the whole. */
const agentsFreeSoon = ({ freeAgents, busyAgents, ringMs, talkMs }: PacingFacts): number =>
  freeAgents + (talkMs > 0 ? busyAgents * (1 - Math.exp(-ringMs / talkMs)) : busyAgents);

/** Means that follow a drift: each new value counts for 1/`span`, the first ones for more. */
export class MovingMean {
  readonly #span: number;
  #count = 0;
  #mean: number;

  constructor(span: number, first: number) {
    this.#span = span;
    this.#mean = first;
  }

  get value(): number {
    return this.#mean;
  }

  add(value: number): void {
    this.#count++;
    this.#mean += (value - this.#mean) / Math.min(this.#count, this.#span);
  }
}
