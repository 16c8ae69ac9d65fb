/** Turns of one call, one after the other; each is carried to its end before the next is taken. */
export interface MailboxOptions {
  /** After each turn that met no fault. */
  readonly afterTurn: () => void;
  readonly onFault: (thrown: unknown) => void;
}

export class Mailbox {
  readonly #options: MailboxOptions;
  /** Holds what one turn of the event loop brings for one call: a handful. */
  readonly #turns: (() => void)[] = [];
  #isDraining = false;
  #isClosed = false;

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  post(turn: () => void): void {
    if (this.#isClosed) return;
    this.#turns.push(turn);
    if (this.#isDraining) return;
    this.#isDraining = true;
    // In a microtask, so that whoever posts, signalling above all, has finished its own turn first.
    queueMicrotask(() => this.#drain());
  }

  /** Also after it closed, and then at once. */
  inTurn(turn: () => void): void {
    if (this.#isClosed) turn();
    else this.post(turn);
  }

  /** Takes nothing more; what it holds is still done. */
  close(): void {
    this.#isClosed = true;
  }

  #drain(): void {
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      try {
        turn();
        this.#options.afterTurn();
      } catch (thrown) {
        this.#options.onFault(thrown);
      }
    }
    this.#isDraining = false;
  }
}
