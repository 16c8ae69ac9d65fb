/** The first sheet of a workbook as rows of texts, and a workbook out of rows. @see ECMA-376 part 1, §18.3 */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { Fault } from '#base/fault.ts';
import type { SheetRow, Spreadsheets } from '#ports/rosters.ts';
import { writeWorkbook } from './write-workbook.ts';
import { WorkbookZip } from './workbook-zip.ts';

const maxPartBytes = 4 * 2 ** 20;
/** Texts are kept once each; beyond it the file is no roster. */
const maxSharedBytes = 64 * 2 ** 20;

const damaged = (cause: unknown): Fault =>
  new Fault('roster/not-a-spreadsheet', 'The workbook has XML that cannot be read.', {
    blame: 'caller',
    cause,
  });

/** Feeds a part to an XML parser piece by piece; `after` runs after each. */
async function* parsed<T>(
  zip: WorkbookZip,
  name: string,
  parser: SaxesParser,
  after: () => T,
): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  parser.on('error', (error) => {
    throw damaged(error);
  });
  for await (const piece of zip.pieces(name)) {
    parser.write(decoder.decode(piece, { stream: true }));
    yield after();
  }
  parser.write(decoder.decode()).close();
  yield after();
}

const attribute = (tag: SaxesTagPlain, name: string): string => tag.attributes[name] ?? '';

/** Where the first sheet lies. */
const firstSheet = async (zip: WorkbookZip): Promise<string> => {
  const workbook = await zip.text('xl/workbook.xml', maxPartBytes);
  const id = /<(?:\w+:)?sheet\s[^>]*\br:id="([^"]+)"/u.exec(workbook)?.[1];
  const relations = zip.has('xl/_rels/workbook.xml.rels')
    ? await zip.text('xl/_rels/workbook.xml.rels', maxPartBytes)
    : '';
  const relation = [...relations.matchAll(/<Relationship\s[^>]*>/gu)]
    .map(([tag]) => tag)
    .find((tag) => tag.includes(`Id="${id ?? ''}"`));
  const target = /Target="([^"]+)"/u.exec(relation ?? '')?.[1] ?? 'worksheets/sheet1.xml';
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
};

const sharedTexts = async (zip: WorkbookZip): Promise<readonly string[]> => {
  const name = 'xl/sharedStrings.xml';
  if (!zip.has(name)) return [];
  const texts: string[] = [];
  let bytes = 0;
  let text = '';
  let isText = false;
  let isPhonetic = false;
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => {
    if (tag.name === 'si') text = '';
    else if (tag.name === 'rPh') isPhonetic = true;
    else if (tag.name === 't') isText = !isPhonetic;
  });
  parser.on('text', (piece) => {
    if (isText) text += piece;
  });
  parser.on('closetag', (tag) => {
    if (tag.name === 't') isText = false;
    else if (tag.name === 'rPh') isPhonetic = false;
    else if (tag.name === 'si') {
      texts.push(text);
      bytes += text.length;
    }
  });
  for await (const _portion of parsed(zip, name, parser, () => null))
    if (bytes > maxSharedBytes)
      throw new Fault('roster/zip-bomb', 'The workbook holds more text than a roster.', {
        blame: 'caller',
      });
  return texts;
};

/** `BC12` → 54: columns count from 0. */
const columnOf = (reference: string): number => {
  let column = 0;
  for (const mark of /^[A-Z]{1,3}/u.exec(reference)?.[0] ?? '')
    column = column * 26 + mark.charCodeAt(0) - 64;
  return column - 1;
};

/** The last column a sheet has is XFD; a roster needs far fewer. */
const maxColumns = 200;

/** Numbers of telephones are often stored as numbers: 8.12E+09 is what the cell shows as 8120000000. */
const plainNumber = (value: string): string => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? String(number) : value;
};

class SheetReader {
  readonly parser = new SaxesParser();
  readonly #shared: readonly string[];
  #rows: SheetRow[] = [];
  #cells: string[] = [];
  #line = 0;
  #at = 0;
  #type = '';
  #value = '';
  #takes = false;

  constructor(shared: readonly string[]) {
    this.#shared = shared;
    this.parser.on('opentag', (tag) => this.#opened(tag));
    this.parser.on('text', (text) => {
      if (this.#takes) this.#value += text;
    });
    this.parser.on('closetag', (tag) => this.#closed(tag.name));
  }

  take(): readonly SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #opened(tag: SaxesTagPlain): void {
    switch (tag.name) {
      case 'row':
        this.#line = Number(attribute(tag, 'r')) || this.#line + 1;
        this.#cells = [];
        this.#at = -1;
        break;
      case 'c': {
        const column = columnOf(attribute(tag, 'r'));
        this.#at = column >= 0 ? column : this.#at + 1;
        this.#type = attribute(tag, 't');
        this.#value = '';
        break;
      }
      case 'v':
      case 't':
        this.#takes = true;
        break;
      case 'f':
        throw formula(this.#line);
    }
  }

  #closed(name: string): void {
    if (name === 'v' || name === 't') this.#takes = false;
    else if (name === 'c' && this.#at < maxColumns) {
      while (this.#cells.length < this.#at) this.#cells.push('');
      this.#cells[this.#at] = this.#text();
    } else if (name === 'row') this.#rows.push({ line: this.#line, cells: this.#cells });
  }

  #text(): string {
    if (this.#type === 's') return this.#shared[Number(this.#value)] ?? '';
    return this.#type === '' || this.#type === 'n' ? plainNumber(this.#value) : this.#value;
  }
}

const formula = (line: number): Fault =>
  new Fault('roster/formula', `Line ${line} has a formula: put its value in place of it.`, {
    blame: 'caller',
    facts: { line },
  });

async function* rows(file: Uint8Array): AsyncGenerator<readonly SheetRow[]> {
  const zip = await WorkbookZip.open(file);
  const reader = new SheetReader(await sharedTexts(zip));
  yield* parsed(zip, await firstSheet(zip), reader.parser, () => reader.take());
}

/** Workbooks by `yauzl` and `saxes`: no part of them is run, and none is kept whole but the texts. */
export const spreadsheets: Spreadsheets = {
  rows,
  inspect: async (file) => {
    const zip = await WorkbookZip.open(file);
    const decoder = new TextDecoder();
    let tail = '';
    for await (const piece of zip.pieces(await firstSheet(zip))) {
      const text = tail + decoder.decode(piece, { stream: true });
      // Found before the file is stored; the reader above names the line when it meets one all the same.
      const at = text.search(/<f[\s>/]/u);
      if (at !== -1)
        throw formula(Number(/.*<row\s[^>]*\br="(\d+)"/su.exec(text.slice(0, at))?.[1] ?? 0));
      tail = text.slice(-64);
    }
  },
  write: writeWorkbook,
};
