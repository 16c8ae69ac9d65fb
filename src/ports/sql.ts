/** What the job runner asks of the database, whichever of the two it is. */

/** One place to run statements: the database itself, or one open transaction. */
export interface SqlSession {
  /**
   * Runs one statement with `$n` parameters, or a script of several statements when there are no values.
   *
   * @throws {Fault} `database/away` (retry later) when the database cannot be reached; other errors carry the SQLSTATE in `code`
   */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface SqlDatabase extends SqlSession {
  readonly kind: 'embedded' | 'server';
  /**
   * Calls back on each NOTIFY of the channel; notices are a hint only and may be lost while the connection is away.
   *
   * @param onReconnect called after each successful subscription, the first included: look again, something may have been missed
   */
  listen(
    channel: string,
    onNotice: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<{ close(): Promise<void> }>;
}
