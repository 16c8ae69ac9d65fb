/** Rows as CSV (RFC 4180) that a spreadsheet opens without running anything in it. */

/** A cell that begins so would be computed: an apostrophe in front makes it text. Telephone numbers stay what they are. */
const startsFormula = /^[=@\t\r]|^[+-](?!\d*$)/u;

const cellOf = (value: string | number | boolean | null): string => {
  if (value === null) return '';
  const text = String(value);
  const safe = typeof value === 'string' && startsFormula.test(text) ? `'${text}` : text;
  return /[",\r\n;]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const csvLine = (cells: readonly (string | number | boolean | null)[]): string =>
  `${cells.map(cellOf).join(',')}\r\n`;

/** In front of a file: spreadsheets take it for UTF-8 then. */
export const byteOrderMark = '\uFEFF';
