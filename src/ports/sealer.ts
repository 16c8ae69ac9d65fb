/** Keeps small secrets (recording keys, trunk and SIP passwords) unreadable at rest, under the installation's master key. */
export interface Sealer {
  /** A new text each time, even for the same bytes; printable ASCII, safe in JSON and SQL. */
  seal(secret: Uint8Array): string;
  /**
   * @throws {Fault} `secrets/wrong-master-key` when it was sealed under another master key; `secrets/damaged` when the text is not
   * one of `seal` or was altered
   */
  open(sealed: string): Uint8Array;
}
