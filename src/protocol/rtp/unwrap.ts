/**
 * The count nearest to `previous` whose low 16 bits are `sequence`, so that loss and order are plain arithmetic.
 *
 * @param sequence 0–65,535, as read from the header
 * @returns may be negative for a straggler from before the first packet
 * @see RFC 3550 §A.1
 */
export const unwrapSequence = (previous: number, sequence: number): number =>
  previous + (((sequence - previous) << 16) >> 16);

/** The same for 32-bit timestamps: the tick count nearest to `previous` whose low 32 bits are `timestamp`. */
export const unwrapTimestamp = (previous: number, timestamp: number): number =>
  previous + ((timestamp - previous) | 0);
