/** What `/readyz` asks. Wiring only. */
import type { Database } from '#adapters/postgres/open-database.ts';

export const signallingReadiness = (calls: { isDraining(): boolean } | null) => {
  const name = 'signalling';
  if (calls === null) return { name, ok: true, detail: 'in another process: see CALLREEL_ROLES' };
  return calls.isDraining()
    ? { name, ok: false, detail: 'draining: no new calls' }
    : { name, ok: true };
};

/** Calls do not wait for the database: when it is away this node is ready all the same, and says so. */
export const databaseReadiness = async (database: Database) => {
  const asked = database.executeSql('select 1');
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer')), databaseAnswerMs).unref();
  });
  try {
    await Promise.race([asked, late]);
    return { name: 'database', ok: true };
  } catch {
    asked.catch(() => undefined);
    const detail = 'away: calls are taken and recorded, their rows follow when it is back';
    return { name: 'database', ok: true, detail };
  }
};

/** A monitor asks every few seconds and gives up after about two. */
const databaseAnswerMs = 1000;
