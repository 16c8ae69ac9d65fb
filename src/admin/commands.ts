/** The command line's words as operations of the administration. What runs them, the server or the program itself, does not matter. */
import { parseArgs } from 'node:util';
import { asFault } from '#base/fault.ts';
import { refuse, ok, type Result } from '#base/result.ts';
import { faultRow } from '#core/fault-table.ts';
import { userRoles, type UserRole } from '#core/policy/rights.ts';
import type { TenantId } from '#core/ids.ts';
import type { BackupMaker } from '#ports/backup.ts';
import type { Administration, Page, PageOrder, Refusal } from '#ports/administration.ts';
import { systemPrincipal } from './first-run.ts';
import type { NodeDesk } from './nodes.ts';
import { newPassword } from './secrets.ts';

export interface CommandAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const commandHelp = `callreel COMMAND

  api-key create --role ROLE [--tenant T] [--name NAME]   prints only the key
  user create --email E --role ROLE [--tenant T] [--name NAME] [--password P]
  user password --email E [--password P]                  sets a new one, for whoever lost theirs
  tenant create --name NAME [--time-zone Z] [--country CC]
  tenant list
  node list                                               machines that hold calls, or held them
  node retire --node N                                    ends the open calls of one that will not come back
  backup --to FOLDER                                      a copy of everything, made while the server runs
  restore --from FOLDER                                   a backup into a new CALLREEL_DATA_DIR
  migrate                                                 brings the database up to date, or makes it
  journal inspect FILE | journal salvage FILE
  version

ROLE is owner, admin, supervisor, agent or auditor (keys: owner, admin, auditor). T is a tenant's id, name or VDN id; left out
it is the tenant that the installation began with.`;

/** What commands need beyond the administration. */
export interface CommandTools {
  readonly backups: BackupMaker;
  readonly nodes: NodeDesk;
}

type Options = Readonly<Record<string, string | undefined>>;
type Outcome = Result<string, string>;
type Command = (admin: Administration, options: Options, tools: CommandTools) => Promise<Outcome>;

const anyTenant = systemPrincipal('' as TenantId);
/** Tenants and users of an installation are looked through page by page. */
const PAGE = 200;

