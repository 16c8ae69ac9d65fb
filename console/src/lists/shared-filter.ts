/** What of a filter stands in the address of a page: read before the page itself is loaded. */
export interface SharedFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly number?: string | undefined;
  readonly agentId?: string | undefined;
  readonly queueId?: string | undefined;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 64
    ? value
    : // A number in the address is read as one, but `1000` is somebody's telephone number.
      typeof value === 'number'
      ? String(value)
      : undefined;

/** What stands in the address; anything that is no filter is dropped. */
export const readShared = (search: Readonly<Record<string, unknown>>): SharedFilter => {
  const shared = {
    from: instantText(search['from']),
    to: instantText(search['to']),
    number: textOf(search['number']),
    agentId: textOf(search['agentId']),
    queueId: textOf(search['queueId']),
  };
  return withoutAbsent(shared);
};

const instantText = (value: unknown): string | undefined => {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
};

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

export const withoutAbsent = <T extends object>(values: T): Present<T> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Present<T>;
