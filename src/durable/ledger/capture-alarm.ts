/** Calls that went on without being recorded are an alarm, until a later voice is recorded in good order. */
import type { FaultCode } from '#base/fault.ts';
import type { LedgerEntry } from '#core/call/ledger-entry.ts';
import { faultRow } from '#core/fault-table.ts';
import type { Alarms } from '#ports/alarms.ts';

const kind = 'capture/failed';

/** Null: says nothing of capture. What recovery found has alarms of its own. */
const verdictOf = (entry: LedgerEntry): { readonly failedBy: string | null } | null => {
  if (entry.kind === 'recordingFailed')
    return entry.reason.includes('/') ? { failedBy: entry.reason } : null;
  if (entry.kind !== 'trackSealed' || entry.salvaged) return null;
  if (entry.failedBy !== null) return { failedBy: entry.failedBy };
  return entry.summary.frames > 0 ? { failedBy: null } : null;
};

export class CaptureAlarm {
  readonly #alarms: Alarms;
  readonly #node: string;
  /** Of this life; an alarm may stand from an earlier one. */
  #failures = 0;
  #mayStand = true;

  constructor(alarms: Alarms, node: string) {
    this.#alarms = alarms;
    this.#node = node;
  }

  /** The last word of the batch decides. */
  async take(entries: readonly LedgerEntry[]): Promise<void> {
    const verdicts = entries.map(verdictOf).filter((verdict) => verdict !== null);
    this.#failures += verdicts.filter(({ failedBy }) => failedBy !== null).length;
    const last = verdicts.at(-1);
    if (last === undefined) return;
    const subject = { tenantId: null, kind, subjectId: this.#node } as const;
    if (last.failedBy === null) {
      if (this.#mayStand) await this.#alarms.clear(subject);
      this.#mayStand = false;
      this.#failures = 0;
      return;
    }
    this.#mayStand = true;
    const { title, remedy } = faultRow(last.failedBy as FaultCode);
    await this.#alarms.raise({
      ...subject,
      message: `Calls go on without being recorded: ${title.toLowerCase()} (${last.failedBy}). ${remedy}`,
      facts: { reason: last.failedBy, failures: this.#failures },
    });
  }
}
