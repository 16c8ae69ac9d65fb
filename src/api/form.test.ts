import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import Fastify from 'fastify';
import { formOf } from '../../tests/rig/form.ts';
import { addForms, readForm } from './form.ts';

test('a form whose sender left before it was read is refused like one that broke off, and not waited for', async () => {
  const app = Fastify();
  addForms(app);
  const gone = Promise.withResolvers<undefined>();
  const outcomes: string[] = [];
  app.addHook('onRequest', async (request) => {
    // As when a session is looked up in the database: the sender leaves meanwhile.
    if (request.headers['x-leaves'] !== undefined && !request.raw.destroyed)
      await new Promise((resolve) => request.raw.once('close', resolve));
  });
  const read = readForm({ file: 'file', mostFileBytes: 1 << 20, mostFieldBytes: 1000 });
  app.post('/', {
    handler: async () => 'read',
    preValidation: async (request, reply) => {
      try {
        await read(request, reply);
        outcomes.push('read');
      } catch (thrown) {
        outcomes.push(thrown instanceof Error ? thrown.message : String(thrown));
        throw thrown;
      } finally {
        if (request.headers['x-leaves'] !== undefined) gone.resolve(undefined);
      }
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const { body, type } = formOf({ name: 'a', file: Buffer.alloc(1000) }, 'a.wav');
  try {
    const control = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: new Uint8Array(body),
    });
    assert.equal(control.status, 200);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST / HTTP/1.1\r\nHost: a\r\nX-Leaves: 1\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    setTimeout(() => socket.destroy(), 100);
    await Promise.race([
      gone.promise,
      new Promise((_, reject) =>
        setTimeout(() => reject(new Error('it is still waited for')), 5000).unref(),
      ),
    ]);
    assert.deepEqual([outcomes[0], outcomes.length], ['read', 2]);
    assert.match(outcomes[1] ?? '', /form/i);
  } finally {
    await app.close();
  }
});
