/** What the server refuses, by code, in the words of the person who reads it. */
import type { Problem } from '../api/client.ts';
import type { Text, TextKey } from '../i18n/language.ts';

export type FieldProblem = Problem['errors'][number];

/** Limits of a value, told apart by what has them. */
const limitKeys = {
  too_big: { string: 'field.tooLong', array: 'field.tooMany', number: 'field.atMost' },
  too_small: { string: 'field.tooShort', array: 'field.tooFew', number: 'field.atLeast' },
} as const satisfies Record<string, Record<string, TextKey>>;

const fieldKeys: Readonly<Record<string, TextKey>> = {
  empty: 'field.empty',
  'too-long': 'field.tooLong',
  invalid_type: 'field.wrong',
  invalid_value: 'field.wrong',
  invalid_format: 'field.wrong',
  'not-one-line': 'field.notOneLine',
  'not-an-email': 'field.notEmail',
  'not-a-telephone-number': 'dial.wrong.number',
  'not-a-host': 'field.notHost',
  'not-a-country': 'field.notCountry',
  'not-a-prefix': 'field.notPrefix',
  'not-an-emergency-number': 'field.notEmergency',
  'not-a-source-address': 'field.notSource',
  'too-wide-a-range': 'field.tooWide',
  'not-an-agent-id': 'field.notAgentId',
  'not-a-sip-user': 'field.notSipUser',
  'not-a-key': 'field.notKey',
  'name-signs': 'outbound.nameWrong',
  'unknown-zone': 'outbound.wrong.zone',
  'window-no-days': 'outbound.wrong.noDays',
  'window-not-a-time': 'outbound.wrong.time',
  'window-never-opens': 'outbound.wrong.neverOpens',
  'no-opening': 'outbound.wrong.noOpening',
  'start-past': 'outbound.wrong.startPast',
  'end-past': 'outbound.wrong.endPast',
  'end-before-start': 'outbound.wrong.endBeforeStart',
  'queue-needed': 'outbound.wrong.queueNeeded',
  'ring-too-short': 'outbound.wrong.ring',
  'file-missing': 'rosters.wrong.file',
  'trunk/address-taken': 'trunk.wrong.addressTaken',
  'do-not-call/not-a-number': 'doNotCall.wrong.number',
};

/** Refusals of a whole request; at a field they are said the same way. */
const codeKeys: Readonly<Record<string, TextKey>> = {
  'api/invalid-request': 'problem.invalid',
  'api/busy': 'problem.busy',
  'agent/in-call': 'dial.wrong.busy',
  'agent/not-loaded': 'dial.wrong.notLoaded',
  'call/agent-not-registered': 'dial.wrong.notRegistered',
  'call/agent-busy': 'dial.wrong.busy',
  'call/invalid-number': 'dial.wrong.number',
  'call/prefix-not-allowed': 'dial.wrong.prefix',
  'call/no-trunk': 'dial.wrong.noTrunk',
  'call/no-capacity': 'dial.wrong.noCapacity',
  'call/not-connected': 'listen.wrong.over',
  'call/other-process': 'listen.wrong.elsewhere',
  'call/too-many-listeners': 'listen.wrong.full',
  'call/too-many-listening': 'listen.wrong.fullHere',
  'trunk/emergency-number': 'trunk.wrong.emergency',
  'trunk/address-taken': 'trunk.wrong.address',
  'try-out/refused': 'start.tryOutRefused',
  'try-out/port-taken': 'callMe.noPort',
  'trunk/host-not-allowed': 'trunk.wrong.host',
  'asset/in-use': 'voiceAssets.inUse',
  'view/name-taken': 'views.wrong.taken',
  'view/too-many': 'views.wrong.tooMany',
  'recording/too-many-notes': 'notes.wrong.tooMany',
  'export/nothing': 'exports.wrong.nothing',
  'disk/low': 'exports.wrong.diskLow',
  'export/too-large': 'exports.wrong.tooLarge',
  'export/too-many': 'exports.wrong.tooMany',
  'task/invalid': 'problem.invalid',
  'task/unknown-asset': 'outbound.wrong.asset',
  'task/caller-number': 'outbound.wrong.callerNumber',
  'task/name-taken': 'outbound.wrong.nameTaken',
  'task/already-started': 'outbound.wrong.started',
  'task/already-over': 'outbound.wrong.over',
  'task/still-running': 'outbound.wrong.stillRunning',
  'task/not-running': 'outbound.wrong.notRunning',
  'task/already-paused': 'outbound.wrong.paused',
  'task/not-paused': 'outbound.wrong.notPaused',
  'queue/unknown': 'outbound.wrong.queue',
  'roster/unknown': 'outbound.wrong.roster',
  'roster/name-taken': 'rosters.wrong.nameTaken',
  'roster/format': 'rosters.wrong.format',
  'roster/empty': 'rosters.wrong.empty',
  'roster/too-large': 'rosters.wrong.tooLarge',
  'roster/formula': 'rosters.wrong.formula',
  'roster/macro': 'rosters.wrong.macro',
  'roster/zip-bomb': 'rosters.wrong.bomb',
  'roster/not-a-spreadsheet': 'rosters.wrong.spreadsheet',
  'roster/not-a-table': 'rosters.wrong.table',
  'roster/bad-rows': 'rosters.wrong.badRows',
  'roster/nobody': 'rosters.wrong.nobody',
  'roster/import-failed': 'rosters.wrong.storing',
  'roster/in-use': 'rosters.wrong.inUse',
  'do-not-call/not-a-number': 'doNotCall.wrong.refused',
};

