/** The package of an .xlsx: a zip whose parts are looked over before one of them is read. */
import type { Readable } from 'node:stream';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { Fault } from '#base/fault.ts';

/** Parts of a workbook with pictures and themes are a few dozen. */
const maxParts = 500;
/** All parts unpacked: 100,000 people with twenty variables need a tenth of it. */
const maxUnpackedBytes = 400 * 2 ** 20;
/** Sheets of numbers pack 10 to 30 times; a bomb a thousand times. */
const maxRatio = 200;

const refusal = (
  code: 'roster/not-a-spreadsheet' | 'roster/macro' | 'roster/zip-bomb',
  detail: string,
): Fault => new Fault(code, detail, { blame: 'caller' });

const open = (file: Uint8Array): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    fromBuffer(buffer, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error) reject(refusal('roster/not-a-spreadsheet', 'The file is no .xlsx workbook.'));
      else resolve(zip);
    });
  });

const entriesOf = (zip: ZipFile): Promise<Map<string, Entry>> =>
  new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>();
    let unpacked = 0;
    zip.on('entry', (entry: Entry) => {
      unpacked += entry.uncompressedSize;
      const packs = entry.uncompressedSize / Math.max(1, entry.compressedSize);
      const isBomb =
        entries.size >= maxParts ||
        unpacked > maxUnpackedBytes ||
        (packs > maxRatio && entry.uncompressedSize > 2 ** 20);
      if (isBomb) {
        reject(refusal('roster/zip-bomb', 'The workbook unpacks to far more than a roster holds.'));
        return;
      }
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', () =>
      reject(refusal('roster/not-a-spreadsheet', 'The workbook is damaged.')),
    );
    zip.readEntry();
  });

/** The parts of one workbook. */
export class WorkbookZip {
  readonly #zip: ZipFile;
  readonly #entries: Map<string, Entry>;

  private constructor(zip: ZipFile, entries: Map<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /** @throws {Fault} `roster/not-a-spreadsheet`, `roster/macro`, `roster/zip-bomb` */
  static async open(file: Uint8Array): Promise<WorkbookZip> {
    const zip = await open(file);
    const workbook = new WorkbookZip(zip, await entriesOf(zip));
    if (workbook.names.some((name) => /vbaproject|\.bin$|macrosheets|activex/iu.test(name)))
      throw refusal(
        'roster/macro',
        'The workbook has macros or embedded programs: save it without.',
      );
    const types = await workbook.text('[Content_Types].xml', 2 ** 20);
    if (/macroEnabled/iu.test(types))
      throw refusal('roster/macro', 'The workbook is one with macros: save it as .xlsx.');
    return workbook;
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** @throws {Fault} `roster/not-a-spreadsheet` when there is no such part */
  stream(name: string): Promise<Readable> {
    const entry = this.#entries.get(name);
    return new Promise((resolve, reject) => {
      if (entry === undefined) {
        reject(refusal('roster/not-a-spreadsheet', `The workbook has no ${name}.`));
        return;
      }
      this.#zip.openReadStream(entry, (error, stream) => {
        if (error) reject(refusal('roster/not-a-spreadsheet', 'The workbook cannot be unpacked.'));
        else resolve(stream);
      });
    });
  }

  /** A small part as a whole. */
  async text(name: string, maxBytes: number): Promise<string> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const piece of this.pieces(name)) {
      bytes += piece.length;
      if (bytes > maxBytes) throw refusal('roster/zip-bomb', `${name} is larger than it can be.`);
      parts.push(piece);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  /** A part as it is unpacked; damage is told as `roster/not-a-spreadsheet`. */
  async *pieces(name: string): AsyncGenerator<Buffer> {
    const stream = await this.stream(name);
    try {
      for await (const piece of stream) yield piece as Buffer;
    } catch (cause) {
      throw new Fault('roster/not-a-spreadsheet', `${name} of the workbook is damaged.`, {
        blame: 'caller',
        cause,
      });
    }
  }
}
