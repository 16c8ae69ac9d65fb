/** Who has to act so that it does not happen again. */
export type Blame = 'caller' | 'peer' | 'destination' | 'us';

/** Whether the same attempt may succeed later without anybody changing anything. */
export type Retry = 'never' | 'later';

export interface FaultOptions {
  readonly blame?: Blame;
  readonly retry?: Retry;
  /** Facts for the operator: no secrets, no audio; numbers are masked by the logger. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** `room/what`, for example `sip/malformed` or `disk/full`. Each code stands in the table of `#core/fault-table.ts`. */
export type FaultCode = `${string}/${string}`;

/**
 * The one kind of error that leaves a room. A refusal that the domain expects is not a Fault but a value (see `Result`).
 *
 * @see docs/errors.md for every code, its HTTP and SIP translation and what the operator does
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly blame: Blame;
  readonly retry: Retry;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: FaultCode, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.blame = options.blame ?? 'us';
    this.retry = options.retry ?? 'never';
    this.facts = options.facts ?? {};
  }
}

/** The Fault itself, or `fallback` wrapped around anything else that was thrown. */
export const asFault = (thrown: unknown, fallback: FaultCode): Fault =>
  thrown instanceof Fault
    ? thrown
    : new Fault(fallback, thrown instanceof Error ? thrown.message : String(thrown), {
        cause: thrown,
      });
