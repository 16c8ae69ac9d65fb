/** Rosters and the do-not-call list: what the API asks, what the import asks of the tables, how a spreadsheet is read. */
import type { Result } from '#base/result.ts';
import type { FaultCode } from '#base/fault.ts';
import type { RosterIssueReason } from '#core/outbound/roster-row.ts';
import type { RosterId, TenantId } from '#core/ids.ts';
import type { Page, PageOrder, Principal, Refusal } from './administration.ts';
import type { SqlSession } from './sql.ts';

export type RosterFormat = 'csv' | 'xlsx';
/** What happens to the good rows of a file that has bad ones. */
export type OnBadRows = 'keep-good' | 'refuse-all';

export interface RosterView {
  readonly id: RosterId;
  readonly name: string;
  readonly description: string;
  readonly fileName: string;
  readonly format: RosterFormat;
  readonly onBadRows: OnBadRows;
  readonly state: 'importing' | 'ready' | 'failed';
  readonly failure: {
    readonly code: FaultCode;
    readonly detail: string;
    /** Of the file, where one is to blame. */
    readonly line: number | null;
  } | null;
  readonly sizeBytes: number;
  /** Of `sizeBytes`, while it is importing. */
  readonly readBytes: number;
  readonly people: number;
  readonly issues: number;
  /** Among the issues: numbers that stand in the file more than once. */
  readonly duplicates: number;
  /** Tasks that call these people; while there is one, the roster cannot go. */
  readonly usedBy: readonly { readonly id: string; readonly name: string }[];
  readonly createdAt: string;
  /** Grows with every change of name and description. */
  readonly version: number;
}

export interface NewRoster {
  readonly name: string;
  readonly description: string;
  readonly onBadRows: OnBadRows;
  readonly fileName: string;
  /** Read to its end, or returned early. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface RosterPersonView {
  readonly number: string;
  readonly line: number;
  readonly name: string | null;
  readonly timeZone: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

export interface RosterIssueView {
  /** Line of the file, the first is 1. */
  readonly line: number;
  readonly reason: RosterIssueReason;
  readonly value: string;
}

/** Another tenant's id is unknown: null, or the refusal `api/not-found`. Changes are audited. */
export interface Rosters {
  list(who: Principal, page: PageOrder): Promise<Page<RosterView>>;
  find(who: Principal, id: string): Promise<RosterView | null>;
  /** Stores the file and returns; its rows are read by a durable job, and `state` says when they are there. */
  create(who: Principal, draft: NewRoster): Promise<Result<RosterView, Refusal>>;
  /**
   * @param version the one the change was made to; without it the change is made to whatever is there
   * @returns `api/changed-meanwhile` when another one is in force
   */
  change(
    who: Principal,
    id: string,
    change: { readonly name?: string | undefined; readonly description?: string | undefined },
    version?: number,
  ): Promise<Result<RosterView, Refusal>>;
  /** Refused with `roster/in-use` while a task refers to it. */
  remove(who: Principal, id: string): Promise<Result<null, Refusal>>;
  people(who: Principal, id: string, page: PageOrder): Promise<Page<RosterPersonView> | null>;
  issues(who: Principal, id: string, page: PageOrder): Promise<Page<RosterIssueView> | null>;
  /** An empty roster with its headings and one example. */
  template(format: RosterFormat): Uint8Array;
}

export interface DoNotCallView {
  readonly number: string;
  readonly source: 'person' | 'opt-out';
  readonly note: string;
  readonly createdAt: string;
}

/** Numbers that no task dials. */
export interface DoNotCallList {
  /** @param search digits that the number contains, or '' */
  list(who: Principal, page: PageOrder, search: string): Promise<Page<DoNotCallView>>;
  /** @param number as somebody would dial it; null when it is not listed, or no number */
  find(who: Principal, number: string): Promise<DoNotCallView | null>;
  /** Refused with `do-not-call/not-a-number` naming every entry that is none; adding a listed number changes nothing. */
  add(
    who: Principal,
    numbers: readonly string[],
    note: string,
  ): Promise<Result<{ readonly added: number }, Refusal>>;
  remove(who: Principal, number: string): Promise<Result<null, Refusal>>;
}

