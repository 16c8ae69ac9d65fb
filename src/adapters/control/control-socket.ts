/**
 * A socket in the data folder by which the command line asks the running server. One line of JSON each way; while a command runs the
 * answer begins with blanks, one now and then, so that the asker knows a long backup from a server that hangs.
 */
import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Fault } from '#base/fault.ts';
import type { Log } from '#ports/log.ts';

export interface ControlAnswer {
  /** Exit code of the command. */
  readonly code: number;
  /** For standard output, without a newline at its end. */
  readonly out: string;
  /** For standard error. */
  readonly err: string;
}

const fileName = 'control.sock';
/** A command is a few words. */
const MAX_LINE_BYTES = 65_536;
/** `sun_path` of unix(7), less the closing zero. */
const MAX_PATH_BYTES = 107;
/** Commands at once; each is a person or a script. */
const MAX_CONNECTIONS = 16;

export interface ControlTimes {
  /** A side that said nothing for this long while it was its turn is given up. */
  readonly silenceMs: number;
  /** Between two blanks of a server at work; a backup of much audio takes hours. */
  readonly blankMs: number;
}

const usualTimes: ControlTimes = { silenceMs: 60_000, blankMs: 10_000 };

/** A path the kernel takes, however deep the folder lies: then it leads through an open handle of the folder. */
const socketPath = (folder: string): { readonly path: string; readonly release: () => void } => {
  const path = join(folder, fileName);
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return { path, release: () => undefined };
  const fd = openSync(folder, 'r');
  return { path: `/proc/self/fd/${fd}/${fileName}`, release: () => closeSync(fd) };
};

/** The first line that arrives, or undefined when the other side said nothing whole. */
const readLine = (socket: Socket, silenceMs: number): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
      else if (text.length > MAX_LINE_BYTES) {
        socket.destroy();
        resolve(undefined);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(undefined));
  });

const wordsOf = (line: string): readonly string[] | undefined => {
  try {
    const parsed: unknown = JSON.parse(line);
    const isWords =
      Array.isArray(parsed) && parsed.every((word): word is string => typeof word === 'string');
    return isWords ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Listens until closed. Whoever may open the data folder (mode 0700) may command.
 *
 * @param folder the data folder, locked by this process: a socket that lies there is left over
 * @param run never rejects
 */
export const listenControl = async (
  folder: string,
  run: (words: readonly string[]) => Promise<ControlAnswer>,
  log: Log,
  { silenceMs, blankMs }: ControlTimes = usualTimes,
): Promise<{ close(): Promise<void> }> => {
  const { path, release } = socketPath(folder);
  rmSync(path, { force: true });
  const serve = async (socket: Socket): Promise<void> => {
    const line = await readLine(socket, silenceMs);
    const words = line === undefined ? undefined : wordsOf(line);
    if (!words) {
      socket.destroy();
      return;
    }
    // From here it is our turn, however long the command takes; whether the asker is still there does not end it.
    socket.setTimeout(0);
    const blanks = setInterval(() => {
      if (socket.writable) socket.write(' ');
    }, blankMs);
    try {
      socket.end(`${JSON.stringify(await run(words))}\n`);
    } finally {
      clearInterval(blanks);
    }
  };
  const server = createServer((socket) => {
    serve(socket).catch((error: unknown) => {
      log.warn('control.failed', { error });
      socket.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new Fault('control/cannot-listen', `cannot open ${fileName}: ${cause.message}`, { cause }),
      ),
    );
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    new Promise((resolve) =>
      server.close(() => {
        release();
        resolve();
      }),
    );
  return { close: () => (closing ??= close()) };
};

const noServer = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR']);

/**
 * Asks the server of that data folder.
 *
 * @returns null when no server runs there
 * @throws {Fault} `control/unreachable` when one runs but does not answer
 */
export const askControl = async (
  folder: string,
  words: readonly string[],
  { silenceMs }: ControlTimes = usualTimes,
): Promise<ControlAnswer | null> => {
  let opened: ReturnType<typeof socketPath> | undefined;
  try {
    opened = socketPath(folder);
    const socket = createConnection(opened.path);
    socket.write(`${JSON.stringify(words)}\n`);
    const line = await readLine(socket, silenceMs);
    socket.destroy();
    if (line !== undefined) return JSON.parse(line) as ControlAnswer;
    throw new Fault('control/unreachable', 'the server closed the connection without an answer');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (noServer.has(code)) return null;
    if (cause instanceof Fault) throw cause;
    throw new Fault('control/unreachable', `the server cannot be asked (${code})`, { cause });
  } finally {
    opened?.release();
  }
};
