/** The API over a real database and the real administration; calls, files and events are stand-ins. */
import { randomUUID } from 'node:crypto';
import { Fault } from '../../src/base/fault.ts';
import type { Principal } from '../../src/ports/administration.ts';
import type { ChangeEvent, ChangeFeed } from '../../src/ports/events.ts';
import type {
  CallListener,
  LiveAgent,
  LiveCall,
  LiveCalls,
  TestTrunkOutcome,
  TrunkState,
} from '../../src/ports/live-calls.ts';
import type { Mailer } from '../../src/ports/mail.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { MakeRefusal, RenditionMaker } from '../../src/ports/renditions.ts';
import type { SampleThing, SampleView } from '../../src/ports/sample-data.ts';
import type { Sealer } from '../../src/ports/sealer.ts';
import type { UserRole } from '../../src/core/policy/rights.ts';
import { createAdministration, type AdministrationDesk } from '../../src/admin/administration.ts';
import { systemPrincipal } from '../../src/admin/first-run.ts';
import { createEmail } from '../../src/admin/email.ts';
import { createTryOutDesk } from '../../src/admin/try-out.ts';
import { createIdempotencyRows } from '../../src/adapters/postgres/administration/idempotency.ts';
import { createAdminStore } from '../../src/adapters/postgres/administration/store.ts';
import { sqlAnnotations } from '../../src/adapters/postgres/annotations/annotations.ts';
import { sqlSavedViews } from '../../src/adapters/postgres/annotations/saved-views.ts';
import { SqlLibrary } from '../../src/adapters/postgres/library/library.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { createLog } from '../../src/adapters/log/json-log.ts';
import { createMetrics } from '../../src/adapters/metrics/prometheus.ts';
import { createApi, type Api } from '../../src/api/server.ts';
import type { TenantId } from '../../src/core/ids.ts';
import { openAssetRoom, type AssetRoom } from './asset-room.ts';
import { exportDesk } from './export-desk.ts';
import { outboundDesk } from './outbound-desk.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

/** Reverses the bytes: enough to see that what is stored is not what was given. */
export const mirrorSealer: Sealer = {
  seal: (secret) => `sealed:${Buffer.from(secret).reverse().toString('base64')}`,
  open: (sealed) => Buffer.from(sealed.slice('sealed:'.length), 'base64').reverse(),
};

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: T;
  readonly text: string;
  readonly bytes: Buffer;
}

export interface Client {
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

export interface ApiRig {
  readonly api: Api;
  readonly admin: AdministrationDesk;
  /** The tenant that every installation has. */
  readonly first: TenantId;
  readonly database: TestDatabase;
  readonly log: string[];
  readonly live: FakeLive;
  /** Every stored object by its key. */
  readonly audio: Map<string, Buffer>;
  /** Why the files of a recording cannot be had, by its id. */
  readonly away: Map<string, MakeRefusal | Fault>;
  readonly assets: AssetRoom;
  readonly disk: { hasRoom: boolean };
  readonly publish: (event: ChangeEvent) => void;
  /** Events published by what was asked of the API. */
  readonly published: ChangeEvent[];
  /** What counts as sample data. */
  readonly samples: SampleThing[];
  anonymous(): Client;
  withKey(key: string): Client;
  /** A user of that role in the tenant, signed in by cookie. */
  signedIn(tenantId: TenantId, role: UserRole, facts?: UserFacts): Promise<Client>;
  tenant(name: string): Promise<TenantId>;
  close(): Promise<void>;
}

interface UserFacts {
  readonly agentId?: string;
  readonly queueIds?: readonly string[];
}

export const testPassword = 'correct horse battery';

/** Calls that are up, as a test puts them there. */
export class FakeLive implements LiveCalls {
  readonly calls = new Map<string, LiveCall>();
  readonly agents = new Map<string, LiveAgent>();
  readonly asked: unknown[] = [];
  /** Who listens now, in the order they came. */
  readonly listeners = new Set<CallListener>();
  /** False: as in a process without the role `call`. */
  isHere = true;
  /** Whoever listens hears 100 ms, then the call is over. */
  isShort = false;