/** A roster as it is stored before its rows are read. */
export interface RosterRow {
  readonly id: RosterId;
  readonly tenantId: TenantId;
  readonly name: string;
  readonly description: string;
  readonly fileName: string;
  readonly format: RosterFormat;
  readonly onBadRows: OnBadRows;
  readonly objectKey: string | null;
  readonly sizeBytes: number;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}

/** What the import needs to know of a roster and its tenant. */
export interface RosterImport extends RosterRow {
  readonly country: string;
  readonly emergencyNumbers: readonly string[];
}

export interface RosterBatch {
  readonly people: readonly RosterPersonView[];
  readonly issues: readonly RosterIssueView[];
  /** Of the file, from its beginning. */
  readonly readBytes: number;
}

export interface RosterRows {
  list(tenantId: TenantId, page: PageOrder): Promise<Page<RosterView>>;
  find(tenantId: TenantId, id: string): Promise<RosterView | null>;
  /**
   * @param alongside what is there when, and only when, the row is
   * @throws {Fault} `database/not-unique` when the tenant has a roster of this name; what `alongside` throws: then there is no row
   */
  insert(row: RosterRow, alongside?: (within: SqlSession) => Promise<void>): Promise<void>;
  /**
   * @returns false when another version than `version` is in force, or the roster is gone
   * @throws {Fault} `database/not-unique`
   */
  rename(
    tenantId: TenantId,
    id: string,
    words: { readonly name: string; readonly description: string; readonly version: number },
  ): Promise<boolean>;
  /** @returns false when a task refers to it */
  remove(tenantId: TenantId, id: string): Promise<boolean>;
  people(tenantId: TenantId, id: string, page: PageOrder): Promise<Page<RosterPersonView>>;
  issues(tenantId: TenantId, id: string, page: PageOrder): Promise<Page<RosterIssueView>>;

  /** Those whose rows are not read to the end yet. */
  importing(): Promise<readonly RosterId[]>;
  /** Null when it is gone, or not importing any more. */
  toImport(id: string): Promise<RosterImport | null>;
  /** Forgets what an earlier, broken-off import wrote. */
  clear(id: RosterId): Promise<void>;
  /** Adds people whose number is new; the others become issues. Of the issues the first 10,000 are kept, all are counted. */
  add(roster: RosterImport, batch: RosterBatch): Promise<void>;
  /** Ready; or, when bad rows were to refuse the whole, failed and without people. */
  finish(roster: RosterImport): Promise<'ready' | 'failed'>;
  fail(id: string, code: FaultCode, detail: string, line?: number | null): Promise<void>;
}

export interface DoNotCallRows {
  list(tenantId: TenantId, page: PageOrder, search: string): Promise<Page<DoNotCallView>>;
  /** @param number E.164 */
  find(tenantId: TenantId, number: string): Promise<DoNotCallView | null>;
  add(
    tenantId: TenantId,
    entries: readonly {
      readonly number: string;
      readonly source: 'person' | 'opt-out';
      readonly note: string;
      readonly taskId: string | null;
      readonly createdBy: string | null;
    }[],
  ): Promise<number>;
  remove(tenantId: TenantId, number: string): Promise<boolean>;
}

export interface SheetRow {
  /** The first is 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** .xlsx, without what could run or burst. */
export interface Spreadsheets {
  /**
   * Looks the whole file over before anything is stored.
   *
   * @throws {Fault} `roster/not-a-spreadsheet`, `roster/macro`, `roster/formula`, `roster/zip-bomb`
   */
  inspect(file: Uint8Array): Promise<void>;
  /** The rows of the first sheet, in portions. @throws {Fault} like `inspect` */
  rows(file: Uint8Array): AsyncIterable<readonly SheetRow[]>;
  /** A workbook of one sheet of texts. */
  write(rows: readonly (readonly string[])[]): Uint8Array;
}
