/** What the API takes and gives, as zod schemas: they check, they strip what is not declared, and they are the API description. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { userRoles } from '#core/policy/rights.ts';
import { isTooWide } from '#core/routing/source-address.ts';
import { formatRules } from './format-rules.ts';

export const idParams = z.strictObject({ id: z.string().min(1).max(64) });

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Pass it as `cursor`; null on the last page'),
  });

export const instant = z.iso.datetime().describe('ISO 8601, UTC');
/** Names and user names stand in SIP headers, file names and the log, where a line end begins something else. */
const isOneLine = (text: string): boolean => !/[\p{Cc}\u2028\u2029]/u.test(text);
const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine(isOneLine, formatRules['not-one-line']);
const email = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, formatRules['not-an-email']);
const password = z.string().min(10, 'must have at least 10 characters').max(200);
const role = z.enum(userRoles);
const id = z.string().min(1).max(64);
export const telephone = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[+\d*#][\d*#\s().\-/]*$/, formatRules['not-a-telephone-number']);

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
};

/** 4, 6 or 0; an address with a zone (`fe80::1%eth0`) means something on this machine only, and no peer is known by it. */
const isPeerIP = (text: string): number => (text.includes('%') ? 0 : isIP(text));

/** `ip`, `ip:port`, `[ip6]:port` or CIDR. */
const isTrunkAddress = (text: string): boolean => {
  const [, six, port6] = /^\[(.+)\]:(\d{1,5})$/.exec(text) ?? [];
  if (six !== undefined) return isPeerIP(six) === 6 && isPort(port6);
  const [, cidr, bits] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  if (cidr !== undefined) {
    const version = isPeerIP(cidr);
    return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
  }
  if (isPeerIP(text) !== 0) return true;
  const [, four, port4] = /^([\d.]+):(\d{1,5})$/.exec(text) ?? [];
  return four !== undefined && isPeerIP(four) === 4 && isPort(port4);
};
const isPort = (text: string | undefined): boolean => Number(text) >= 1 && Number(text) <= 65_535;

const host = z
  .string()
  .trim()
  .max(253)
  .refine(
    (text) =>
      isPeerIP(text) !== 0 ||
      // Dots and digits alone are meant as an address, and this is none.
      (!/^\d+(\.\d+)*\.?$/.test(text) &&
        /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d-]+)*\.?$/i.test(text)),
    formatRules['not-a-host'],
  );

/** The version that a change was made to. */
const madeTo = {
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('The version the change was made to; another one in force is 409'),
};
const version = z.number().describe('Grows with each change; send it back with yours');

// --- sessions
export const signIn = z.strictObject({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(200),
});
export const session = z
  .object({
    user: z.object({
      id,
      kind: z.enum(['user', 'apiKey', 'system']),
      name: z.string().describe('E-mail of a user, name of a key'),
      role,
      agentId: id.nullable(),
    }),
    tenant: z.object({ id, name, timeZone: z.string(), country: z.string() }),
    rights: z.array(z.string()).describe('What the role may do, as `resource:verb`'),
    csrfToken: z
      .string()
      .nullable()
      .describe('Send it in X-CSRF-Token with every write; null for an API key'),
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'Session' });

