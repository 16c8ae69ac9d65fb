/** Rosters and the do-not-call list as people use them: uploads checked and stored, lists read and changed. */
import { randomUUIDv7 } from 'node:crypto';
import { Fault, type FaultCode } from '#base/fault.ts';
import { ok, refuse, type Result } from '#base/result.ts';
import { isEmergency, dialableNumber } from '#core/routing/phone-number.ts';
import type { RosterId, TenantId } from '#core/ids.ts';
import type { AuditNote, FieldError, Principal, Refusal } from '#ports/administration.ts';
import type { Clock } from '#ports/clock.ts';
import type { ChangeFeed } from '#ports/events.ts';
import type { Jobs } from '#ports/jobs.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import type {
  DoNotCallList,
  DoNotCallRows,
  NewRoster,
  RosterFormat,
  RosterRows,
  Rosters,
  Spreadsheets,
} from '#ports/rosters.ts';

/** Country and emergency numbers of a tenant, for reading numbers. */
export interface TenantCountry {
  readonly country: string;
  readonly emergencyNumbers: readonly string[];
}

export interface RosterDeskOptions {
  readonly rows: RosterRows;
  readonly doNotCall: DoNotCallRows;
  readonly objects: ObjectStore;
  readonly spreadsheets: Spreadsheets;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly audit: (who: Principal, note: AuditNote) => Promise<void>;
  readonly countryOf: (tenantId: TenantId) => Promise<TenantCountry>;
  readonly changes: ChangeFeed;
  readonly clock: Clock;
}

/** A million people with name, zone and a variable are about 60 MB; a workbook packs ten times better. */
export const maxRosterBytes: Readonly<Record<RosterFormat, number>> = {
  csv: 256 * 2 ** 20,
  xlsx: 32 * 2 ** 20,
};

const maxNameLength = 50;
const maxDescriptionLength = 200;

const notFound: Refusal = { code: 'api/not-found' };

const atField = (
  code: FaultCode,
  field: string,
  message: string,
  facts?: FieldError['facts'],
): Refusal => ({
  code,
  detail: message,
  errors: [{ field, code, message, ...(facts && { facts }) }],
});

const lengthOf = (text: string): number => Array.from(text).length;

const tooLong = (field: string, maximum: number): FieldError => ({
  field,
  code: 'too-long',
  message: `must have at most ${maximum} characters`,
  facts: { maximum },
});

const wordFaults = (name: string, description: string): Refusal | null => {
  const errors: FieldError[] = [
    ...(name === '' ? [{ field: 'name', code: 'empty', message: 'must not be empty' }] : []),
    ...(lengthOf(name) > maxNameLength ? [tooLong('name', maxNameLength)] : []),
    ...(lengthOf(description) > maxDescriptionLength
      ? [tooLong('description', maxDescriptionLength)]
      : []),
  ];
  return errors.length === 0 ? null : { code: 'api/invalid-request', errors };
};

const keyOf = (tenantId: TenantId, id: RosterId, format: RosterFormat): string =>
  `rosters/${tenantId}/${id}.${format}`;

const formatOf = (fileName: string): RosterFormat | null => {
  if (/\.csv$/iu.test(fileName)) return 'csv';
  return /\.xlsx$/iu.test(fileName) ? 'xlsx' : null;
};

/** Passes on no more than the limit. */
async function* limited(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > maxBytes)
      throw new Fault('roster/too-large', `The file is larger than ${maxBytes / 2 ** 20} MiB.`, {
        blame: 'caller',
        facts: { megabytes: maxBytes / 2 ** 20 },
      });
    yield piece;
  }
  if (bytes === 0) throw new Fault('roster/empty', 'The file is empty.', { blame: 'caller' });
}

const takenOr = (thrown: unknown): Refusal => {
  if (thrown instanceof Fault && thrown.code === 'database/not-unique')
    return atField('roster/name-taken', 'name', 'A roster with this name exists.');
  throw thrown;
};

const plainFacts = (facts: Fault['facts']): NonNullable<FieldError['facts']> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
    ),
  );

const refusalOfFile = (thrown: unknown): Refusal => {
  if (thrown instanceof Fault && thrown.code.startsWith('roster/') && thrown.blame === 'caller')
    return atField(thrown.code, 'file', thrown.message, plainFacts(thrown.facts));
  throw thrown;
};

