import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TenantId } from '#core/ids.ts';
import type { ChangeEvent } from '#ports/events.ts';
import { until } from '../../../tests/rig/programs.ts';
import { silentLog } from '../../../tests/rig/silent.ts';
import { createChangeFeed } from './change-feed.ts';
import { shareFeed } from './shared-feed.ts';

/** Notices as PostgreSQL carries them: to every listener, the sender too. */
const bus = () => {
  const listeners = new Set<(payload: string) => void>();
  const payloads: string[] = [];
  return {
    payloads,
    send: (payload: string) => {
      for (const listener of listeners) listener(payload);
    },
    database: {
      executeSql: async (_text: string, values: readonly unknown[] = []) => {
        const payload = String(values[1]);
        payloads.push(payload);
        for (const listener of listeners) listener(payload);
        return { rows: [] };
      },
      listen: async (_channel: string, onNotice: (payload: string) => void) => {
        listeners.add(onNotice);
        return { close: async () => void listeners.delete(onNotice) };
      },
    },
  };
};

const call = (id: string): ChangeEvent => ({ tenantId: 't' as TenantId, topic: 'calls', id });

const process = async (wire: ReturnType<typeof bus>) => {
  const feed = createChangeFeed(silentLog());
  const heard: string[] = [];
  feed.subscribe(({ id }) => heard.push(id));
  const sharing = await shareFeed({ feed, database: wire.database, log: silentLog() });
  return { feed, heard, sharing };
};

test('a change in one process is heard once in the other and once in its own', async () => {
  const wire = bus();
  const [one, other] = [await process(wire), await process(wire)];
  one.feed.publish(call('a'));
  one.feed.publish(call('a'));
  await until('the other process hears it', () => other.heard.length > 0 || undefined);
  await other.sharing.close();
  await one.sharing.close();
  assert.deepEqual(other.heard, ['a'], 'twice in a burst is once');
  assert.deepEqual(one.heard, ['a', 'a']);
  assert.equal(wire.payloads.length, 1, 'what was heard from another is not told again');
});

test('a thousand changes at once travel in payloads that PostgreSQL takes, the last of them before the end', async () => {
  const wire = bus();
  const [one, other] = [await process(wire), await process(wire)];
  for (let i = 0; i < 1000; i++) one.feed.publish(call(`0199aa3c-1111-7222-8333-${i}`));
  await one.sharing.close();
  assert.equal(other.heard.length, 1000);
  for (const payload of wire.payloads) assert.ok(Buffer.byteLength(payload) < 8000);
  await other.sharing.close();
});

test('a notice that is none of ours changes nothing', async () => {
  const wire = bus();
  const one = await process(wire);
  for (const payload of ['', 'x', 'null', '{"from":1}', '{"from":"a","events":3}'])
    wire.send(payload);
  assert.deepEqual(one.heard, []);
  await one.sharing.close();
});
