/**
 * Memory that uploaded files are read into, and used again for the next ones: with a fresh megabyte for each, the engine looks through
 * everything it holds after a few uploads, which costs more than all that is done with them.
 */
export class FileMemory {
  readonly #sheetBytes: number;
  readonly #mostKept: number;
  readonly #free: Buffer[] = [];

  /**
   * @param sheetBytes largest file that has room
   * @param mostKept sheets that stay allocated for good once they were needed
   */
  constructor(sheetBytes: number, mostKept: number) {
    this.#sheetBytes = sheetBytes;
    this.#mostKept = mostKept;
  }

  /** A sheet with whatever stood in it before; of no other use than the next `sheetBytes` bytes. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#sheetBytes);
  }

  /** Nobody may look at it any more. One that is never given back is garbage like any other. */
  giveBack(sheet: Buffer): void {
    if (this.#free.length < this.#mostKept) this.#free.push(sheet);
  }
}
