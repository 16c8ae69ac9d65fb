/** What a database refuses, in the same shape from both databases. */
import { Fault } from '#base/fault.ts';

/** The fields of a PostgreSQL error report that callers look at; `pg.DatabaseError` has them too. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** SQLSTATE. */
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly detail: string | undefined;

  constructor(report: SqlErrorReport) {
    super(report.message);
    this.code = report.code;
    this.constraint = report.constraint;
    this.table = report.table;
    this.detail = report.detail;
  }
}

export interface SqlErrorReport {
  readonly message: string;
  readonly code: string;
  readonly constraint?: string | undefined;
  readonly table?: string | undefined;
  readonly detail?: string | undefined;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The report in anything thrown, or undefined when it is not the answer of a database. */
export const sqlErrorReport = (thrown: unknown): SqlErrorReport | undefined => {
  if (!(thrown instanceof Error) || !('code' in thrown) || thrown instanceof Fault)
    return undefined;
  const code = text(thrown.code);
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return undefined;
  return {
    message: thrown.message,
    code,
    constraint: 'constraint' in thrown ? text(thrown.constraint) : undefined,
    table: 'table' in thrown ? text(thrown.table) : undefined,
    detail: 'detail' in thrown ? text(thrown.detail) : undefined,
  };
};

/** A row with these values stands already (SQLSTATE 23505), optionally of one constraint or unique index. */
export const isUniqueViolation = (thrown: unknown, constraint?: string): boolean => {
  const report = sqlErrorReport(thrown);
  return report?.code === '23505' && (constraint === undefined || report.constraint === constraint);
};

/** A row that is referred to does not exist, or is still referred to (SQLSTATE 23503; 23001 for `restrict` since PostgreSQL 18). */
export const isForeignKeyViolation = (thrown: unknown): boolean =>
  ['23503', '23001'].includes(sqlErrorReport(thrown)?.code ?? '');

/**
 * The values themselves are refused: wrong data (class 22), a broken constraint (23), more than a row or an index may hold (54). The same
 * statement will never succeed.
 */
export const isRefusedForGood = (thrown: unknown): boolean =>
  /^(22|23|54)/.test(sqlErrorReport(thrown)?.code ?? '');

/** Connection exceptions (class 08), shutdowns (57P0x) and too many connections (53300): the same statement may succeed later. */
const awayStates = /^(08...|57P0[1-5]|53300|25006)$/;
const awaySystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
]);

/** Whether the database, not the statement, is what failed. */
export const isDatabaseAway = (thrown: unknown): boolean => {
  if (thrown instanceof Fault)
    return thrown.code.startsWith('database/') && thrown.retry === 'later';
  const report = sqlErrorReport(thrown);
  if (report) return awayStates.test(report.code);
  if (thrown instanceof AggregateError) return thrown.errors.some(isDatabaseAway);
  if (!(thrown instanceof Error)) return false;
  if ('code' in thrown && typeof thrown.code === 'string' && awaySystemCodes.has(thrown.code))
    return true;
  return /Connection terminated|timeout exceeded when trying to connect|connection error/i.test(
    thrown.message,
  );
};
