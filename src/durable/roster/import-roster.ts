/** Reads the rows of an uploaded roster into the tables. Repeatable: what a broken-off import wrote is forgotten first. */
import { asFault, Fault } from '#base/fault.ts';
import { NumberMemory } from '#core/outbound/number-memory.ts';
import {
  judgeRosterRow,
  type RosterColumns,
  rosterColumns,
  type RosterCountry,
} from '#core/outbound/roster-row.ts';
import type { RosterId } from '#core/ids.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Log } from '#ports/log.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type {
  RosterBatch,
  RosterImport,
  RosterIssueView,
  RosterPersonView,
  RosterRows,
  SheetRow,
  Spreadsheets,
} from '#ports/rosters.ts';
import { csvRows } from './csv.ts';

export interface RosterImporterOptions {
  readonly rows: RosterRows;
  readonly objects: ObjectStore;
  readonly spreadsheets: Spreadsheets;
  readonly changes: ChangeFeed;
  readonly log: Log;
}

/** People written in one statement: long enough to be fast, short enough that the embedded database lets others in between. */
const batchSize = 5000;
const maxPeople = 1_000_000;
const maxSheetPeople = 100_000;

/** The rows of a batch that is being filled. */
class Batch {
  people: RosterPersonView[] = [];
  issues: RosterIssueView[] = [];

  get isFull(): boolean {
    return this.people.length + this.issues.length >= batchSize;
  }
}

export class RosterImporter {
  readonly #options: RosterImporterOptions;

  constructor(options: RosterImporterOptions) {
    this.#options = options;
  }

  /** @throws {Fault} what may pass later (database, disk); a file that can never be read makes the roster `failed` instead */
  async import(id: string, signal: AbortSignal): Promise<void> {
    const { rows, objects, log } = this.#options;
    const roster = await rows.toImport(id);
    if (roster === null) return;
    try {
      await rows.clear(roster.id);
      await this.#read(roster, signal);
      const state = await rows.finish(roster);
      log.info('roster.imported', { rosterId: roster.id, state });
    } catch (thrown) {
      const fault = asFault(thrown, 'roster/import-failed');
      if (fault.blame !== 'caller') throw fault;
      await rows.clear(roster.id);
      const { line } = fault.facts;
      const isLine = typeof line === 'number';
      await rows.fail(roster.id, fault.code, fault.message, isLine ? line : null);
    }
    if (roster.objectKey !== null) await objects.delete(roster.objectKey);
    this.#told(roster);
  }

  /** After the last try. */
  async giveUp(id: string, lastError: string): Promise<void> {
    const { rows, objects, log } = this.#options;
    log.error('roster.import-failed', { rosterId: id, reason: lastError });
    const roster = await rows.toImport(id);
    if (roster === null) return;
    await rows.clear(id as RosterId);
    await rows.fail(id, 'roster/import-failed', 'The rows could not be stored.');
    if (roster.objectKey !== null) await objects.delete(roster.objectKey);
    this.#told(roster);
  }

  /** The next batch is judged while the last one is written: one each, so memory does not grow with the file. */
  async #read(roster: RosterImport, signal: AbortSignal): Promise<void> {
    const { rows } = this.#options;
    const judge = new RowJudge(roster);
    let writing: Promise<void> = Promise.resolve();
    let batch = new Batch();
    let readBytes = 0;
    const flush = async (): Promise<void> => {
      await writing;
      signal.throwIfAborted();
      const full: RosterBatch = { people: batch.people, issues: batch.issues, readBytes };
      batch = new Batch();
      writing = rows.add(roster, full).then(() => this.#told(roster));
      // Awaited before the next one, or below; until then a refusal must not count as unhandled.
      writing.catch(() => undefined);
    };
    for await (const portion of this.#portions(roster)) {
      readBytes += portion.bytes;
      for (const row of portion.rows) {
        judge.take(row, batch);
        if (batch.isFull) await flush();
      }
    }
    await flush();
    await writing;
    if (judge.people === 0 && judge.issues === 0)
      throw new Fault('roster/empty', 'The file has no rows.', { blame: 'caller' });
  }

  async *#portions(
    roster: RosterImport,
  ): AsyncGenerator<{ readonly rows: readonly SheetRow[]; readonly bytes: number }> {
    const { objects, spreadsheets } = this.#options;
    const stored = await objects.get(roster.objectKey ?? '');
    if (!stored.ok)
      throw new Fault('roster/import-failed', 'the uploaded file is gone', { blame: 'caller' });
    if (roster.format === 'csv') {
      yield* csvRows(stored.value.body);
      return;
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of stored.value.body) pieces.push(piece);
    for await (const rows of spreadsheets.rows(Buffer.concat(pieces))) yield { rows, bytes: 0 };
  }

  #told({ tenantId, id }: RosterImport): void {
    this.#options.changes.publish({ tenantId, topic: 'rosters', id });
  }
}

/** Headings first, then people and issues. */
class RowJudge {
  people = 0;
  issues = 0;
  readonly #country: RosterCountry;
  readonly #limit: number;
  #columns: RosterColumns | null = null;

  constructor({ country, emergencyNumbers, format }: RosterImport) {
    const memory = new NumberMemory(country);
    this.#country = { dialable: (raw) => memory.dialable(raw), emergencyNumbers };
    this.#limit = format === 'csv' ? maxPeople : maxSheetPeople;
  }

  take({ line, cells }: SheetRow, batch: Batch): void {
    if (this.#columns === null) {
      if (cells.every((cell) => cell.trim() === '')) return;
      // The byte order mark stays in front of the first heading where nobody took it off.
      const { columns, hasHeadings } = rosterColumns(cells.map((cell) => cell.replace(/^﻿/u, '')));
      this.#columns = columns;
      if (hasHeadings) return;
    }
    const verdict = judgeRosterRow(cells, this.#columns, this.#country);
    if (verdict.kind === 'blank') return;
    if (verdict.kind === 'issue') {
      this.issues++;
      batch.issues.push({ line, reason: verdict.reason, value: verdict.value });
      return;
    }
    if (++this.people > this.#limit)
      throw new Fault(
        'roster/too-large',
        `A roster has at most ${this.#limit.toLocaleString('en')} people in this format.`,
        { blame: 'caller' },
      );
    batch.people.push({ line, ...verdict.person });
  }
}
