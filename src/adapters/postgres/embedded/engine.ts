/** The embedded PostgreSQL itself. It is synchronous wasm, so it lives in a thread of its own (`threads/database.ts`). */
import { PGlite } from '@electric-sql/pglite';
import { sqlErrorReport, type SqlErrorReport } from '../errors.ts';
import { DurableFolder, durableStartParams } from './durable-folder.ts';
import type { DatabaseReply, DatabaseRequest } from './messages.ts';
import { Statements } from './statements.ts';

/** PostgreSQL's type number of int8; our int8 columns stay below 2^53, so they are numbers on both databases. */
const int8 = 20;

export const openEngine = async (folder: string): Promise<PGlite> => {
  const engine = new PGlite({
    fs: new DurableFolder(folder),
    startParams: durableStartParams(),
    parsers: { [int8]: Number },
  });
  await engine.waitReady;
  // What an earlier run left in the log is on disk before we acknowledge anything of this one.
  await engine.exec('CHECKPOINT');
  return engine;
};

const reportOf = (thrown: unknown): SqlErrorReport =>
  sqlErrorReport(thrown) ?? {
    code: 'XX000',
    message: thrown instanceof Error ? thrown.message : String(thrown),
  };

const run = async (
  { engine, statements }: { readonly engine: PGlite; readonly statements: Statements },
  request: Exclude<DatabaseRequest, { kind: 'close' }>,
  notice: (channel: string, payload: string) => void,
): Promise<DatabaseReply> => {
  const { id } = request;
  if (request.kind === 'query') {
    const result = await statements.run(request.sql, request.parameters);
    const command = result.command ?? null;
    return {
      kind: 'done',
      id,
      rows: result.rows,
      command,
      affectedRows: result.affectedRows ?? null,
    };
  }
  if (request.kind === 'script') {
    const results = await statements.script(request.sql);
    const rows = results.flatMap((result) => result.rows);
    return { kind: 'done', id, rows, command: null, affectedRows: null };
  }
  const { channel } = request;
  await engine.listen(channel, (payload) => notice(channel, payload));
  return { kind: 'done', id, rows: [], command: 'LISTEN', affectedRows: null };
};

/**
 * Answers requests in the order they come, one at a time.
 *
 * @returns a function to hand each request to
 */
export const serveEngine = (
  engine: PGlite,
  reply: (message: DatabaseReply) => void,
): ((request: DatabaseRequest) => Promise<void>) => {
  const statements = new Statements(engine);
  let last: Promise<void> = Promise.resolve();
  const notice = (channel: string, payload: string): void =>
    reply({ kind: 'notice', channel, payload });
  const answer = async (request: DatabaseRequest): Promise<void> => {
    try {
      if (request.kind === 'close') {
        await engine.close();
        reply({ kind: 'done', id: request.id, rows: [], command: null, affectedRows: null });
      } else reply(await run({ engine, statements }, request, notice));
    } catch (thrown) {
      reply({ kind: 'refused', id: request.id, error: reportOf(thrown) });
    }
  };
  return (request) => (last = last.then(() => answer(request)));
};
