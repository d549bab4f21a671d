import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startEmulator } from '../../../../emulator/server';
import { small, timings, withEmulator } from '../harness';

describe('emulator: access', () => {
  it('has new keys in each run, unless the options set them', async () => {
    const runs = await Promise.all([startEmulator(), startEmulator(), startEmulator({ apiKeys: ['mine'] })]);
    try {
      const secrets = runs.flatMap(({ apiKey, pat, adminKey }) => [apiKey, pat, adminKey]);
      assert.equal(new Set(secrets).size, 9);
      for (const secret of secrets) assert.ok(secret === 'mine' || (secret?.length ?? 0) >= 32, secret);
      const [one, two, three] = runs;
      assert.match(one.apiKey, /^tl_apiKey_[\w-]{32}$/);
      assert.match(one.pat ?? '', /^tl_pat_[\w-]{32}$/);
      assert.equal(one.projectId, two.projectId);
      assert.notEqual(one.projectId, three.projectId);
      const headers = { authorization: `Bearer ${one.apiKey}` };
      assert.equal((await fetch(`${one.url}/sandboxes`, { headers })).status, 200);
      assert.equal((await fetch(`${two.url}/sandboxes`, { headers })).status, 401);
    } finally {
      await Promise.all(runs.map(emulator => emulator.stop()));
    }
  });

  it(
    'distinguishes missing, unknown and forbidden keys',
    withEmulator({ forbiddenKeys: ['tl_apiKey_powerless'] }, async client => {
      const bare = await client.call('GET', '/sandboxes', undefined, { authorization: '' });
      assert.equal(bare.status, 401);
      assert.equal(typeof bare.body['message'], 'string');
      const basic = await client.call('GET', '/sandboxes', undefined, { authorization: 'Basic abc' });
      assert.equal(basic.status, 401);
      await client.as('tl_apiKey_other').refused(401, 'GET', '/sandboxes');
      await client.as('tl_apiKey_powerless').refused(403, 'GET', '/sandboxes');
      await client.as('tl_apiKey_powerless').refused(403, 'POST', '/platform/v1/keys/introspect');
    }),
  );

  it(
    'gives each key its own project, without access to the others',
    withEmulator({ apiKeys: ['one', 'two'], sandboxes: 3 }, async client => {
      const other = client.as('two');
      const id = await client.create({ name: 'mine' });
      const snapshot = await client.snapshot(id);
      assert.deepEqual((await other.page()).sandboxes, []);
      assert.deepEqual((await other.page('', '/archived-sandboxes')).sandboxes, []);
      for (const path of [`/sandboxes/${id}`, '/sandboxes/mine', `/snapshots/${snapshot}`]) {
        await other.refused(404, 'GET', path);
        await other.refused(404, 'DELETE', path);
      }
      await other.refused(404, 'POST', '/sandboxes', { snapshot_id: snapshot });
      await other.create({ name: 'mine' });
      const mine = await client.expect(200, 'POST', '/platform/v1/keys/introspect');
      const theirs = await other.expect(200, 'POST', '/platform/v1/keys/introspect');
      assert.equal((await client.sandbox(id)).namespace, mine['projectId']);
      assert.notEqual(mine['projectId'], theirs['projectId']);
      assert.equal(typeof mine['organizationId'], 'string');
    }),
  );
});