  #key(tenantId: string, id: string): string {
    return `${tenantId} ${id}`;
  }
  add(tenantId: TenantId, call: LiveCall): void {
    this.calls.set(this.#key(tenantId, call.callId), call);
  }
  list(tenantId: TenantId): LiveCall[] {
    return [...this.calls]
      .filter(([key]) => key.startsWith(`${tenantId} `))
      .map(([, call]) => call);
  }
  find(tenantId: TenantId, callId: string): LiveCall | undefined {
    return this.calls.get(this.#key(tenantId, callId));
  }
  act: LiveCalls['act'] = async (tenantId, callId, action) => {
    this.asked.push(action);
    const call = this.find(tenantId, callId);
    return call ? { ok: true, value: call } : { ok: false, error: 'unknown-call' };
  };
  place: LiveCalls['place'] = async (order) => {
    this.asked.push(order);
    return { ok: true, value: randomUUID() as LiveCall['callId'] };
  };
  listen: LiveCalls['listen'] = (order, listener) => {
    if (this.find(order.tenantId, order.callId) === undefined)
      return { ok: false, error: 'unknown-call' };
    if (this.listeners.size >= 3) return { ok: false, error: 'too-many-on-call' };
    this.listeners.add(listener);
    if (this.isShort)
      setImmediate(() => {
        listener.audio(Buffer.alloc(3200));
        listener.ended();
      });
    return { ok: true, value: () => void this.listeners.delete(listener) };
  };
  /** Trunks by id. */
  readonly trunks = new Map<string, TrunkState>();
  trunkStates: LiveCalls['trunkStates'] = () => [...this.trunks.values()];
  testTrunk: LiveCalls['testTrunk'] = async (order) => {
    this.asked.push(order);
    if (order.to === '+12025550911') return { ok: false, error: 'too-many' };
    const value: TestTrunkOutcome = {
      result: 'answered',
      number: order.to,
      callerNumber: '+12025550100',
      status: 200,
      reason: '',
      ringingAfterMs: 700,
      answeredAfterMs: 2500,
      heard: 'sound',
      tookMs: 6500,
    };
    return { ok: true, value };
  };
  agentStates: LiveCalls['agentStates'] = () => [...this.agents.values()];
  setAgentState: LiveCalls['setAgentState'] = (_tenantId, agentId, state) => {
    const value: LiveAgent = {
      agentId,
      state,
      registeredContacts: 1,
      sinceMs: 0,
      awayReason: state === 'unavailable' ? 'chosen' : null,
      wrapUpUntilMs: null,
    };
    this.agents.set(agentId, value);
    return { ok: true, value };
  };
}

const fakeObjects = (audio: Map<string, Buffer>): ObjectStore => ({
  put: async (key, body) => {
    const pieces: Uint8Array[] = [];
    if (body instanceof Uint8Array) pieces.push(body);
    else for await (const piece of body) pieces.push(piece);
    audio.set(key, Buffer.concat(pieces));
    return { key, sizeBytes: Buffer.concat(pieces).length, storedAtMs: 0 };
  },
  get: async (key, range) => {
    const whole = audio.get(key);
    if (!whole) return { ok: false, error: 'unknown-object' };
    const first = range?.first ?? 0;
    const last = Math.min(range?.last ?? Infinity, whole.length - 1);
    const facts = { key, sizeBytes: whole.length, storedAtMs: 0 };
    const body = (async function* () {
      yield whole.subarray(first, last + 1);
    })();
    return { ok: true, value: { facts, range: { first, last }, body } };
  },
  head: async (key) => {
    const whole = audio.get(key);
    return whole ? { key, sizeBytes: whole.length, storedAtMs: 0 } : null;
  },
  delete: async (key) => void audio.delete(key),
  list: (prefix) =>
    (async function* () {
      for (const [key, { length }] of audio)
        if (key.startsWith(prefix)) yield { key, sizeBytes: length, storedAtMs: 0 };
    })(),
});

const fakeRenditions = (
  audio: Map<string, Buffer>,
  away: ReadonlyMap<string, MakeRefusal | Fault>,
): RenditionMaker => ({
  make: async (recordingId, rendition, format) => {
    const reason = away.get(recordingId);
    if (reason instanceof Fault) throw reason;
    if (reason !== undefined) return { ok: false, error: reason };
    const objectKey = `${recordingId}-${rendition}.${format}`;
    const bytes = audio.get(objectKey);
    if (!bytes) return { ok: false, error: 'not-ready' };
    return {
      ok: true,
      value: {
        rendition,
        format,
        objectKey,
        sizeBytes: bytes.length,
        sha256: 'ab'.repeat(32),
        durationMs: 1000,
        frames: 8000,
        channels: 1,
        peaksKey: `${recordingId}-${rendition}.peaks`,
      },
    };
  },
});

const clientOf = (api: Api, auth: Readonly<Record<string, string>>): Client => ({
  request: async (method, path, body, headers = {}) => {
    const answer = await api.inject({
      method: method,
      url: path.startsWith('/api/') ? path : `/api/v1${path}`,
      headers: { ...auth, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const isJson = /json/.test(String(answer.headers['content-type']));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: (isJson && answer.body !== '' ? JSON.parse(answer.body) : {}) as Record<
        string,
        unknown
      >,
      text: answer.body,
      bytes: answer.rawPayload,
    };
  },
});

const noSamples: SampleView = {
  state: 'none',
  canBeMade: true,
  queueIds: [],
  agentIds: [],
  numberIds: [],
  trunkIds: [],
  calls: 0,
  recordings: 0,
};

export interface ApiRigOptions {
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  readonly publicUrl?: string;
  readonly consoleFolder?: string;
  readonly mailer?: Mailer;
  /** A migrated one of the caller's; closed with the rig. */
  readonly database?: TestDatabase;
}

export const openApiRig = async (options: ApiRigOptions = {}): Promise<ApiRig> => {
  const { tls = null, publicUrl = 'http://127.0.0.1', consoleFolder = null } = options;
  const database = options.database ?? (await openTestDatabase());
  const { kysely } = database.database;
  const log: string[] = [];
  const audio = new Map<string, Buffer>();
  const away = new Map<string, MakeRefusal | Fault>();
  const live = new FakeLive();
  const samples: SampleThing[] = [];
  const listeners = new Set<(event: ChangeEvent) => void>();
  const published: ChangeEvent[] = [];
  const changeFeed: ChangeFeed = {
    publish: (event) => {
      published.push(event);
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const shared = {
    clock: systemClock,
    log: createLog({ level: 'debug', write: (line) => void log.push(line) }),
    sealer: mirrorSealer,
    changeFeed,
  };
  const admin = createAdministration({
    ...shared,
    store: createAdminStore(kysely),
    passwordCost: { logN: 4, r: 8, p: 1 },
  });
  const disk = { hasRoom: true };
  const objects = fakeObjects(audio);
  const renditions = fakeRenditions(audio, away);
  const assets = openAssetRoom({ ...shared, kysely, objects });
  const api = await createApi({
    ...shared,
    voiceAssets: assets.desk,
    ...outboundDesk({ ...shared, kysely, objects, administration: admin }),
    administration: admin,
    library: new SqlLibrary(kysely),
    recordingExports: exportDesk({
      ...shared,
      kysely,
      objects,
      renditions,
      administration: admin,
      hasRoom: async () => disk.hasRoom,
    }),
    annotations: sqlAnnotations(kysely),
    savedViews: sqlSavedViews(kysely),
    liveCalls: live,
    renditions,
    objects,
    idempotency: createIdempotencyRows(kysely),
    tryOut: createTryOutDesk(
      admin,
      {
        call: async ({ number }) => ({
          ok: true,
          value: { number, callerNumber: '+12025550123' },
        }),
        close: async () => undefined,
      },
      shared.log,
    ),
    testCalls: {
      ring: async () => ({
        ok: true,
        value: { number: '1000', callerNumber: '+12025550123' },
      }),
    },
    email: createEmail({
      ...shared,
      store: createAdminStore(kysely),
      mailer: options.mailer ?? { send: async () => ({ ok: true, value: null }) },
      installation: null,
    }),
    sampleData: {
      things: async () => samples,
      view: async () => noSamples,
      make: async () => ({ ok: true, value: noSamples }),
      remove: async () => ({ ok: true, value: noSamples }),
    },
    registrar: { host: '127.0.0.1', port: 5060, domain: 'callreel.test' },
    metrics: createMetrics({ processMetrics: false }),
    readiness: () => [{ name: 'database', ok: true }],
    http: { host: '127.0.0.1', port: 0, publicUrl, trustProxy: [] },
    tls,
    consoleFolder,
    version: '0.0.0-test',
  });
  await admin.ensureFirstAdmin({ email: 'owner@first.test', password: testPassword });
  const tenants = await admin.tenants.list(systemPrincipal('' as TenantId), {
    limit: 1,
    cursor: null,
  });
  const first = tenants.items[0]?.id ?? ('' as TenantId);
  let users = 0;
  const rig: ApiRig = {
    api,
    admin,
    first,
    database,
    log,
    live,
    audio,
    away,
    assets,
    disk,
    published,
    samples,
    publish: (event) => changeFeed.publish(event),
    anonymous: () => clientOf(api, {}),
    withKey: (key) => clientOf(api, { authorization: `Bearer ${key}` }),
    signedIn: async (tenantId, role, facts = {}) => {
      const email = `user${++users}@${tenantId}.test`;
      const who: Principal = systemPrincipal(tenantId);
      const made = await admin.users.create(who, { email, password: testPassword, role, ...facts });
      if (!made.ok) throw new Error(made.error.code);
      const answer = await clientOf(api, {}).request('POST', '/sessions', {
        email,
        password: testPassword,
      });
      const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
      return clientOf(api, { cookie, 'x-csrf-token': String(answer.body['csrfToken']) });
    },
    tenant: async (name) => {
      const made = await admin.tenants.create(systemPrincipal(first), { name });
      if (!made.ok) throw new Error(made.error.code);
      return made.value.id;
    },
    close: async () => {
      await api.close();
      await assets.close();
      await database.drop();
    },
  };
  return rig;
};
