/** Items that wait for the database go there in one statement: one commit, and one flush to disk, for all of them. */

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (thrown: unknown) => void;
}

export class Together<Item> {
  readonly #write: (items: readonly Item[]) => Promise<void>;
  readonly #most: number;
  #waiting: Waiting<Item>[] = [];
  #isWriting = false;

  /**
   * @param write all of them or none
   * @param most items of one statement
   */
  constructor(write: (items: readonly Item[]) => Promise<void>, most = 100) {
    this.#write = write;
    this.#most = most;
  }

  /** Resolves when it is written; rejects with what is wrong with this very item. */
  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) await this.#portion(this.#waiting.splice(0, this.#most));
    this.#isWriting = false;
  }

  /** Never rejects. */
  async #portion(portion: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.#write(portion.map(({ item }) => item));
      for (const { resolve } of portion) resolve();
    } catch (thrown) {
      const [only] = portion;
      if (portion.length === 1) only?.reject(thrown);
      // Whose fault it was nobody says: each for itself, so that one wrong item fails alone.
      else for (const one of portion) await this.#portion([one]);
    }
  }
}