async function* every<T>(list: (page: PageOrder) => Promise<Page<T>>): AsyncGenerator<T> {
  for (let cursor: string | null = null; ;) {
    const page = await list({ limit: PAGE, cursor });
    yield* page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

const tenantsOf = (admin: Administration) => every((page) => admin.tenants.list(anyTenant, page));

const findTenant = async (
  admin: Administration,
  wanted: string | undefined,
): Promise<Result<TenantId, string>> => {
  const all = [];
  for await (const tenant of tenantsOf(admin)) all.push(tenant);
  const [oldest] = all;
  if (!oldest) return refuse('There is no tenant yet: start the server once.');
  if (wanted === undefined) return ok(oldest.id);
  const found = all.filter(
    ({ id, name, vdnId }) =>
      id === wanted || name.toLowerCase() === wanted.toLowerCase() || String(vdnId) === wanted,
  );
  const [first] = found;
  if (found.length === 1 && first) return ok(first.id);
  return refuse(`${found.length === 0 ? 'No' : 'More than one'} tenant is called ${wanted}.`);
};

const roleOf = (options: Options): Result<UserRole, string> => {
  const role = userRoles.find((word) => word === options['role']);
  return role ? ok(role) : refuse(`--role must be one of ${userRoles.join(', ')}.`);
};

const sentence = (refusal: Refusal): string => {
  const fields = refusal.errors?.map(({ field, message }) => `${field} ${message}`) ?? [];
  return [faultRow(refusal.code).title, refusal.detail, ...fields]
    .filter((part) => part !== undefined)
    .join(': ');
};

const told = <T>(result: Result<T, Refusal>, text: (value: T) => string): Outcome =>
  result.ok ? ok(text(result.value)) : refuse(sentence(result.error));

const createApiKey: Command = async (admin, options) => {
  const role = roleOf(options);
  if (!role.ok) return role;
  const tenant = await findTenant(admin, options['tenant']);
  if (!tenant.ok) return tenant;
  const name = options['name'] ?? 'command line';
  const draft = { name, role: role.value };
  return told(await admin.apiKeys.create(systemPrincipal(tenant.value), draft), ({ key }) => key);
};

/** The password of the options, or one that is made and printed. */
const passwordOf = (
  options: Options,
): Result<{ readonly password: string; readonly shown: string }, string> => {
  const given = options['password'];
  if (given === undefined) {
    const password = newPassword();
    return ok({ password, shown: `password: ${password}` });
  }
  if (given.length < 10) return refuse('--password must have at least 10 characters.');
  return ok({ password: given, shown: '' });
};

const createUser: Command = async (admin, options) => {
  const role = roleOf(options);
  if (!role.ok) return role;
  const email = options['email'];
  if (email === undefined || !/^[^\s@]+@[^\s@]+$/.test(email))
    return refuse('--email must be an e-mail address.');
  const tenant = await findTenant(admin, options['tenant']);
  if (!tenant.ok) return tenant;
  const password = passwordOf(options);
  if (!password.ok) return password;
  const draft = {
    email,
    role: role.value,
    password: password.value.password,
    ...(options['name'] !== undefined && { name: options['name'] }),
  };
  const made = await admin.users.create(systemPrincipal(tenant.value), draft);
  return told(made, (user) => `user ${user.email} (${user.role}) ${password.value.shown}`.trim());
};

const setPassword: Command = async (admin, options) => {
  const email = options['email']?.toLowerCase();
  if (email === undefined) return refuse('--email is missing.');
  const password = passwordOf(options);
  if (!password.ok) return password;
  for await (const tenant of tenantsOf(admin)) {
    const who = systemPrincipal(tenant.id);
    for await (const user of every((page) => admin.users.list(who, page))) {
      if (user.email !== email) continue;
      const change = { password: password.value.password, disabled: false };
      const changed = await admin.users.change(who, user.id, change);
      return told(changed, () => `user ${email} ${password.value.shown}`.trim());
    }
  }
  return refuse(`There is no user ${email}.`);
};

const createTenant: Command = async (admin, options) => {
  const name = options['name'];
  if (name === undefined || name === '') return refuse('--name is missing.');
  const { 'time-zone': timeZone, country } = options;
  // Written into the audit log of the oldest tenant, which is the one of the installation's owner.
  const oldest = await tenantsOf(admin).next();
  const home = oldest.done ? ('' as TenantId) : oldest.value.id;
  const made = await admin.tenants.create(systemPrincipal(home), { name, timeZone, country });
  return told(made, (tenant) => tenant.id);
};

const listTenants: Command = async (admin) => {
  const lines = [];
  for await (const { id, vdnId, name } of tenantsOf(admin)) lines.push(`${id}  ${vdnId}  ${name}`);
  return ok(lines.join('\n'));
};

const backUp: Command = async (admin, options, { backups }) => {
  const { to } = options;
  if (to === undefined || to === '') return refuse('--to is missing.');
  const tenant = await findTenant(admin, undefined);
  if (!tenant.ok) return tenant;
  const made = await backups.make(to);
  if (!made.ok) return made;
  const { files, sizeBytes } = made.value;
  const note = { action: 'backup.create', subjectKind: 'installation', subjectId: 'backup' };
  await admin.audit.note(systemPrincipal(tenant.value), { ...note, detail: { to, ...made.value } });
  return ok(`${to}: ${files} files, ${(sizeBytes / 2 ** 20).toFixed(1)} MiB`);
};

const listNodes: Command = async (_admin, _options, { nodes }) => {
  const lines = (await nodes.list()).map(({ node, seenAtMs, openCalls, isOwn }) => {
    const seen = seenAtMs === null ? 'never seen' : `last seen ${new Date(seenAtMs).toISOString()}`;
    return `${node}  ${seen}  ${openCalls} open call(s)${isOwn ? '  (this data folder)' : ''}`;
  });
  return ok(lines.join('\n'));
};

const retireNode: Command = async (admin, options, { nodes }) => {
  const { node } = options;
  if (node === undefined || node === '')
    return refuse('--node is missing: see "callreel node list".');
  const tenant = await findTenant(admin, undefined);
  if (!tenant.ok) return tenant;
  const retired = await nodes.retire(node);
  if (!retired.ok) return retired;
  const note = { action: 'node.retire', subjectKind: 'installation', subjectId: node };
  await admin.audit.note(systemPrincipal(tenant.value), {
    ...note,
    detail: { calls: retired.value },
  });
  return ok(`${node} is given up: ${retired.value} open call(s) have their end`);
};

const commands: Readonly<Record<string, Command>> = {
  'api-key create': createApiKey,
  'user create': createUser,
  'user password': setPassword,
  'tenant create': createTenant,
  'tenant list': listTenants,
  'node list': listNodes,
  'node retire': retireNode,
  backup: backUp,
  // Whoever runs commands has migrated before: the server when it started, the program when it opened the database.
  migrate: async () => ok('the database is up to date'),
};

const text = { type: 'string' } as const;
const optionTypes = {
  role: text,
  tenant: text,
  name: text,
  email: text,
  password: text,
  country: text,
  'time-zone': text,
  to: text,
  node: text,
};

/** What was wrong, and how it is right. */
export const wrongUse = (sentence: string): CommandAnswer => ({
  code: 2,
  out: '',
  err: `${sentence}\n\n${commandHelp}`,
});

const unknownCommand = (words: readonly string[]): string => {
  const [first] = words;
  if (first === undefined) return 'A command is missing.';
  const rest = Object.keys(commands)
    .filter((name) => name.startsWith(`${first} `))
    .map((name) => name.slice(first.length + 1));
  if (rest.length === 0) return `There is no command "${words.join(' ')}".`;
  return words.length === 1
    ? `The command "${first}" needs a second word: ${rest.join(' or ')}.`
    : `There is no command "${words.join(' ')}"; "${first}" goes with ${rest.join(' or ')}.`;
};

const failed = (err: string): CommandAnswer => ({ code: 1, out: '', err });

/** Runs one command. Never rejects: what went wrong is a sentence and exit code 1, wrong use exit code 2. */
export const runCommand = async (
  admin: Administration,
  words: readonly string[],
  tools: CommandTools,
): Promise<CommandAnswer> => {
  let parsed: { readonly values: Options; readonly positionals: readonly string[] };
  try {
    parsed = parseArgs({ args: [...words], options: optionTypes, allowPositionals: true });
  } catch (error) {
    return wrongUse((error as Error).message);
  }
  const command = commands[parsed.positionals.join(' ')];
  if (!command) return wrongUse(unknownCommand(parsed.positionals));
  try {
    const outcome = await command(admin, parsed.values, tools);
    return outcome.ok ? { code: 0, out: outcome.value, err: '' } : failed(outcome.error);
  } catch (thrown) {
    return failed(asFault(thrown, 'command/failed').message);
  }
};
