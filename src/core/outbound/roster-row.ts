/** One line of a roster, judged: somebody to call, or the reason why not. */
import { isEmergency } from '../routing/phone-number.ts';
import { isTimeZone } from './local-time.ts';

export interface RosterPerson {
  /** E.164. */
  readonly number: string;
  readonly name: string | null;
  /** IANA zone, or null: the task's then. */
  readonly timeZone: string | null;
  /** The other columns by their heading. */
  readonly variables: Readonly<Record<string, string>>;
}

export type RosterIssueReason =
  | 'no-number'
  | 'not-a-number'
  | 'emergency-number'
  | 'unknown-time-zone'
  | 'too-long'
  | 'formula'
  | 'duplicate'
  | 'broken-line';

export type RosterVerdict =
  | { readonly kind: 'person'; readonly person: RosterPerson }
  | { readonly kind: 'issue'; readonly reason: RosterIssueReason; readonly value: string }
  /** A line without any text. */
  | { readonly kind: 'blank' };

export interface RosterColumns {
  readonly number: number;
  readonly name: number | null;
  readonly timeZone: number | null;
  readonly variables: readonly { readonly at: number; readonly heading: string }[];
}

/** How numbers are read where the roster's owner lives. */
export interface RosterCountry {
  /** E.164, or null; by `NumberMemory` or `dialableNumber`. */
  readonly dialable: (raw: string) => string | null;
  readonly emergencyNumbers: readonly string[];
}

/** Longer is no name, no zone and no variable; a roster of a million must stay of a size. */
const maxCellLength = 200;
const maxVariables = 20;

const headings: Readonly<Record<'number' | 'name' | 'timeZone', readonly string[]>> = {
  number: [
    'number',
    'phone',
    'phonenumber',
    'telephone',
    'mobile',
    '号码',
    '电话',
    'número',
    'telefone',
  ],
  name: ['name', 'fullname', '姓名', '名字', 'nome'],
  timeZone: ['timezone', 'zone', '时区', 'fusohorário'],
};

const plainHeading = (text: string): string => text.replaceAll(/[\s_\-*]/gu, '').toLowerCase();

/**
 * Which column is what, by the headings of the first line. A file of bare numbers has no headings: then the first column is the number
 * and the first line is data.
 */
export const rosterColumns = (
  first: readonly string[],
): { readonly columns: RosterColumns; readonly hasHeadings: boolean } => {
  const plain = first.map(plainHeading);
  const find = (kind: keyof typeof headings): number | null => {
    const at = plain.findIndex((text) => headings[kind].includes(text));
    return at === -1 ? null : at;
  };
  const number = find('number');
  if (number === null)
    return {
      columns: { number: 0, name: first.length > 1 ? 1 : null, timeZone: null, variables: [] },
      hasHeadings: false,
    };
  const name = find('name');
  const timeZone = find('timeZone');
  const variables = first
    .map((heading, at) => ({ at, heading: heading.trim() }))
    .filter(({ at, heading }) => heading !== '' && ![number, name, timeZone].includes(at))
    .slice(0, maxVariables);
  return { columns: { number, name, timeZone, variables }, hasHeadings: true };
};

/** A spreadsheet would compute it; a person who opens the file again would run what somebody else wrote. */
const isFormula = (text: string): boolean => /^[=@\t\r]|^[+-](?![\d\s().\-/:]*$)/u.test(text);

export const judgeRosterRow = (
  cells: readonly string[],
  columns: RosterColumns,
  { dialable, emergencyNumbers }: RosterCountry,
): RosterVerdict => {
  const cell = (at: number | null): string => (at === null ? '' : (cells[at] ?? '').trim());
  if (cells.every((text) => text.trim() === '')) return { kind: 'blank' };
  const issue = (reason: RosterIssueReason, value: string): RosterVerdict => ({
    kind: 'issue',
    reason,
    value: value.slice(0, 80),
  });
  const raw = cell(columns.number);
  const name = cell(columns.name);
  const timeZone = cell(columns.timeZone);
  if (raw === '') return issue('no-number', '');
  const others = columns.variables.map(({ at, heading }) => [heading, cell(at)] as const);
  for (const text of [raw, name, timeZone, ...others.map(([, value]) => value)]) {
    if (text.length > maxCellLength) return issue('too-long', text);
    if (isFormula(text)) return issue('formula', text);
  }
  if (isEmergency(raw, emergencyNumbers)) return issue('emergency-number', raw);
  const number = dialable(raw);
  if (number === null) return issue('not-a-number', raw);
  if (timeZone !== '' && !isTimeZone(timeZone)) return issue('unknown-time-zone', timeZone);
  return {
    kind: 'person',
    person: {
      number,
      name: name === '' ? null : name,
      timeZone: timeZone === '' ? null : timeZone,
      variables: Object.fromEntries(others.filter(([, value]) => value !== '')),
    },
  };
};
