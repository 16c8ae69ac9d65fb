/** What was opened, closed in the opposite order: every one is tried, and what failed is told together. */
export class Closers {
  readonly #steps: { readonly name: string; readonly close: () => unknown }[] = [];
  #closing: Promise<void> | null = null;

  add(name: string, close: () => unknown): void {
    this.#steps.unshift({ name, close });
  }

  /** Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#closeAll());
  }

  async #closeAll(): Promise<void> {
    const faults: Error[] = [];
    for (const { name, close } of this.#steps) {
      try {
        await close();
      } catch (cause) {
        faults.push(new Error(`${name} did not close in order`, { cause }));
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, 'the product did not close in order');
  }
}
