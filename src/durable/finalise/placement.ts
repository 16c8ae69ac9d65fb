/**
 * Where a track's samples belong in real time. A sender counts samples by its own crystal (RTP timestamps); we note when packets
 * came by ours. Packets only ever come late, so the earliest ones of each stretch show how the two clocks lie to each other: the
 * lower envelope of (arrival − timestamp) is the clock, everything above it is the network's jitter.
 *
 * All positions are samples at 8,000 Hz: of the sender's clock (`timestamp`), of ours (`arrival`, `position`).
 */

/** One packet that came with little delay: the count just past its last sample, and when it came. */
export interface ArrivalPair {
  readonly timestamp: number;
  readonly arrival: number;
  /** First sample of the journal block it stands for: where a line that begins with this pair begins. */
  readonly blockTimestamp: number;
}

/** From `timestamp` on, and until the next line, sample `t` of the sender lies at `position + (t − timestamp) × rate`. */
export interface ClockLine {
  readonly timestamp: number;
  readonly position: number;
  readonly rate: number;
}

const second = 8000;
/** Width of the windows whose earliest packet counts: 500 packets, so that one in 500 has to come without queueing. */
const windowTicks = 10 * second;
/** Most windows of one piece; longer calls get wider windows, so that the work stays the same. */
const mostWindows = 300;
/** Below it a clock cannot be told from an exact one: 100 ppm make 3 ms. */
const shortestForDrift = 30 * second;
/** Drift that adds up to less than half a millisecond over the piece is measuring noise: those samples stay untouched. */
const negligibleDrift = 4;
/** 8 ms: further off than this, the clock did not run evenly, and the line becomes a chain of lines. */
const straightWithin = 64;
const knotTicks = 60 * second;
/** 25 ms: beyond any drift within 20 s, below any restart or pause of a sender worth the name. */
const smallestStep = 200;
/** 15 ms: as near as a level has to come back for the rise in between to have been a queue, not the sender. */
const sameLevel = 120;
/** A queue that stands longer than this is taken for the new normal. */
const longestQueue = 300 * second;
const gapTicks = 1.5 * second;

/**
 * The lines of one epoch (one run of the sender's timestamps). Lines follow each other; at a step (the sender stopped or jumped
 * without saying so) they do not join.
 *
 * @param pairs in the order they were written; at least one
 */
export const fitClock = (pairs: readonly ArrivalPair[]): ClockLine[] => {
  const { pieces } = splitAtSteps(pairs);
  return pieces.flatMap(fitPiece);
};

/** Position of a sample; before the first line, that line is extended backwards. */
export const positionAt = (lines: readonly ClockLine[], timestamp: number): number => {
  let low = 0;
  for (let high = lines.length; high - low > 1;) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.timestamp ?? Infinity) <= timestamp) low = middle;
    else high = middle;
  }
  const line = lines[low];
  return line ? line.position + (timestamp - line.timestamp) * line.rate : timestamp;
};

const delayOf = (pair: ArrivalPair): number => pair.arrival - pair.timestamp;

