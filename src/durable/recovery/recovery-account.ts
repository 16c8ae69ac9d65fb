import { asFault } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import type { Clock } from '#ports/clock.ts';
import type { Ledger, LedgerPlace, LedgerReader } from '#ports/ledger.ts';
import type { Log } from '#ports/log.ts';
import { cutCause as cause, OpenCalls, type OpenCall } from './open-calls.ts';

export interface RecoveryAccountOptions {
  readonly ledger: Ledger & LedgerReader;
  readonly clock: Clock;
  readonly log: Log;
}

/** What recovery knows and writes of the calls of earlier lives: whatever it appends it also takes to heart. */
export class RecoveryAccount {
  readonly calls = new OpenCalls();
  readonly #options: RecoveryAccountOptions;
  #endedCalls = 0;
  #isLive = false;

  constructor(options: RecoveryAccountOptions) {
    this.#options = options;
  }

  /** Calls that got their end here. */
  get endedCalls(): number {
    return this.#endedCalls;
  }

  async read(): Promise<void> {
    let place: LedgerPlace | null = null;
    for (;;) {
      const batch = await this.#options.ledger.read(place, 5000);
      for (const entry of batch.entries) this.calls.read(entry);
      if (batch.atEnd) return;
      place = batch.next;
    }
  }

  /** From now on calls are taken: what the disk refuses waits in the ledger's memory, as theirs does. */
  goLive(): void {
    this.#isLive = true;
  }

  /** @throws {Fault} `ledger/…` when the entry is not kept; before calls are taken also when it only waits, since then a person is there to be told */
  append(entry: LedgerEntry): void {
    const { ledger, log } = this.#options;
    try {
      ledger.append(entry);
    } catch (thrown) {
      const { code, message, facts } = asFault(thrown, 'recovery/failed');
      const isKept = code === 'ledger/unwritable' && facts['lost'] !== true;
      if (!isKept || !this.#isLive) throw thrown;
      log.warn('recovery.entry-waits', { kind: entry.kind, reason: message });
    }
    this.calls.take(entry);
  }

  /** @param knownAtMs the last that is known of the call and of the process */
  endCall(call: OpenCall, knownAtMs: number): void {
    const { callId } = call;
    // Whatever clocks said, not in the future and not before what the call itself tells.
    const at = Math.max(call.lastSignAtMs, Math.min(knownAtMs, this.#options.clock.nowMs()));
    for (const legId of [...call.openLegs])
      this.append({ kind: 'legEnded', callId, at, legId, sipStatus: null, cause });
    this.append({
      kind: 'callEnded',
      callId,
      at,
      endStatus: 'error',
      hungUpSide: 'system',
      cause,
      gotMedia: call.gotMedia,
    });
    this.#endedCalls++;
    this.#options.log.warn('recovery.call-closed', { callId, recordings: call.recordings.size });
  }
}