const headings = ['number', 'name', 'timeZone', 'note'];
const example = ['081234567890', 'Ani Lestari', 'Asia/Jakarta', 'due 1 March'];

class RosterDesk {
  readonly #options: RosterDeskOptions;

  constructor(options: RosterDeskOptions) {
    this.#options = options;
  }

  async create(who: Principal, draft: NewRoster): ReturnType<Rosters['create']> {
    const name = draft.name.trim();
    const description = draft.description.trim();
    const fault = wordFaults(name, description);
    if (fault !== null) return refuse(fault);
    const format = formatOf(draft.fileName);
    if (format === null)
      return refuse(atField('roster/format', 'file', 'The file must end in .xlsx or .csv.'));
    const id = randomUUIDv7() as RosterId;
    const objectKey = keyOf(who.tenantId, id, format);
    let sizeBytes: number;
    try {
      sizeBytes = await this.#store(objectKey, format, draft.body);
    } catch (thrown) {
      await this.#options.objects.delete(objectKey);
      return refuse(refusalOfFile(thrown));
    }
    return this.#insert(who, { ...draft, id, name, description, format, objectKey, sizeBytes });
  }

  /** Nothing of a refused file stays: the store keeps an object only when its body came to its end. */
  async #store(
    key: string,
    format: RosterFormat,
    body: AsyncIterable<Uint8Array>,
  ): Promise<number> {
    const { objects, spreadsheets } = this.#options;
    const pieces = limited(body, maxRosterBytes[format]);
    if (format === 'csv') return (await objects.put(key, pieces)).sizeBytes;
    const parts: Uint8Array[] = [];
    for await (const piece of pieces) parts.push(piece);
    const file = Buffer.concat(parts);
    await spreadsheets.inspect(file);
    return (await objects.put(key, file)).sizeBytes;
  }

  async #insert(
    who: Principal,
    roster: Omit<NewRoster, 'body'> & {
      readonly id: RosterId;
      readonly format: RosterFormat;
      readonly objectKey: string;
      readonly sizeBytes: number;
    },
  ): ReturnType<Rosters['create']> {
    const { rows, jobs, audit, clock, changes } = this.#options;
    const { id, name, description, fileName, format, onBadRows, objectKey, sizeBytes } = roster;
    try {
      const row = {
        id,
        tenantId: who.tenantId,
        name,
        description,
        fileName: fileName.slice(-200),
        format,
        onBadRows,
        objectKey,
        sizeBytes,
        createdBy: who.id,
        createdAt: new Date(clock.nowMs()),
      };
      await rows.insert(row, (within) => jobs.enqueue('importRoster', [{ rosterId: id }], within));
    } catch (thrown) {
      await this.#discard(who, roster);
      return refuse(takenOr(thrown));
    }
    await audit(who, {
      action: 'roster.create',
      subjectKind: 'roster',
      subjectId: id,
      detail: { name, fileName, sizeBytes },
    });
    changes.publish({ tenantId: who.tenantId, topic: 'rosters', id });
    const view = await rows.find(who.tenantId, id);
    return view === null ? refuse(notFound) : ok(view);
  }

  /** A database that went away in a commit may have made it: then the file stays, and the sweep takes it when there is no row. */
  async #discard(
    who: Principal,
    { id, objectKey }: { readonly id: RosterId; readonly objectKey: string },
  ): Promise<void> {
    const { rows, objects } = this.#options;
    const isMade = await rows.find(who.tenantId, id).then(
      (view) => view !== null,
      () => true,
    );
    if (!isMade) await objects.delete(objectKey);
  }

  async change(
    who: Principal,
    id: string,
    change: Parameters<Rosters['change']>[2],
    version?: number,
  ): ReturnType<Rosters['change']> {
    const { rows, audit, changes } = this.#options;
    const before = await rows.find(who.tenantId, id);
    if (before === null) return refuse(notFound);
    if (version !== undefined && version !== before.version)
      return refuse({ code: 'api/changed-meanwhile' });
    const name = (change.name ?? before.name).trim();
    const description = (change.description ?? before.description).trim();
    const fault = wordFaults(name, description);
    if (fault !== null) return refuse(fault);
    try {
      const words = { name, description, version: before.version };
      if (!(await rows.rename(who.tenantId, id, words)))
        return refuse(
          (await rows.find(who.tenantId, id)) ? { code: 'api/changed-meanwhile' } : notFound,
        );
    } catch (thrown) {
      return refuse(takenOr(thrown));
    }
    const detail = {
      from: { name: before.name, description: before.description },
      name,
      description,
    };
    await audit(who, { action: 'roster.update', subjectKind: 'roster', subjectId: id, detail });
    changes.publish({ tenantId: who.tenantId, topic: 'rosters', id });
    return ok({ ...before, name, description, version: before.version + 1 });
  }

  async remove(who: Principal, id: string): Promise<Result<null, Refusal>> {
    const { rows, objects, audit, changes } = this.#options;
    const before = await rows.find(who.tenantId, id);
    if (before === null) return refuse(notFound);
    if (!(await rows.remove(who.tenantId, id))) return refuse({ code: 'roster/in-use' });
    // What was uploaded holds people's numbers: it goes too when it was not read yet.
    for (const format of ['csv', 'xlsx'] as const)
      await objects.delete(keyOf(who.tenantId, id as RosterId, format));
    const detail = { name: before.name, people: before.people };
    await audit(who, { action: 'roster.delete', subjectKind: 'roster', subjectId: id, detail });
    changes.publish({ tenantId: who.tenantId, topic: 'rosters', id });
    return ok(null);
  }
}