interface Step {
  /** Index of the first pair behind the step. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
  readonly atGap: boolean;
}

const splitAtSteps = (pairs: readonly ArrivalPair[]): { pieces: ArrivalPair[][] } => {
  const steps = findSteps(pairs);
  const pieces: ArrivalPair[][] = [];
  let piece: ArrivalPair[] = [];
  let from = 0;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index];
    if (!step) continue;
    piece.push(...pairs.slice(from, step.at));
    from = step.at;
    const backIndex = endOfQueue(pairs, steps, index);
    const back = backIndex === undefined ? undefined : steps[backIndex];
    if (back && backIndex !== undefined) {
      // A queue came and went: what passed through it says nothing of the clocks.
      from = back.at;
      index = backIndex;
      continue;
    }
    pieces.push(piece);
    piece = [];
  }
  piece.push(...pairs.slice(from));
  pieces.push(piece);
  return { pieces: pieces.filter((each) => each.length > 0) };
};

/** The later step at which the delay is back where it was before the rise at `index`. */
const endOfQueue = (
  pairs: readonly ArrivalPair[],
  steps: readonly Step[],
  index: number,
): number | undefined => {
  const rise = steps[index];
  if (!rise || rise.atGap || rise.after < rise.before) return undefined;
  const start = pairs[rise.at]?.arrival ?? 0;
  for (let later = index + 1; later < steps.length; later++) {
    const step = steps[later];
    if (!step || step.atGap || (pairs[step.at]?.arrival ?? 0) - start > longestQueue) break;
    if (Math.abs(step.after - rise.before) <= sameLevel) return later;
  }
  return undefined;
};

/** Compares the least delay of the ten seconds before each pair with that of the ten seconds behind it. */
const findSteps = (pairs: readonly ArrivalPair[]): Step[] => {
  const steps: Step[] = [];
  let open: { best: Step; rising: boolean } | undefined;
  for (let at = 1; at < pairs.length; at++) {
    const step = compareAround(pairs, at);
    const rising = step !== undefined && step.after > step.before;
    if (open && (step === undefined || rising !== open.rising)) {
      steps.push(open.best);
      open = undefined;
    }
    if (step === undefined) continue;
    // The least delay before a rise is seen until ten seconds after it, that after a fall from ten seconds before it.
    if (open === undefined) open = { best: step, rising };
    else if (!rising) open.best = step;
  }
  if (open) steps.push(open.best);
  return steps;
};

const compareAround = (pairs: readonly ArrivalPair[], at: number): Step | undefined => {
  const last = pairs[at - 1];
  const next = pairs[at];
  if (!last || !next) return undefined;
  let before = Infinity;
  let earlier = 0;
  for (let i = at - 1; i >= 0; i--) {
    const pair = pairs[i];
    if (!pair || last.arrival - pair.arrival > windowTicks) break;
    before = Math.min(before, delayOf(pair));
    earlier++;
  }
  let after = Infinity;
  let later = 0;
  for (let i = at; i < pairs.length; i++) {
    const pair = pairs[i];
    if (!pair || pair.arrival - next.arrival > windowTicks) break;
    after = Math.min(after, delayOf(pair));
    later++;
  }
  if (Math.abs(after - before) < smallestStep) return undefined;
  const atGap =
    next.arrival - last.arrival > gapTicks || next.timestamp - last.timestamp > gapTicks;
  // Few packets may all have been late; behind a pause of the sender there may be few, and the pause explains the step.
  if (!atGap && (earlier < 3 || later < 3)) return undefined;
  return { at, before, after, atGap };
};

const fitPiece = (pairs: readonly ArrivalPair[]): ClockLine[] => {
  const first = pairs[0];
  const last = pairs.at(-1);
  if (!first || !last) return [];
  const from = first.blockTimestamp;
  const span = last.timestamp - from;
  if (span < shortestForDrift) {
    const delay = quantile(pairs.map(delayOf), 0.1);
    return [{ timestamp: from, position: from + delay, rate: 1 }];
  }
  const minima = earliestOfWindows(pairs, Math.max(windowTicks, span / mostWindows));
  const line = fitLine(minima, from, span);
  if (worstMiss(minima, line) <= straightWithin) return [line];
  return chainOfLines(minima, from, last.timestamp);
};

const earliestOfWindows = (pairs: readonly ArrivalPair[], width: number): ArrivalPair[] => {
  const minima: ArrivalPair[] = [];
  let window = Number.NaN;
  for (const pair of pairs) {
    const own = Math.floor(pair.timestamp / width);
    const least = minima.at(-1);
    if (own !== window || !least) minima.push(pair);
    else if (delayOf(pair) < delayOf(least)) minima[minima.length - 1] = pair;
    window = own;
  }
  return minima;
};

/** Median of all slopes between two points (Theil–Sen): a third of the windows may be spoilt without moving it. */
const fitLine = (points: readonly ArrivalPair[], from: number, span: number): ClockLine => {
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i++) {
    for (let j = i + 1; j < points.length; j++) {
      const [a, b] = [points[i], points[j]];
      if (a && b && b.timestamp > a.timestamp)
        slopes.push((delayOf(b) - delayOf(a)) / (b.timestamp - a.timestamp));
    }
  }
  const measured = slopes.length === 0 ? 0 : quantile(slopes, 0.5);
  const slope = Math.abs(measured * span) < negligibleDrift ? 0 : measured;
  const delays = points.map((point) => delayOf(point) - slope * (point.timestamp - from));
  return { timestamp: from, position: from + quantile(delays, 0.1), rate: 1 + slope };
};

const worstMiss = (points: readonly ArrivalPair[], line: ClockLine): number => {
  const misses = points.map((point) => point.arrival - positionAt([line], point.timestamp));
  let worst = 0;
  for (let i = 1; i + 1 < misses.length; i++)
    worst = Math.max(worst, Math.abs(quantile(misses.slice(i - 1, i + 2), 0.5)));
  return worst;
};

/** A clock that does not run evenly: a knot each minute, its place fitted to the three minutes around it. */
const chainOfLines = (points: readonly ArrivalPair[], from: number, to: number): ClockLine[] => {
  const count = Math.max(1, Math.round((to - from) / knotTicks));
  const knots = Array.from({ length: count + 1 }, (_, index) => {
    const timestamp = from + ((to - from) * index) / count;
    const near = points.filter((point) => Math.abs(point.timestamp - timestamp) <= 1.5 * knotTicks);
    return {
      timestamp,
      position: positionAt([fitLine(near, timestamp, 3 * knotTicks)], timestamp),
    };
  });
  return knots.slice(0, -1).map((knot, index) => {
    const next = knots[index + 1] ?? knot;
    const rate = (next.position - knot.position) / (next.timestamp - knot.timestamp);
    return { ...knot, rate };
  });
};

/** The value below which that share of the values lies; the lower of two neighbours. */
const quantile = (values: readonly number[], share: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
};