// --- tenants
const tenantFields = {
  name,
  timeZone: z.string().refine(isZone, formatRules['unknown-zone']).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, formatRules['not-a-country'])
    .optional(),
  recordingStorageDays: z.number().int().min(1).max(36_500).optional(),
  allowedPrefixes: z
    .array(z.string().regex(/^\+\d{1,7}$/, formatRules['not-a-prefix']))
    .max(300)
    .optional(),
  emergencyNumbers: z
    .array(z.string().regex(/^\d{2,6}$/, formatRules['not-an-emergency-number']))
    .max(50)
    .optional(),
  wrapUpSeconds: z.number().int().min(0).max(3600).optional(),
  agentsSeeListening: z
    .boolean()
    .describe('Whether agents are shown that somebody listens to their call')
    .optional(),
};
export const newTenant = z.strictObject({
  ...tenantFields,
  vdnId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  sdkAppId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  admin: z.strictObject({ email, password: password.optional() }).optional(),
});
export const tenantChange = z.strictObject(tenantFields).partial().extend(madeTo);
const tenantShape = z.object({
  id,
  version,
  name,
  vdnId: z.number(),
  sdkAppId: z.number(),
  timeZone: z.string(),
  country: z.string(),
  recordingStorageDays: z.number(),
  allowedPrefixes: z.array(z.string()).readonly(),
  emergencyNumbers: z.array(z.string()).readonly(),
  wrapUpSeconds: z.number(),
  agentsSeeListening: z.boolean(),
  createdAt: instant,
});
export const tenant = tenantShape.meta({ id: 'Tenant' });
export const createdTenant = tenantShape
  .extend({
    admin: z
      .object({ email: z.string(), password: z.string().nullable() })
      .nullable()
      .describe('The first administrator; the password only when it was made here'),
  })
  .meta({ id: 'CreatedTenant' });

// --- users
export const newUser = z.strictObject({
  email,
  name: name.optional(),
  password,
  role,
  agentId: id.nullable().optional(),
  queueIds: z.array(id).max(500).optional(),
});
export const userChange = newUser.partial().extend({ disabled: z.boolean().optional(), ...madeTo });
export const user = z
  .object({
    id,
    version,
    email: z.string(),
    name: z.string(),
    role,
    agentId: id.nullable(),
    queueIds: z.array(id).readonly(),
    disabled: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'User' });

// --- API keys
export const newApiKey = z.strictObject({
  name,
  role: z.enum(['owner', 'admin', 'auditor']),
  expiresAt: instant.nullable().optional(),
});
const apiKeyShape = z.object({
  id,
  name: z.string(),
  prefix: z.string(),
  role,
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
});
export const apiKey = apiKeyShape.meta({ id: 'ApiKey' });
export const createdApiKey = apiKeyShape
  .extend({ key: z.string().describe('Shown this once') })
  .meta({ id: 'CreatedApiKey' });

// --- audit
export const auditEntry = z
  .object({
    id,
    at: instant,
    actorKind: z.enum(['user', 'apiKey', 'system', 'anonymous']),
    actorId: z.string().nullable(),
    actorName: z.string().nullable(),
    action: z.string(),
    subjectKind: z.string().nullable(),
    subjectId: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
    address: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });

// --- trunks
const transport = z.enum(['udp', 'tcp']);
export const newTrunk = z.strictObject({
  name,
  host,
  port: z.number().int().min(1).max(65_535).optional(),
  transport: transport.optional(),
  username: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine(isOneLine, formatRules['not-one-line'])
    .nullable()
    .optional(),
  password: z.string().min(1).max(200).nullable().optional(),
  allowedAddresses: z
    .array(
      z
        .string()
        .refine(isTrunkAddress, { error: formatRules['not-a-source-address'], abort: true })
        .refine((entry) => !isTooWide(entry), formatRules['too-wide-a-range']),
    )
    .max(100)
    .optional(),
  callerNumbers: z.array(telephone).max(1000).optional(),
  order: z.number().int().min(0).max(1000).optional(),
});
export const trunkChange = newTrunk.partial().extend(madeTo);
export const trunk = z
  .object({
    id,
    version,
    name: z.string(),
    host: z.string(),
    port: z.number(),
    transport,
    username: z.string().nullable(),
    hasPassword: z.boolean().describe('The password itself is never shown'),
    allowedAddresses: z.array(z.string()).readonly(),
    callerNumbers: z.array(z.string()).readonly(),
    order: z.number(),
    createdAt: instant,
  })
  .meta({ id: 'Trunk' });

// --- numbers
const target = z.strictObject({ kind: z.enum(['queue', 'agent']), id });
export const newNumber = z.strictObject({ number: telephone, target });
export const numberChange = newNumber.partial().extend(madeTo);
export const number = z
  .object({ id, version, number: z.string(), target: z.object(target.shape), createdAt: instant })
  .meta({ id: 'Number' });

