/**
 * DTMF as named events.
 *
 * ```
 *  0                   1                   2                   3
 * |     event     |E|R| volume    |          duration             |
 * ```
 *
 * @see RFC 4733 §2.3, §2.5
 */
import { readUint16, writeUint16 } from './packet.ts';

const digits = '0123456789*#ABCD';
const ticksPerMs = 8;
export const telephoneEventBytes = 4;
/** RFC 4733 §2.5.1.4: the last packet is sent three times in all. */
const endPackets = 3;
/** The duration field is 16 bits: 8.19 s in one segment (§2.5.1.3). */
const maxSegmentTicks = 0xffff;
/** An update comes every 20 to 50 ms; without one for this long the end packets are lost and the key is up (§2.5.2.1). */
const silentEndMs = 200;

/** @returns event code 0–15 of a key, or null when it is no DTMF key */
export const digitCode = (digit: string): number | null => {
  const code = digits.indexOf(digit.toUpperCase());
  return code < 0 || digit.length !== 1 ? null : code;
};

/**
 * Hears key presses: one report per press at its end, however many copies arrive, in whatever order, with or without their end.
 */
export class DigitReceiver {
  readonly #report: (digit: string, durationMs: number) => void;
  #known = false;
  #open = false;
  #timestamp = 0;
  #code = 0;
  #ticks = 0;
  #earlierTicks = 0;
  #heardAtMs = 0;

  /** @param report called synchronously out of `accept` or `expire`, once per press */
  constructor(report: (digit: string, durationMs: number) => void) {
    this.#report = report;
  }

  /** True between the first packet of a press and its report. */
  get isPressed(): boolean {
    return this.#open;
  }

  /**
   * @param timestamp of the RTP header: the same in all packets of one press
   * @returns false when the payload is too short to be an event
   */
  accept(timestamp: number, bytes: Uint8Array, at: number, length: number, nowMs: number): boolean {
    if (length < telephoneEventBytes) return false;
    const code = bytes[at] ?? 0;
    // 16 is flash, above are tones of modems and trunks: no key of a person.
    if (code >= digits.length) return true;
    const isEnd = ((bytes[at + 1] ?? 0) & 0x80) !== 0;
    const ticks = readUint16(bytes, at + 2);
    if (!this.#isPresent(timestamp, code)) return true;
    this.#heardAtMs = nowMs;
    if (ticks > this.#ticks) this.#ticks = ticks;
    if (isEnd) this.#close();
    return true;
  }

  /** Reports a press whose end packets never came. Call it about every 20 ms while `isPressed`. */
  expire(nowMs: number): void {
    if (this.#open && nowMs - this.#heardAtMs >= silentEndMs) this.#close();
  }

  /** Whether the packet belongs to the press now open, which it may begin; false for copies and stragglers. */
  #isPresent(timestamp: number, code: number): boolean {
    if (this.#known) {
      const step = (timestamp - this.#timestamp) | 0;
      if (step === 0) return this.#open;
      if (step < 0) return false;
      if (this.#open && code === this.#code && step === maxSegmentTicks) {
        // A long press goes on in a new segment.
        this.#earlierTicks += maxSegmentTicks;
        this.#timestamp = timestamp;
        this.#ticks = 0;
        return true;
      }
      if (this.#open) this.#close();
    }
    this.#known = true;
    this.#open = true;
    this.#timestamp = timestamp;
    this.#code = code;
    this.#ticks = 0;
    this.#earlierTicks = 0;
    return true;
  }

  #close(): void {
    this.#open = false;
    const durationMs = Math.round((this.#earlierTicks + this.#ticks) / ticksPerMs);
    this.#report(digits[this.#code] ?? '', durationMs);
  }
}

/** One key press on its way out: call `next` once per packet time until it says `done`. */
export class DigitPress {
  readonly #code: number;
  readonly #totalTicks: number;
  #ticks = 0;
  #endsSent = 0;

  /** @param code 0–15 of `digitCode` @param durationMs 40–8,000; clamped (§2.5.2.3 asks for at least 40 ms) */
  constructor(code: number, durationMs: number) {
    this.#code = code;
    this.#totalTicks = Math.round(Math.min(8000, Math.max(40, durationMs)) * ticksPerMs);
  }

  /** The first packet of a press carries the marker bit. */
  get isFirst(): boolean {
    return this.#ticks === 0;
  }

  /** Ticks of media time the press takes once it is done. */
  get totalTicks(): number {
    return this.#totalTicks;
  }

  /** Writes the next payload; `stepTicks` is the packet time. @returns `done` with the last of the end packets */
  next(bytes: Uint8Array, at: number, stepTicks: number): 'more' | 'done' {
    this.#ticks = Math.min(this.#totalTicks, this.#ticks + stepTicks);
    const isEnd = this.#ticks === this.#totalTicks;
    bytes[at] = this.#code;
    // −10 dBm0, what most gateways send.
    bytes[at + 1] = (isEnd ? 0x80 : 0) | 10;
    writeUint16(bytes, at + 2, this.#ticks);
    if (isEnd) this.#endsSent++;
    return this.#endsSent === endPackets ? 'done' : 'more';
  }
}