describe('emulator: HTTP', () => {
  it('breaks connections on request, and accepts new ones', async () => {
    const emulator = await startEmulator();
    try {
      const socket = connect(emulator.port, '127.0.0.1');
      const broken = new Promise<boolean>(resolve => socket.once('close', resolve));
      // A reset connection is an error.
      socket.on('error', () => undefined);
      socket.write('GET /sandboxes HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await once(socket, 'data');
      emulator.cutConnections();
      await broken;
      assert.ok((await fetch(emulator.url)).status > 0);
    } finally {
      await emulator.stop();
    }
  });

  it(
    'serves namespaced paths like flat ones',
    withEmulator({}, async client => {
      const body = { ...small, wait: false };
      const made = await client.expect(202, 'POST', '/v1/namespaces/default/sandboxes', body);
      const path = `/v1/namespaces/other/sandboxes/${String(made['sandbox_id'])}`;
      assert.equal((await client.expect(200, 'GET', path))['status'], 'pending');
      await client.refused(404, 'GET', '/v1/namespaces/default');
    }),
  );

  it(
    'answers malformed requests with an error and continues',
    withEmulator({}, async client => {
      assert.match(await client.refused(400, 'POST', '/sandboxes', '{"name":'), /JSON/);
      await client.refused(400, 'POST', '/sandboxes', '[]');
      await client.refused(413, 'POST', '/sandboxes', 'x'.repeat(1024 * 1024 + 1));
      await client.refused(404, 'GET', '/nowhere');
      await client.refused(405, 'PUT', '/sandboxes');
      await client.refused(404, 'GET', '/sandboxes/nobody');
      await client.refused(404, 'GET', '/archived-sandboxes/nobody');
      await client.refused(400, 'GET', '/sandboxes/%E0%A4%A');
      await client.page();
    }),
  );

  it(
    'accepts an empty POST without Content-Length',
    withEmulator({}, async client => {
      await client.create({ name: 'raw' });
      const socket = connect(client.emulator.port, '127.0.0.1');
      socket.write(
        `POST /sandboxes/raw/suspend HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${client.emulator.apiKey}\r\nConnection: close\r\n\r\n`,
      );
      assert.match(await text(socket), /^HTTP\/1\.1 202 /);
    }),
  );

  it(
    'keeps a sandbox whose creator disconnected',
    withEmulator({}, async client => {
      const gone = new AbortController();
      const held = await client.held('POST', '/sandboxes', { ...small, name: 'orphan' }, {}, gone.signal);
      gone.abort();
      await assert.rejects(held.answer);
      client.clock.advance(timings.boot);
      await client.is('orphan', 'running');
    }),
  );

  it(
    'stops while a request is pending',
    withEmulator({}, async client => {
      const { answer } = await client.held('POST', '/sandboxes', small);
      const failed = assert.rejects(answer);
      await client.emulator.stop();
      await failed;
      await assert.rejects(fetch(client.emulator.url));
    }),
  );

  it('reports a port in use and options out of range', async () => {
    const emulator = await startEmulator();
    await assert.rejects(startEmulator({ port: emulator.port }), { code: 'EADDRINUSE' });
    await emulator.stop();
    await assert.rejects(startEmulator({ speed: 0 }), RangeError);
    await assert.rejects(startEmulator({ timings: { boot: -1 } }), RangeError);
    await assert.rejects(startEmulator({ apiKeys: [] }), RangeError);
  });
});

describe('emulator: observation', () => {
  it(
    'logs requests and counts them by route',
    withEmulator({ logSize: 3 }, async client => {
      await client.page('?limit=5');
      const id = await client.queue();
      await client.sandbox(id);
      await client.sandbox(id);
      const { emulator } = client;
      assert.deepEqual(
        emulator.requests().map(({ method, path, plane }) => [method, path, plane]),
        [
          ['POST', '/sandboxes', 'control'],
          ['GET', `/sandboxes/${id}`, 'control'],
          ['GET', `/sandboxes/${id}`, 'control'],
        ],
      );
      assert.equal(emulator.routeCounts()['GET /sandboxes/{id}'], 2);
      assert.equal(emulator.routeCounts()['GET /sandboxes'], 1);

      const admin = client.as(emulator.adminKey);
      const state = await admin.expect(200, 'GET', '/_emulator/state');
      assert.deepEqual(state['routes'], emulator.routeCounts());
      assert.deepEqual(state['requests'], emulator.requests());
      assert.equal(state['proxyRequests'], 0);
      await client.refused(401, 'GET', '/_emulator/state');
      await admin.refused(404, 'GET', '/_emulator/other');
      await admin.refused(401, 'GET', '/sandboxes');
    }),
  );

  it(
    'counts requests to the sandbox proxy by host label and by header, upgrades included',
    withEmulator({ hosts: ['example.org'] }, async client => {
      const id = await client.create({ name: 'box' });
      const { emulator } = client;
      const byHeader = await client.call('GET', '/api/v1/health', undefined, {
        'x-tensorlake-sandbox-id': id,
      });
      assert.deepEqual(byHeader, { status: 200, body: { healthy: true } });
      const bare = await client.call('GET', '/api/v1/health');
      assert.deepEqual([bare.status, bare.body['code']], [400, 'MISSING_SANDBOX_ID']);
      const ask = async (host: string): Promise<number | undefined> => {
        const sent = request({ port: emulator.port, host: '127.0.0.1', path: '/', headers: { host } }).end();
        return new Promise((resolve, reject) => {
          sent.on('error', reject).on('response', response => {
            response.resume().on('end', () => resolve(response.statusCode));
          });
        });
      };
      for (const host of [`${id}.local`, `8080-${id}.localhost:1`, 'box.sandbox.example.org']) {
        assert.equal(await ask(host), 401);
      }
      for (const host of ['localhost', `127.0.0.1:${emulator.port}`, '[::1]'])
        assert.equal(await ask(host), 401);
      const socket = connect(emulator.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(
        `GET /x HTTP/1.1\r\nHost: ${id}.local\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      );
      assert.match(await text(socket), /^HTTP\/1\.1 401 /);
      assert.equal(emulator.proxyRequests(), 5);
      assert.equal(emulator.requests().filter(({ plane }) => plane === 'proxy').length, 5);
    }),
  );
});
