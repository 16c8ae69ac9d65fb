/** The main thread's side of the embedded database: turns, messages, and a new thread when the old one died. */
import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { Fault } from '#base/fault.ts';
import { SqlError } from '../errors.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';
import type { DatabaseReply, DatabaseRequest, DatabaseThreadData } from './messages.ts';
import { Turns, type TurnsOptions } from './turns.ts';

export interface EmbeddedOptions extends Partial<TurnsOptions> {
  readonly folder: string;
}

export type Answer = Extract<DatabaseReply, { kind: 'done' }>;
type Body = DatabaseRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const away = (cause?: unknown): Fault =>
  new Fault('database/away', 'The embedded database stopped; it is being opened again', {
    retry: 'later',
    cause,
  });

/** One worker thread with one open database. */
class DatabaseThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #stopped = false;
  readonly opened: Promise<void>;

  constructor(folder: string, onNotice: (channel: string, payload: string) => void) {
    const workerData: DatabaseThreadData = { folder };
    this.#worker = new Worker(new URL('../../../threads/database.ts', import.meta.url), {
      workerData,
      execArgv: [], // options meant for the main script are not the thread's
      name: 'database',
    });
    this.opened = new Promise((resolve, reject) => {
      this.#worker.on('message', (reply: DatabaseReply) => {
        if (reply.kind === 'opened') resolve();
        else if (reply.kind === 'failed') reject(new Fault('database/unusable', reply.message));
        else if (reply.kind === 'notice') onNotice(reply.channel, reply.payload);
        else this.#settle(reply);
      });
      this.#worker.on('error', (cause) => {
        reject(away(cause));
        this.#fail(cause);
      });
      this.#worker.on('exit', () => {
        reject(away());
        this.#fail(undefined);
      });
    });
    this.opened.catch(() => undefined); // looked at by whoever asked for the database
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  request(body: Body): Promise<Answer> {
    if (this.#stopped) return Promise.reject(away());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...body, id });
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: Extract<DatabaseReply, { kind: 'done' | 'refused' }>): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.kind === 'done') pending?.resolve(reply);
    else pending?.reject(new SqlError(reply.error));
  }

  #fail(cause: unknown): void {
    this.#stopped = true;
    for (const { reject } of this.#pending.values()) reject(away(cause));
    this.#pending.clear();
  }
}

/** Making the files takes a second PostgreSQL of its own (initdb): its memory goes with the thread it ran in. */
const makeCluster = async (folder: string): Promise<void> => {
  const thread = new DatabaseThread(folder, () => undefined);
  try {
    await thread.opened;
    await thread.request({ kind: 'close' });
  } finally {
    await thread.terminate();
  }
};

/**
 * V8 compiles a WebAssembly function anew, with every effort, once it has run for a while. While the program starts, that takes a fifth
 * of the processor for functions that run then and hardly later; what the calls keep busy comes to its turn soon after. What is made
 * of WebAssembly at other times (codecs, a new cluster) is better off with V8's own measure.
 */
const optimiseLater = (isLater: boolean): void =>
  setFlagsFromString(`--wasm-tiering-budget=${isLater ? 100_000_000 : 13_000_000}`);

/** PostgreSQL writes its log in files of 16 MiB, and needs room for one. */
const leastFreeBytes = 16 * 2 ** 20;

/** The engine says of a full disk only that it could not begin: the disk itself is asked. */
const isDiskFull = (thrown: unknown, folder: string): boolean => {
  if (!(thrown instanceof Fault))
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC';
  if (thrown.code !== 'database/unusable') return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < leastFreeBytes;
};

const whyNotOpened = (thrown: unknown, folder: string): unknown =>
  isDiskFull(thrown, folder)
    ? new Fault(
        'disk/full',
        `the embedded database in ${folder} cannot be opened, its disk is full: free space there or make the disk larger`,
        { retry: 'later', cause: thrown, facts: { folder } },
      )
    : thrown;

type NoticeListener = {
  readonly onNotice: (payload: string) => void;
  readonly onReconnect: () => void;
};

/** A turn at the database: every statement until `release` runs in the same session, undisturbed. */
export interface Turn {
  request(body: Body): Promise<Answer>;
  release(): void;
}

export class EmbeddedClient {
  readonly #options: EmbeddedOptions;
  readonly #turns: Turns;
  readonly #listeners = new Map<string, Set<NoticeListener>>();
  #lock: FolderLock | undefined;
  #opened: Promise<void> | undefined;
  #thread: DatabaseThread | undefined;
  #opening: Promise<DatabaseThread> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.#turns = new Turns({
      maxWaiting: options.maxWaiting ?? 1000,
      maxWaitMs: options.maxWaitMs ?? 30_000,
    });
  }

  get waiting(): number {
    return this.#turns.waiting;
  }

  get refused(): number {
    return this.#turns.refused;
  }

  /**
   * Idempotent: whoever calls again waits for the same opening.
   *
   * @throws {Fault} `database/locked`, `database/unusable`, `database/away`; `disk/full` when it did not open for want of room
   */
  open(): Promise<void> {
    return (this.#opened ??= this.#open());
  }

  async #open(): Promise<void> {
    const { folder } = this.#options;
    try {
      this.#lock = lockFolder(folder);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!existsSync(join(folder, 'PG_VERSION'))) await makeCluster(folder);
      await this.#running();
    } catch (thrown) {
      this.#lock?.release();
      throw whyNotOpened(thrown, folder);
    }
  }

  async take(): Promise<Turn> {
    await this.#turns.take();
    try {
      const thread = await this.#running();
      let released = false;
      return {
        // Bound to this thread: a transaction never goes on in the session of the next one.
        request: (body) => thread.request(body),
        release: () => {
          if (!released) this.#turns.release();
          released = true;
        },
      };
    } catch (thrown) {
      this.#turns.release();
      throw thrown;
    }
  }

  async once(body: Body): Promise<Answer> {
    const turn = await this.take();
    try {
      return await turn.request(body);
    } finally {
      turn.release();
    }
  }

  async listen(channel: string, listener: NoticeListener): Promise<() => void> {
    const known = this.#listeners.get(channel);
    const listeners = known ?? new Set<NoticeListener>();
    listeners.add(listener);
    this.#listeners.set(channel, listeners);
    if (!known) await this.once({ kind: 'listen', channel });
    listener.onReconnect();
    return () => listeners.delete(listener);
  }

  /** Waits for the turns already taken, then closes in good order. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#turns.take();
    try {
      const thread = this.#thread;
      if (thread && !thread.stopped) {
        await thread.request({ kind: 'close' });
        await thread.terminate();
      }
    } finally {
      this.#lock?.release();
    }
  }

  async #running(): Promise<DatabaseThread> {
    if (this.#closing && this.#lock) {
      // A turn that waited while the database closed.
      if (this.#thread?.stopped !== false)
        throw new Fault('database/closed', 'The database is closed', { retry: 'never' });
    }
    if (this.#thread && !this.#thread.stopped) return this.#thread;
    this.#opening ??= this.#start().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #start(): Promise<DatabaseThread> {
    const again = this.#thread !== undefined;
    optimiseLater(true);
    const thread = new DatabaseThread(this.#options.folder, (channel, payload) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener.onNotice(payload);
    });
    await thread.opened.finally(() => optimiseLater(false));
    this.#thread = thread;
    for (const channel of this.#listeners.keys())
      if (again) await thread.request({ kind: 'listen', channel });
    if (again)
      for (const listeners of this.#listeners.values())
        for (const listener of listeners) listener.onReconnect();
    return thread;
  }
}
