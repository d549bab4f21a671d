import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describeSwitches, resolveDialect } from '../../../../emulator/kernel/dialect';
import { small, timings, withEmulator } from '../harness';

describe('emulator: switches', () => {
  it('have defaults, presets and overrides, and refuse unknown values', () => {
    assert.equal(resolveDialect().mounts, 'lenient');
    assert.equal(resolveDialect({}, ['older']).mounts, 'strict');
    assert.equal(resolveDialect({ mounts: 'lenient' }, ['older']).mounts, 'lenient');
    assert.equal(resolveDialect({}, ['older', 'openSource']).identifiers, 'idOnly');
    assert.throws(() => resolveDialect({ moons: 'x' }), /no switch 'moons'; there are surface, /);
    assert.throws(() => resolveDialect({ mounts: 'x' }), /'mounts' is one of lenient, strict, not 'x'/);
    assert.equal(describeSwitches().length, Object.keys(resolveDialect()).length);
  });

  it('address: all sandboxes have the loopback address, or none', async () => {
    for (const address of ['loopback', 'none']) {
      await withEmulator({ dialect: { address } }, async client => {
        const { sandbox_url } = await client.sandbox(await client.create());
        assert.equal(sandbox_url, address === 'none' ? undefined : client.emulator.url);
      })();
    }
  });

  it(
    'asyncCreate: an older server blocks with any value of wait',
    withEmulator({ ages: ['older'], maxRunning: 0 }, async client => {
      const { answer } = await client.held('POST', '/sandboxes', {
        ...small,
        wait: false,
        max_pending_secs: 0,
      });
      client.clock.advance(timings.createWait);
      const { status, body } = await answer;
      assert.equal(status, 504);
      await client.is(String(body['sandbox_id']), 'pending');
    }),
  );

  it(
    'create and identifiers: answered at once, and found by id only',
    withEmulator(
      { dialect: { create: 'pending', identifiers: 'idOnly', introspection: 'unknown' } },
      async client => {
        const made = await client.expect(200, 'POST', '/sandboxes', { ...small, name: 'box' });
        assert.equal(made['status'], 'pending');
        assert.equal(made['pending_reason'], 'waiting_for_container');
        await client.sandbox(String(made['sandbox_id']));
        await client.refused(404, 'GET', '/sandboxes/box');
        await client.refused(404, 'POST', '/platform/v1/keys/introspect');
      },
    ),
  );

  it(
    'rename and suspendedName: fixed names, and 409 for a suspended holder',
    withEmulator({ dialect: { rename: 'refused', suspendedName: '409' } }, async client => {
      const id = await client.create({ name: 'box' });
      await client.refused(400, 'PATCH', `/sandboxes/${id}`, { name: 'other' });
      await client.expect(202, 'POST', '/sandboxes/box/suspend');
      client.clock.advance(timings.suspend);
      await client.refused(409, 'POST', '/sandboxes', { ...small, name: 'box' });
    }),
  );

  it(
    'ephemeralIdle, history and runtime',
    withEmulator(
      { dialect: { ephemeralIdle: 'suspend', history: 'archived', runtime: 'gvisor' } },
      async client => {
        const id = await client.create();
        assert.equal((await client.sandbox(id))['runtime'], 'gvisor');
        client.clock.advance(600 * timings.second + timings.suspend);
        await client.is(id, 'suspended');
        await client.expect(200, 'DELETE', `/sandboxes/${id}`);
        client.clock.advance(0);
        await client.refused(404, 'GET', `/sandboxes/${id}`);
        assert.equal((await client.page('', '/archived-sandboxes')).sandboxes[0]?.id, id);
      },
    ),
  );

  it(
    'emptyPost: 411 without Content-Length',
    withEmulator({ dialect: { emptyPost: 'strict' } }, async client => {
      const post = async (headers: string): Promise<string> => {
        const socket = connect(client.emulator.port, '127.0.0.1');
        socket.write(
          `POST /sandboxes/box/suspend HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${client.emulator.apiKey}\r\nConnection: close\r\n${headers}\r\n`,
        );
        return text(socket);
      };
      await client.create({ name: 'box' });
      assert.match(await post(''), /^HTTP\/1\.1 411 /);
      assert.match(await post('Content-Length: 0\r\n'), /^HTTP\/1\.1 202 /);
    }),
  );
});

describe('emulator: methods', () => {
  it(
    'answers 405 with Allow for a known path, and 404 for others',
    withEmulator({}, async client => {
      const paths = {
        '/sandboxes': ['POST', 'GET'],
        '/v1/namespaces/default/sandboxes/x': ['GET', 'PATCH', 'DELETE'],
        '/platform/v1/secrets': ['GET', 'PUT'],
        '/platform/cli/login/poll': ['GET'],
      };
      for (const [path, methods] of Object.entries(paths)) {
        const response = await fetch(client.emulator.url + path, {
          method: 'OPTIONS',
          headers: { authorization: `Bearer ${client.emulator.apiKey}` },
        });
        assert.equal(response.status, 405);
        assert.equal(response.headers.get('allow'), methods.join(', '));
      }
      await client.refused(404, 'OPTIONS', '/nowhere');
      await client.as('stranger').refused(401, 'OPTIONS', '/sandboxes');
    }),
  );
});
