/** A server of the demo's own: its process, started in a folder of its own on free ports, killed, started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
/** A fresh folder takes 5 to 10 s on a busy machine. */
const startDeadlineMs = 60_000;
const stopDeadlineMs = 20_000;

export interface ServerAddress {
  readonly url: string;
  readonly sip: { readonly host: string; readonly port: number };
}

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
    const logFile = join(this.folder, 'server.log');
    const log = createWriteStream(logFile, { flags: 'a' });
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
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      log.write(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => log.write(chunk));
    child.once('close', () => log.end());
    const deadline = performance.now() + startDeadlineMs;
    for (;;) {
      const address = readAddress(printed);
      if (address) return address;
      if (child.exitCode !== null || performance.now() > deadline) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const words = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
    throw new Error(`the server did not start; its last words:\n${words}`);
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
