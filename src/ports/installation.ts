/** What the database knows of the installation itself. */
export interface InstallationRows {
  /** Id of the master key it was made with; null before its first start, and before this was kept. Also before the migrations. */
  masterKeyId(): Promise<string | null>;
  /** Of each master key that passwords in the database are sealed under, one sealed text. Also before the migrations. */
  sealedExamples(): Promise<readonly string[]>;
  /**
   * Keeps the id unless one is kept.
   *
   * @returns the one that is kept now
   */
  keepMasterKeyId(keyId: string): Promise<string>;
}
