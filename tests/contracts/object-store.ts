import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectStore } from '#ports/object-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const readAll = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};

const keysOf = async (store: ObjectStore, prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const facts of store.list(prefix)) keys.push(facts.key);
  return keys;
};

/**
 * What every object store does. `open` gives an empty store of its own to each test.
 */
export const objectStoreContract = (name: string, open: () => Promise<ObjectStore>): void => {
  const read = async (
    store: ObjectStore,
    key: string,
    range?: { first: number; last?: number },
  ): Promise<string> => {
    const found = await store.get(key, range);
    assert.ok(found.ok, `${key} is there`);
    return readAll(found.value.body);
  };

  describe(`object store: ${name}`, () => {
    test('gives back what was put, whole and in ranges', async () => {
      const store = await open();
      const facts = await store.put('recordings/t1/a.mp3', bytes('0123456789'));
      assert.equal(facts.sizeBytes, 10);
      assert.equal(facts.key, 'recordings/t1/a.mp3');
      assert.deepEqual(await store.head('recordings/t1/a.mp3'), facts);
      assert.equal(await read(store, 'recordings/t1/a.mp3'), '0123456789');
      assert.equal(await read(store, 'recordings/t1/a.mp3', { first: 2, last: 4 }), '234');
      assert.equal(await read(store, 'recordings/t1/a.mp3', { first: 7 }), '789');
      assert.equal(await read(store, 'recordings/t1/a.mp3', { first: 9, last: 99 }), '9');
      const beyond = await store.get('recordings/t1/a.mp3', { first: 10 });
      assert.deepEqual(beyond, { ok: false, error: 'range-not-satisfiable' });
      const ranged = await store.get('recordings/t1/a.mp3', { first: 2, last: 99 });
      assert.ok(ranged.ok);
      assert.deepEqual(ranged.value.range, { first: 2, last: 9 });
      assert.equal(await readAll(ranged.value.body), '23456789');
    });

    test('takes a body in pieces, an empty one too', async () => {
      const store = await open();
      const pieces = async function* (): AsyncIterable<Uint8Array> {
        yield bytes('one ');
        yield bytes('');
        yield bytes('two');
      };
      assert.equal((await store.put('p', pieces())).sizeBytes, 7);
      assert.equal(await read(store, 'p'), 'one two');
      assert.equal((await store.put('empty', bytes(''))).sizeBytes, 0);
      assert.equal(await read(store, 'empty'), '');
    });

    test('changes nothing when the body breaks off, neither an old object nor the list', async () => {
      const store = await open();
      await store.put('kept/old', bytes('old'));
      const broken = async function* (): AsyncIterable<Uint8Array> {
        yield bytes('half of the new');
        throw new Error('the sender went away');
      };
      await assert.rejects(store.put('kept/old', broken()), /the sender went away/);
      await assert.rejects(store.put('kept/new', broken()), /the sender went away/);
      assert.equal(await read(store, 'kept/old'), 'old');
      assert.equal(await store.head('kept/new'), null);
      assert.deepEqual(await keysOf(store, ''), ['kept/old']);
    });

    test('replaces an object as a whole while an earlier reader keeps what it opened', async () => {
      const store = await open();
      await store.put('k', bytes('first'));
      await Promise.all([
        store.put('k', bytes('second version')),
        store.put('k', bytes('2nd version')),
      ]);
      assert.match(await read(store, 'k'), /^(second version|2nd version)$/);
    });

    test('says that an object is unknown, and deletes what is not there without complaint', async () => {
      const store = await open();
      assert.deepEqual(await store.get('no/such'), { ok: false, error: 'unknown-object' });
      assert.equal(await store.head('no/such'), null);
      await store.delete('no/such');
      await store.put('a/b', bytes('x'));
      await store.delete('a/b');
      await store.delete('a/b');
      assert.equal(await store.head('a/b'), null);
      assert.equal(await store.head('a'), null, 'a folder is no object');
    });

    test('lists by prefix in order of key', async () => {
      const store = await open();
      for (const key of ['r/b/2', 'r/a/1', 'r/b-1', 'r/b/1', 's/1', 'r/b.1'])
        await store.put(key, bytes(key));
      assert.deepEqual(await keysOf(store, 'r/'), ['r/a/1', 'r/b-1', 'r/b.1', 'r/b/1', 'r/b/2']);
      assert.deepEqual(await keysOf(store, 'r/b/'), ['r/b/1', 'r/b/2']);
      assert.deepEqual(await keysOf(store, 'r/b'), ['r/b-1', 'r/b.1', 'r/b/1', 'r/b/2']);
      assert.deepEqual(await keysOf(store, 'nothing/'), []);
      assert.equal((await keysOf(store, '')).length, 6);
    });

    test('refuses a key that could leave its place', async () => {
      const store = await open();
      const wrong = ['', '/a', 'a/', 'a//b', '../a', 'a/../b', '.hidden', 'a\0b', 'a\\b', 'a b'];
      for (const key of [...wrong, 'x'.repeat(300)]) {
        await assert.rejects(store.put(key, bytes('x')), { code: 'object-store/invalid-key' }, key);
        await assert.rejects(store.get(key), { code: 'object-store/invalid-key' }, key);
        await assert.rejects(store.delete(key), { code: 'object-store/invalid-key' }, key);
      }
    });
  });
};
