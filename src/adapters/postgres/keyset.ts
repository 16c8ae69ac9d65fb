/** Pages by key, not by offset: the millionth row costs what the first did, and rows that arrive meanwhile move nothing. */
import { Fault } from '#base/fault.ts';
import type { Page, PageOrder } from '#ports/administration.ts';
import { isUniqueViolation, sqlErrorReport } from './errors.ts';

const invalidCursor = (): Fault =>
  new Fault('api/invalid-cursor', 'the cursor is not one of ours', { blame: 'caller' });

/** Position in a list ordered by id (UUIDv7, so by age). */
export const idAfter = (page: PageOrder): string => {
  if (page.cursor === null) return '';
  if (!/^[\w-]{1,64}$/.test(page.cursor)) throw invalidCursor();
  return page.cursor;
};

export interface TimePosition {
  readonly at: Date;
  readonly id: string;
}

/** Position in a list ordered by time and id. */
export const timeBefore = (page: PageOrder): TimePosition | null => {
  if (page.cursor === null) return null;
  const match = /^(\d{1,15})_([\w-]{1,64})$/.exec(page.cursor);
  if (!match) throw invalidCursor();
  return { at: new Date(Number(match[1])), id: match[2] ?? '' };
};

export const timeCursor = (position: TimePosition): string =>
  `${position.at.getTime()}_${position.id}`;

/** @param rows one more than the page's limit, so that the last page knows itself */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  page: PageOrder,
  cursorOf: (row: Row) => string,
  item: (row: Row) => Item,
): Page<Item> => {
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  return { items: shown.map(item), nextCursor: last === undefined ? null : cursorOf(last) };
};

/** @throws {Fault} `database/not-unique` with the name of the index that refused */
export const unlessTaken = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause;
    const index = sqlErrorReport(cause)?.constraint ?? '';
    throw new Fault('database/not-unique', `something with this value exists (${index})`, {
      blame: 'caller',
      facts: { index },
      cause,
    });
  }
};

/** Position in a list ordered by a telephone number (its digits, without the plus) or by another number. */
export const numberAfter = (page: PageOrder): string => {
  if (page.cursor === null) return '';
  if (!/^\d{1,20}$/.test(page.cursor)) throw invalidCursor();
  return `+${page.cursor}`;
};
