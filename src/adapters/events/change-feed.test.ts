import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TenantId } from '#core/ids.ts';
import type { ChangeEvent } from '#ports/events.ts';
import { createChangeFeed } from './change-feed.ts';

const event: ChangeEvent = { tenantId: 't' as TenantId, topic: 'calls', id: 'c' };

test('one listener that throws is logged and the others still hear of the change', () => {
  const logged: string[] = [];
  const nothing = (): void => undefined;
  const feed = createChangeFeed({
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (name) => logged.push(name),
  });
  const heard: string[] = [];
  feed.subscribe(() => {
    throw new Error('broken');
  });
  const stop = feed.subscribe(({ id }) => heard.push(id));
  feed.publish(event);
  stop();
  feed.publish(event);
  assert.deepEqual(heard, ['c']);
  assert.equal(logged.length, 2);
});
