/** Comma-separated values as RFC 4180 has them and as spreadsheets write them: with `;` or tabs, with or without a byte order mark. */
import { Fault } from '#base/fault.ts';
import type { SheetRow } from '#ports/rosters.ts';

/** A line or a quoted cell that is longer is no roster: somebody forgot a quote, or sent something else. */
const maxRecordChars = 65_536;

const delimiterOf = (line: string): string => {
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: line.split(mark).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark;
};

/** One record that has quotes in it. */
const cellsOf = (record: string, delimiter: string): readonly string[] => {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < record.length; at++) {
    const mark = record[at] ?? '';
    if (isQuoted) {
      if (mark !== '"') cell += mark;
      else if (record[at + 1] === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (mark === '"' && cell === '') isQuoted = true;
    else if (mark === delimiter) {
      cells.push(cell);
      cell = '';
    } else cell += mark;
  }
  return [...cells, cell];
};

const hasOpenQuote = (record: string): boolean => {
  let quotes = 0;
  for (let at = record.indexOf('"'); at !== -1; at = record.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 1;
};

/** Bytes in, records out, a portion for each piece that comes in. */
class CsvReader {
  #rest = '';
  #line = 1;
  #delimiter: string | null = null;
  /** Lines of a record whose quote is still open. */
  #open: string | null = null;
  #openLine = 0;

  take(text: string, isLast: boolean): SheetRow[] {
    const whole = this.#rest + text;
    const rows: SheetRow[] = [];
    let from = 0;
    for (let end = whole.indexOf('\n'); end !== -1; end = whole.indexOf('\n', from)) {
      this.#takeLine(whole.slice(from, end), rows);
      from = end + 1;
    }
    this.#rest = whole.slice(from);
    if (this.#rest.length + (this.#open?.length ?? 0) > maxRecordChars) throw tooLong(this.#line);
    if (isLast && this.#rest !== '') this.#takeLine(this.#rest, rows);
    if (isLast && this.#open !== null)
      throw new Fault(
        'roster/not-a-table',
        `The quote of line ${this.#openLine} is never closed.`,
        { blame: 'caller', facts: { line: this.#openLine } },
      );
    return rows;
  }

  #takeLine(raw: string, rows: SheetRow[]): void {
    const line = this.#line++;
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (this.#open !== null) {
      const record: string = `${this.#open}\n${text}`;
      if (record.length > maxRecordChars) throw tooLong(this.#openLine);
      if (hasOpenQuote(record)) this.#open = record;
      else {
        this.#open = null;
        rows.push({ line: this.#openLine, cells: cellsOf(record, this.#delimiter ?? ',') });
      }
      return;
    }
    this.#delimiter ??= delimiterOf(text);
    if (!text.includes('"')) {
      rows.push({ line, cells: text.split(this.#delimiter) });
      return;
    }
    if (hasOpenQuote(text)) {
      this.#open = text;
      this.#openLine = line;
    } else rows.push({ line, cells: cellsOf(text, this.#delimiter) });
  }
}

const tooLong = (line: number): Fault =>
  new Fault('roster/not-a-table', `Line ${line} is longer than a line of a roster can be.`, {
    blame: 'caller',
    facts: { line },
  });

/**
 * The records of a file, in portions as it is read.
 *
 * @throws {Fault} `roster/not-a-table` for bytes that are no UTF-8 text, an open quote, an endless line
 */
export async function* csvRows(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly rows: readonly SheetRow[]; readonly bytes: number }> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = new CsvReader();
  const decode = (chunk?: Uint8Array): string => {
    try {
      const text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
      if (!text.includes('\0')) return text;
    } catch {
      // not UTF-8: told below
    }
    throw new Fault('roster/not-a-table', 'The file is not text in UTF-8: save it as CSV UTF-8.', {
      blame: 'caller',
    });
  };
  for await (const chunk of body)
    yield { rows: reader.take(decode(chunk), false), bytes: chunk.length };
  yield { rows: reader.take(decode(), true), bytes: 0 };
}
