import type { LedgerEntry } from '#core/call/ledger-entry.ts';

/** Of a call that only its journals tell of. */
export const unknownParty = 'unknown';
/** No directory has it: versions begin at 1. */
export const noDirectory = 0;

/** Whether the call was made of its journals. */
export const isFoundCall = (entry: LedgerEntry & { readonly kind: 'callStarted' }): boolean =>
  entry.caller === unknownParty && entry.directoryVersion === noDirectory;