export const createRosters = (options: RosterDeskOptions): Rosters => {
  const desk = new RosterDesk(options);
  const { rows, spreadsheets } = options;
  const within = async <T>(who: Principal, id: string, read: () => Promise<T>): Promise<T | null> =>
    (await rows.find(who.tenantId, id)) === null ? null : read();
  return {
    list: (who, page) => rows.list(who.tenantId, page),
    find: (who, id) => rows.find(who.tenantId, id),
    create: (who, draft) => desk.create(who, draft),
    change: (who, id, change, version) => desk.change(who, id, change, version),
    remove: (who, id) => desk.remove(who, id),
    people: (who, id, page) => within(who, id, () => rows.people(who.tenantId, id, page)),
    issues: (who, id, page) => within(who, id, () => rows.issues(who.tenantId, id, page)),
    template: (format) =>
      format === 'xlsx'
        ? spreadsheets.write([headings, example])
        : Buffer.from(`\uFEFF${headings.join(',')}\r\n${example.join(',')}\r\n`),
  };
};

export const createDoNotCallList = (options: RosterDeskOptions): DoNotCallList => {
  const { doNotCall, countryOf, audit } = options;
  return {
    list: (who, page, search) =>
      doNotCall.list(who.tenantId, page, search.replaceAll(/[^\d+]/gu, '').slice(0, 20)),
    find: async (who, raw) => {
      const { country } = await countryOf(who.tenantId);
      const number = dialableNumber(raw, country);
      return number === null ? null : doNotCall.find(who.tenantId, number);
    },
    add: async (who, numbers, note) => {
      const { country, emergencyNumbers } = await countryOf(who.tenantId);
      const read = numbers.map((raw) => ({ raw, number: dialableNumber(raw, country) }));
      const errors = read.flatMap(({ raw, number }, at) =>
        number !== null && !isEmergency(raw, emergencyNumbers)
          ? []
          : [
              {
                field: `numbers.${at}`,
                code: 'do-not-call/not-a-number',
                message: `${raw.slice(0, 40)} is no telephone number`,
                facts: { value: raw.slice(0, 40) },
              },
            ],
      );
      if (errors.length > 0) return refuse({ code: 'do-not-call/not-a-number', errors });
      const entries = [...new Set(read.map(({ number }) => number ?? ''))].map((number) => ({
        number,
        source: 'person' as const,
        note,
        taskId: null,
        createdBy: who.id,
      }));
      const added = await doNotCall.add(who.tenantId, entries);
      const detail = { numbers: entries.map(({ number }) => number), added };
      await audit(who, { action: 'do-not-call.add', subjectKind: 'number', detail });
      return ok({ added });
    },
    remove: async (who, number) => {
      if (!(await doNotCall.remove(who.tenantId, number))) return refuse(notFound);
      const note = { action: 'do-not-call.remove', subjectKind: 'number', subjectId: number };
      await audit(who, note);
      return ok(null);
    },
  };
};
