/** A server of the demo's own: its process, started in a folder of its own on free ports, killed, started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** A fresh folder takes some seconds, on a slow and busy machine a minute. */
const startDeadlineMs = 120_000;
const stopDeadlineMs = 20_000;

export interface ServerAddress {
  readonly url: string;
  readonly sip: { readonly host: string; readonly port: number };
}

/** With its last words, which is all there is to know. */
export class ServerNotStarted extends Error {}

export class OwnServer {
  readonly folder: string;
  readonly email = 'admin@localhost';
  readonly password = randomBytes(12).toString('base64url');
  #child: ChildProcess | null = null;

  constructor(folder: string) {
    this.folder = folder;
    // Whatever ends the demo ends its server; the data are throw-away.
    process.once('exit', () => this.#child?.kill('SIGKILL'));
  }

  /** Starts it, for the first time or again. Throws with the server's last words when it does not come up. */
  async start(): Promise<ServerAddress> {
    const log = createWriteStream(join(this.folder, 'server.log'), { flags: 'a' });
    // Settings of a product that runs here already are not ours, so none of them is passed on.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CALLREEL_'));
    const child = spawn(process.execPath, [join(root, 'src', 'main.ts')], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(inherited),
        CALLREEL_DATA_DIR: join(this.folder, 'data'),
        CALLREEL_HTTP_PORT: '0',
        CALLREEL_SIP_PORT: '0',
        CALLREEL_RTP_PORTS: '36000-37999',
        CALLREEL_ADMIN_EMAIL: this.email,
        CALLREEL_ADMIN_PASSWORD: this.password,
        CALLREEL_LOG_LEVEL: 'warn',
      },
    });
    this.#child = child;
    let printed = '';
    // Read from here and not from the file, which is written when the system finds time for it.
    const keep = (chunk: Buffer): void => {
      printed = (printed + chunk.toString()).slice(-100_000);
      log.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const closed = once(child, 'close').then(() => {
      log.end();
    });
    const deadline = performance.now() + startDeadlineMs;
    for (;;) {
      const address = readAddress(printed);
      if (address) return address;
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      if (!hasEnded && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const why = hasEnded
        ? `it ended with ${child.exitCode ?? child.signalCode}`
        : `not ready after ${startDeadlineMs / 1000} s`;
      child.kill('SIGKILL');
      // What it said at the very end is still on its way.
      await closed;
      const words = printed.trim().split('\n').slice(-8).join('\n');
      throw new ServerNotStarted(
        `the server did not start: ${why}; ${words === '' ? 'it said nothing.' : `its last words:\n${words}`}`,
      );
    }
  }

  /** As a power cut of the process: nothing is written, nobody is told. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** In good order. Idempotent. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), stopDeadlineMs);
    await this.#end('SIGTERM');
    clearTimeout(timer);
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill(signal);
    await gone;
  }
}

/** What the server says of itself once it is ready. */
const readAddress = (printed: string): ServerAddress | null => {
  const url = /console and API on (\S+)/.exec(printed)?.[1];
  const [, host, port] = /SIP on (\S+):(\d+)/.exec(printed) ?? [];
  if (url === undefined || host === undefined || port === undefined) return null;
  return { url, sip: { host, port: Number(port) } };
};