/** With a line to name. */
const lineKeys: Readonly<Record<string, TextKey>> = {
  'roster/formula': 'rosters.wrong.formulaAt',
  'roster/not-a-table': 'rosters.wrong.tableAt',
};

const limitKeyOf = ({ code, facts }: FieldProblem): TextKey | undefined => {
  if (code !== 'too_big' && code !== 'too_small') return undefined;
  const keys = limitKeys[code];
  const origin = facts?.['origin'];
  if (origin === 'string' || origin === 'array') {
    const isEmpty = code === 'too_small' && origin === 'string' && facts?.['minimum'] === 1;
    return isEmpty ? 'field.empty' : keys[origin];
  }
  return keys.number;
};

/** Whatever must be there once only. */
const takenKeyOf = ({ code }: FieldProblem): TextKey | undefined =>
  /[-/]taken$/.test(code) ? 'field.taken' : undefined;

const fieldKeyOf = (problem: FieldProblem): TextKey | undefined =>
  limitKeyOf(problem) ??
  (problem.facts?.['line'] === undefined ? undefined : lineKeys[problem.code]) ??
  fieldKeys[problem.code] ??
  codeKeys[problem.code] ??
  takenKeyOf(problem);

/** As the forms call them; told where a refusal stands away from its field. */
const labelKeys: Readonly<Record<string, TextKey>> = {
  name: 'field.name',
  email: 'signIn.email',
  password: 'signIn.password',
  agentId: 'field.agentId',
  sipUsername: 'field.sipUsername',
  sipPassword: 'admin.sipPassword',
  queueIds: 'menu.queue',
  number: 'field.number',
  target: 'admin.target',
  host: 'field.host',
  port: 'field.port',
  transport: 'admin.transport',
  username: 'admin.username',
  allowedAddresses: 'admin.allowedAddresses',
  callerNumber: 'admin.callerNumber',
  callerNumbers: 'admin.callerNumbers',
  order: 'admin.order',
};

/** One sentence for the field itself; the server's own where we have none. */
export const fieldText = (t: Text, problem: FieldProblem): string => {
  const key = fieldKeyOf(problem);
  return key === undefined ? problem.message : t(key, problem.facts ?? {});
};

/** The same away from its field, which is named as its form does; one that no form has is not named at all. */
export const namedFieldText = (t: Text, problem: FieldProblem): string => {
  const key = labelKeys[problem.field.split('.')[0] ?? ''];
  const said = fieldText(t, problem);
  return key === undefined ? said : t('field.named', { field: t(key), said });
};

/** Why the whole request was refused, or null where we have no words for it. */
export const codeText = (
  t: Text,
  code: string,
  facts: Readonly<Record<string, unknown>> = {},
): string | null => {
  const key = (facts['line'] === undefined ? undefined : lineKeys[code]) ?? codeKeys[code];
  return key === undefined ? null : t(key, facts);
};
