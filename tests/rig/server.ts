/** The product as its own process in a temporary folder, with ports of its own: started, asked over HTTP, killed, started again. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyFirstStart } from './first-start.ts';
import { freePorts } from './free-port.ts';
import { type Program, startProgram, until } from './programs.ts';

export interface ServerOptions {
  /** The data folder lies below; kept across restarts. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly deadlineMs?: number;
}

export interface Server {
  readonly folder: string;
  readonly dataDir: string;
  readonly httpPort: number;
  readonly sipPort: number;
  readonly rtpPorts: { readonly first: number; readonly last: number };
  readonly url: string;
  program(): Program;
  /** Starts it (again) on the same folder and ports, `env` over that of the rig; resolves when `/readyz` says it can take calls. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  /** SIGTERM and wait. */
  stop(): Promise<void>;
  /** SIGKILL, as a power cut of the process. */
  kill(): Promise<void>;
  /** Signed in as the first administrator; throws on a status that is not 2xx unless `expect` names another. */
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  /** The same without reading: for audio, headers and refusals. */
  fetch(method: string, path: string, options?: RequestOptions): Promise<Response>;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** An API key in place of the administrator's. */
  readonly key?: string;
}

export const adminEmail = 'admin@example.test';
export const adminPassword = 'a-long-password-for-tests-only';

const root = join(import.meta.dirname, '..', '..');

const firstAdministrator = {
  CALLREEL_ADMIN_EMAIL: adminEmail,
  CALLREEL_ADMIN_PASSWORD: adminPassword,
};

interface SignedIn {
  readonly cookie: string;
  readonly csrf: string;
}

const signIn = async (url: string): Promise<SignedIn> => {
  const answer = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: adminEmail, password: adminPassword }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .join('; ');
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  return { cookie, csrf: csrfToken };
};

const untilReady = async (program: Program, url: string): Promise<void> => {
  await until(
    'the server is ready',
    async () => {
      if (program.child.exitCode !== null) throw new Error(`it ended: ${program.output()}`);
      try {
        return (await fetch(`${url}/readyz`)).ok || undefined;
      } catch {
        return undefined;
      }
    },
    // A second on an idle machine; two cores shared by many have made it more than a minute.
    { deadlineMs: 180_000, everyMs: 50 },
  ).catch(async (error: unknown) => {
    await program.stop(0);
    throw new Error(`${String(error)}\n${program.output()}`);
  });
};

/** The first start of all on `dataDir`, and a stop in good order. */
const startOnce = async (dataDir: string): Promise<void> => {
  const httpPort = await freePorts(2);
  const program = startProgram(process.execPath, ['src/main.ts'], {
    cwd: root,
    deadlineMs: 240_000,
    env: {
      ...firstAdministrator,
      CALLREEL_DATA_DIR: dataDir,
      CALLREEL_HTTP_PORT: String(httpPort),
      CALLREEL_SIP_PORT: String(await freePorts(2)),
      CALLREEL_MEDIA_WORKERS: '1',
    },
  });
  await untilReady(program, `http://127.0.0.1:${httpPort}`);
  program.child.kill('SIGTERM');
  await program.stop(60_000);
};

export const makeServer = async (options: ServerOptions): Promise<Server> => {
  mkdirSync(options.folder, { recursive: true });
  const httpPort = await freePorts(2);
  const sipPort = await freePorts(2);
  const firstRtp = 30_000 + 2 * Math.floor(Math.random() * 1000);
  const rtpPorts = { first: firstRtp, last: firstRtp + 399 };
  const url = `http://127.0.0.1:${httpPort}`;
  const dataDir = join(options.folder, 'data');
  let program: Program | undefined;
  let signedIn: SignedIn | undefined;

  const running = (): Program => {
    if (!program) throw new Error('the server was not started');
    return program;
  };

  /** A database elsewhere is new to each test, and two servers on it must not be one and the same. */
  const isEmbedded = (env: Readonly<Record<string, string>>): boolean =>
    (env['CALLREEL_DATABASE_URL'] ?? options.env?.['CALLREEL_DATABASE_URL']) === undefined;

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    signedIn = undefined;
    if (!existsSync(dataDir) && isEmbedded(env))
      await copyFirstStart(dataDir, firstAdministrator, startOnce);
    const started = startProgram(process.execPath, ['src/main.ts', ...(options.args ?? [])], {
      cwd: root,
      deadlineMs: options.deadlineMs ?? 300_000,
      env: {
        CALLREEL_DATA_DIR: dataDir,
        CALLREEL_HTTP_PORT: String(httpPort),
        CALLREEL_SIP_PORT: String(sipPort),
        CALLREEL_RTP_PORTS: `${rtpPorts.first}-${rtpPorts.last}`,
        ...firstAdministrator,
        CALLREEL_MEDIA_WORKERS: '1',
        // A scenario of SIPp takes an OPTIONS for a call that went wrong.
        CALLREEL_TRUNK_PING_SECONDS: '0',
        ...options.env,
        ...env,
      },
    });
    program = started;
    await untilReady(started, url);
  };

  const ask = async (
    method: string,
    path: string,
    request: RequestOptions = {},
  ): Promise<Response> => {
    signedIn ??= request.key === undefined ? await signIn(url) : undefined;
    const auth =
      request.key === undefined
        ? { cookie: signedIn?.cookie ?? '', 'x-csrf-token': signedIn?.csrf ?? '' }
        : { authorization: `Bearer ${request.key}` };
    const json = request.body === undefined ? {} : { 'content-type': 'application/json' };
    return fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...auth, ...json, ...request.headers },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
  };

  return {
    folder: options.folder,
    dataDir,
    httpPort,
    sipPort,
    rtpPorts,
    url,
    program: running,
    start,
    stop: async () => {
      running().child.kill('SIGTERM');
      await running().stop(15_000);
    },
    kill: async () => {
      running().child.kill('SIGKILL');
      await running().ended();
    },
    fetch: ask,
    request: async <T>(method: string, path: string, request?: RequestOptions): Promise<T> => {
      const answer = await ask(method, path, request);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  };
};