// --- queues
export const newQueue = z.strictObject({
  name,
  channel: z.enum(['ivr', 'mobile', 'web']).optional(),
  parentId: id.nullable().optional(),
  ringSeconds: z.number().int().min(5).max(300).optional(),
  maxWaitSeconds: z.number().int().min(0).max(86_400).optional(),
  waitingTone: z.enum(['ringback', 'music']).optional(),
});
export const queueChange = newQueue.partial().extend(madeTo);
export const queue = z
  .object({
    id,
    version,
    name: z.string(),
    channel: z.enum(['ivr', 'mobile', 'web']),
    parentId: id.nullable(),
    ringSeconds: z.number(),
    maxWaitSeconds: z.number(),
    waitingTone: z.enum(['ringback', 'music']),
    createdAt: instant,
  })
  .meta({ id: 'Queue' });

// --- agents
export const agentState = z
  .enum(['unavailable', 'available', 'onCall', 'wrapUp'])
  .nullable()
  .describe('Null where calls are up in another process: what the agent does is known there');
export const settableAgentState = z.strictObject({ state: z.enum(['available', 'unavailable']) });
export const newAgent = z.strictObject({
  email,
  name,
  agentId: z
    .string()
    .trim()
    .regex(/^[\w.-]{1,32}$/, formatRules['not-an-agent-id']),
  sipUsername: z
    .string()
    .trim()
    .regex(/^[\w.!~'()-]{1,64}$/, formatRules['not-a-sip-user']),
  sipPassword: z.string().min(8, 'must have at least 8 characters').max(200).optional(),
  queueIds: z.array(id).max(500).optional(),
  callerNumber: telephone.nullable().optional(),
});
export const agentChange = newAgent.partial().extend({
  ...madeTo,
  state: settableAgentState.shape.state.optional(),
});
export const unavailableReason = z
  .enum(['noPhone', 'chosen', 'missedCall'])
  .nullable()
  .describe(
    'Why no call may come: no phone is registered, a person chose so, or a call was missed or declined. Null in any other state, or where it is not known',
  );
export const wrapUpUntil = instant
  .nullable()
  .describe('When the wrap-up after a call ends by itself; null in any other state');
export const stateSince = instant.describe(
  'Since when the state stands. Unavailable as chosen or for a missed call: when that was, whatever calls came between',
);
const agentShape = z.object({
  id,
  version,
  email: z.string(),
  name: z.string(),
  agentId: z.string(),
  sipUsername: z.string(),
  queueIds: z.array(id).readonly(),
  callerNumber: z.string().nullable(),
  state: agentState,
  stateSince: stateSince.nullable(),
  registeredContacts: z
    .number()
    .nullable()
    .describe('Phones that are registered now; null where `state` is null'),
  unavailableReason,
  wrapUpUntil,
  maySetState: z.boolean().describe('Whether whoever asks may make the agent available or not'),
  createdAt: instant,
});
export const agent = agentShape.meta({ id: 'Agent' });
export const createdAgent = agentShape
  .extend({
    sipPassword: z.string().nullable().describe('Shown this once, and only when it was made here'),
  })
  .meta({ id: 'CreatedAgent' });

// --- settings
const record = z.strictObject({ record: z.boolean().optional() }).optional();
export const callRecordingChange = z.strictObject({
  version: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('The version the change was made to; another one in force is a conflict'),
  useCallRecording: z.boolean().optional(),
  inbound: record,
  callback: record,
  agentOut: record,
  dualChannel: z.boolean().optional(),
  endUserChannel: z.enum(['left', 'right']).optional(),
});
const recorded = z.object({ record: z.boolean() });
export const callRecording = z
  .object({
    version: z.number(),
    useCallRecording: z.boolean(),
    inbound: recorded,
    callback: recorded,
    agentOut: recorded,
    dualChannel: z.boolean(),
    endUserChannel: z.enum(['left', 'right']),
  })
  .meta({ id: 'CallRecordingSettings' });
