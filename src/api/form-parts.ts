/** What a form of ours may hold, whether it is read into memory or as it comes. */
import type { PartHead } from './multipart.ts';
import { refused } from './problem.ts';

export interface FormLimits {
  /** Name of the one part that is a file. */
  readonly file: string;
  /** Of that file, in memory; what goes on beyond is not read. */
  readonly mostFileBytes: number;
  /** Of each field. */
  readonly mostFieldBytes: number;
  /** Only looked at, and read by the handler as it comes (`streamForm`): for files that are not to lie in memory. */
  readonly isStreamed?: boolean;
  /** JSON is taken as well. */
  readonly orJson?: boolean;
}

export const invalidForm = (detail: string) => refused({ code: 'api/invalid-request', detail });

const mostFields = 20;

/** The text of one field, up to a limit. */
export class FieldText {
  readonly #name: string;
  readonly #most: number;
  readonly #pieces: Buffer[] = [];
  #taken = 0;

  constructor(name: string, most: number) {
    this.#name = name;
    this.#most = most;
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString();
  }

  add(piece: Buffer): void {
    this.#taken += piece.length;
    if (this.#taken > this.#most) throw invalidForm(`The field ${this.#name} is too long.`);
    // A copy: the piece is part of a larger one that is not to be kept for it.
    this.#pieces.push(Buffer.from(piece));
  }
}

/** Refuses what a form of ours does not hold. */
export class PartRules {
  readonly #file: string;
  readonly #names = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  check({ name, fileName }: PartHead): void {
    if (this.#names.has(name)) throw invalidForm(`The field ${name} is there twice.`);
    if (fileName !== null && name !== this.#file)
      throw invalidForm(`The file must be named ${this.#file}.`);
    this.#names.add(name);
    if (this.#names.size > mostFields + 1) throw invalidForm('The form has too many fields.');
  }
}
