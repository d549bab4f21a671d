import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { inBox, type Box } from '../dataPlane/harness';
import { createPty, ptyPath } from '../dataPlane/ptyViewer';
import { withEmulator, type Client } from '../harness';
import { raw, type Raw, type Sent } from '../rawClient';

const evil = 'http://evil.example';
const json = { 'content-type': 'application/json' };

/** Sends what a page can make a browser send: without a key, and with `Host` and `Origin` set by the browser. */
function browse(client: Client, sent: Sent): Promise<Raw> {
  return raw(client, { ...sent, headers: { authorization: '', ...sent.headers } });
}

/** The status of the answer to a WebSocket handshake. */
async function knock({ emulator }: Client, path: string, headers: Record<string, string>): Promise<number> {
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  };
  const sent = request({
    agent: false,
    port: emulator.port,
    path,
    headers: { ...handshake, authorization: `Bearer ${emulator.apiKey}`, ...headers },
  }).end();
  return new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', response => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
  });
}

function corsHeaders({ headers }: Raw): readonly string[] {
  return Object.keys(headers).filter(name => name.startsWith('access-control-'));
}

describe('emulator: a page of evil.example', () => {
  it(
    'can neither change nor read anything with simple requests, on any plane',
    inBox(async box => {
      const { client } = box;
      const before = client.emulator.requests().length;
      const inside = { 'x-tensorlake-sandbox-id': box.id };
      const run = { command: 'sh', args: ['-c', 'echo in'] };
      const attempts: readonly Sent[] = [
        { path: '/sandboxes' },
        { method: 'POST', path: '/sandboxes', body: { name: 'theirs' } },
        { method: 'POST', path: '/v1/namespaces/default/sandboxes', body: { name: 'theirs' } },
        { method: 'POST', path: `/sandboxes/${box.id}/suspend` },
        { method: 'POST', path: '/platform/cli/login/start', body: {} },
        { method: 'POST', path: '/cli/login?user_code=x' },
        { method: 'POST', path: '/_emulator/faults', body: { fault: '500' } },
        { path: '/api/v1/files/list?path=/', headers: { host: `${box.id}.localhost` } },
        { method: 'POST', path: '/api/v1/processes', headers: { host: 'box.local' }, body: run },
        { method: 'POST', path: '/api/v1/processes', headers: inside, body: run },
      ];
      for (const attempt of attempts) {
        for (const origin of [evil, 'https://localhost.evil.example', 'null']) {
          // A page cannot send `application/json` without a preflight request.
          const headers = { ...attempt.headers, 'content-type': 'text/plain', origin };
          const answer = await browse(client, { ...attempt, headers });
          assert.equal(answer.status, 403, `${attempt.path ?? ''} from ${origin}`);
          assert.deepEqual(corsHeaders(answer), []);
        }
      }
      // Images, scripts and links have no origin.
      for (const { path, headers } of attempts.filter(({ method }) => method === undefined)) {
        const answer = await browse(client, { path, headers });
        assert.equal(answer.status, 401, path);
        assert.deepEqual(corsHeaders(answer), []);
      }
      assert.equal((await box.list('/workspace')).length, 0);
      assert.deepEqual(await box.json(200, 'GET', '/api/v1/processes'), { processes: [] });
      assert.equal((await client.page()).sandboxes.length, 1);
      assert.deepEqual(client.emulator.faults.list(), []);
      const posts = client.emulator.requests().slice(before);
      assert.deepEqual(
        posts.filter(({ method }) => method === 'POST'),
        [],
      );
    }),
  );

  it(
    'gets no CORS headers, even for a request with the key',
    inBox(async box => {
      const { client } = box;
      const asked = {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
        'access-control-request-private-network': 'true',
      };
      for (const host of ['127.0.0.1', `${box.id}.localhost`, `8080-${box.id}.localhost`]) {
        for (const origin of [evil, 'http://localhost:3000']) {
          const preflight = await browse(client, {
            method: 'OPTIONS',
            path: '/api/v1/processes',
            headers: { host, origin, ...asked },
          });
          assert.ok(preflight.status >= 400, String(preflight.status));
          assert.deepEqual(corsHeaders(preflight), []);
        }
      }
      const health = { path: '/api/v1/health', headers: { host: `${box.id}.localhost` } };
      const local = { ...health.headers, origin: 'http://localhost:3000' };
      const answer = await raw(client, { ...health, headers: local });
      assert.deepEqual([answer.status, corsHeaders(answer)], [200, []]);
      assert.equal((await raw(client, { ...health, headers: { ...local, origin: evil } })).status, 403);
    }),
  );

  it(
    'cannot open a WebSocket, even with all tokens: terminals, tunnels, exposed ports',
    inBox(async box => {
      const { client } = box;
      const server = createServer();
      const sockets = new WebSocketServer({ server });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = z.object({ port: z.number() }).parse(server.address());
      const open = { exposed_ports: [port], allow_unauthenticated_access: true };
      await client.expect(200, 'PATCH', `/sandboxes/${box.id}`, open);
      const pty = await createPty(box, 'cat');
      const inside = { 'x-tensorlake-sandbox-id': box.id };
      const doors: readonly (readonly [string, Record<string, string>])[] = [
        [`${ptyPath(pty)}?token=${pty.token}`, inside],
        [`/api/v1/tunnels/tcp?port=${port}`, inside],
        ['/live', { host: `${port}-${box.id}.localhost:${client.emulator.port}` }],
      ];
      for (const [path, headers] of doors) {
        for (const origin of [
          evil,
          'https://evil.example:8900',
          'null',
          'file://',
          'vscode-webview://localhost',
          'http://localhost.evil.example',
          'http://127.0.0.1.evil.example',
          'http://localhost@evil.example',
          'http://printer.local',
          'http://box.local',
        ]) {
          assert.equal(await knock(client, path, { ...headers, origin }), 403, `${path} from ${origin}`);
        }
        assert.equal(sockets.clients.size, 0);
        for (const origin of [`http://${port}-${box.id}.localhost:8900`, 'http://127.0.0.1:3000']) {
          assert.equal(await knock(client, path, { ...headers, origin }), 101, `${path} from ${origin}`);
        }
        assert.equal(await knock(client, path, headers), 101, 'a program');
      }
      assert.equal(await knock(client, '/sandboxes', { origin: evil }), 403);
      sockets.close();
      server.close();
      server.closeAllConnections();
    }),
  );

  it(
    'can reach a public port like any page, where the server behind it decides',
    inBox(async box => {
      const server = createServer((incoming, outgoing) => {
        outgoing.writeHead(200, { 'access-control-allow-origin': incoming.headers.origin ?? '-' }).end();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = z.object({ port: z.number() }).parse(server.address());
      const open = { exposed_ports: [port], allow_unauthenticated_access: true };
      await box.client.expect(200, 'PATCH', `/sandboxes/${box.id}`, open);
      const headers = { host: `${port}-${box.id}.localhost`, origin: evil };
      const answer = await browse(box.client, { method: 'POST', path: '/', headers });
      assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [200, evil]);
      server.close();
      server.closeAllConnections();
    }),
  );
});

describe('emulator: a foreign name that resolves to loopback', () => {
  it(
    'is refused on every plane, even with the key, and not counted',
    inBox(async box => {
      const { client } = box;
      const { emulator } = client;
      const before = [emulator.requests().length, emulator.proxyRequests(), emulator.sandboxes()];
      const inside = { 'x-tensorlake-sandbox-id': box.id };
      for (const host of [
        'evil.example',
        'evil.example:8900',
        'EVIL.example.:8900',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
        '127-0-0-1.evil.example',
        'evillocalhost',
        '.localhost',
        'localhost..',
        'localhost@evil.example',
        'evil.example#localhost',
        `${box.id}.evil.example`,
        `${box.id}.local.evil.example`,
        `${box.id}.sandbox.evil.example`,
        `${box.id}.evil.local`,
        'printer.local',
        '8080-printer.local',
        '123456-box.local',
        'local',
        'box',
        '0.0.0.0:8900',
        '192.168.1.10',
        '1127.0.0.1',
        '[::ffff:7f00:1]',
        '2130706433',
        ' ',
      ]) {
        for (const each of [{ path: '/sandboxes' }, { path: '/api/v1/health', headers: inside }]) {
          const answer = await raw(client, { ...each, headers: { ...each.headers, host } });
          assert.equal(answer.status, 403, `${each.path} of ${host}`);
        }
        assert.equal(await knock(client, '/api/v1/tunnels/tcp?port=1', { ...inside, host }), 403, host);
      }
      const host = 'evil.example:8900';
      const sent: readonly Sent[] = [
        { method: 'POST', path: '/sandboxes', body: { name: 'theirs' }, headers: json },
        { method: 'POST', path: '/platform/cli/login/start', body: {}, headers: json },
        { method: 'POST', path: '/api/v1/processes', body: { command: 'true' }, headers: inside },
        { method: 'OPTIONS', path: '/api/v1/health', headers: inside },
        { path: '/_emulator/state', headers: { authorization: `Bearer ${emulator.adminKey}` } },
        { path: '/cli/login' },
      ];
      // The origin of a page is the host it was loaded from, and a same-origin GET sends no `Origin`.
      const named: readonly Record<string, string>[] = [{ host }, { host, origin: `http://${host}` }];
      for (const each of sent) {
        for (const headers of named) {
          const answer = await raw(client, { ...each, headers: { ...each.headers, ...headers } });
          assert.equal(answer.status, 403, each.path);
          assert.match(answer.text, /--host/);
          assert.deepEqual(corsHeaders(answer), []);
        }
      }
      assert.deepEqual([emulator.requests().length, emulator.proxyRequests(), emulator.sandboxes()], before);
    }),
  );

  it(
    'is distinguished from those of this machine and its sandboxes',
    inBox(async box => {
      const { client, id } = box;
      const control = [
        '127.0.0.1',
        `127.0.0.1:${client.emulator.port}`,
        '127.8.9.10',
        '[::1]:1',
        'localhost',
        'LocalHost.:80',
        'host-1.localhost',
      ];
      for (const host of control) {
        assert.equal((await raw(client, { path: '/sandboxes', headers: { host } })).status, 200, host);
      }
      const sandbox = [
        `${id}.localhost`,
        `${id}.host-1.localhost:80`,
        `9501-${id}.localhost`,
        `${id}.local`,
        `${id.toUpperCase()}.LOCAL.:80`,
        `9501-${id}.local`,
        'box.local',
        '9501-box.local',
      ];
      for (const host of sandbox) {
        assert.equal((await raw(client, { path: '/api/v1/health', headers: { host } })).status, 200, host);
      }
      assert.notEqual((await raw(client, { headers: { host: 'a.b.c.localhost' } })).status, 403);
      // Anything in the form of an id is accepted, so that a terminated sandbox gets its own error.
      for (const host of [`${'0'.repeat(21)}.local`, `80-${'z'.repeat(21)}.local`]) {
        const answer = await raw(client, { path: '/api/v1/health', headers: { host } });
        assert.match(answer.text, /SANDBOX_NOT_FOUND|is not exposed/);
        assert.notEqual(answer.status, 403, host);
      }
      await client.expect(200, 'PATCH', '/sandboxes/box', { name: 'other' });
      const host = 'box.local';
      assert.equal((await raw(client, { path: '/api/v1/health', headers: { host } })).status, 403);
    }),
  );

  it(
    'may be the name of a sandbox of any project',
    withEmulator({ apiKeys: ['one', 'two'] }, async client => {
      await client.as('two').create({ name: 'theirs' });
      const answer = await raw(client, { path: '/api/v1/health', headers: { host: 'theirs.local' } });
      assert.equal(answer.status, 404);
    }),
  );

  it(
    'may be one from the options of the emulator, or any name below it',
    inBox(
      async box => {
        const { client } = box;
        for (const host of ['box.test', 'BOX.test:80', 'a.b.box.test', 'second.example']) {
          assert.equal((await raw(client, { path: '/sandboxes', headers: { host } })).status, 200, host);
          const path = '/api/v1/tunnels/tcp?port=x';
          const headers = { 'x-tensorlake-sandbox-id': box.id, host, origin: `https://${host}` };
          assert.equal(await knock(client, path, headers), 400, host);
        }
        const proxied = { path: '/api/v1/health', headers: { host: `${box.id}.sandbox.box.test` } };
        assert.equal((await raw(client, proxied)).status, 200);
        for (const host of ['evilbox.test', 'test', 'box.test.evil.example']) {
          assert.equal((await raw(client, { path: '/sandboxes', headers: { host } })).status, 403, host);
        }
      },
      { hosts: ['Box.test', 'second.example'] },
    ),
  );
});

describe('emulator: allowed origins', () => {
  const health = '/api/v1/health';
  const origin = 'http://app.example:3000';

  async function answersTo(box: Box, from: string): Promise<readonly unknown[]> {
    const headers = { 'x-tensorlake-sandbox-id': box.id, origin: from };
    const answer = await raw(box.client, { path: health, headers });
    const preflight = await browse(box.client, { method: 'OPTIONS', path: health, headers });
    const socket = await knock(box.client, '/api/v1/tunnels/tcp?port=x', headers);
    return [answer.status, answer.headers['access-control-allow-origin'], preflight.status, socket];
  }

  it(
    'are those in the options, and no others',
    inBox(
      async box => {
        assert.deepEqual(await answersTo(box, origin), [200, origin, 200, 400]);
        for (const other of [evil, 'http://app.example', 'https://app.example:3000', 'null']) {
          assert.deepEqual(await answersTo(box, other), [403, undefined, 403, 403], other);
        }
      },
      { corsOrigins: [origin] },
    ),
  );

  it(
    'are all with the option *',
    inBox(
      async box => {
        for (const any of [origin, evil]) assert.deepEqual(await answersTo(box, any), [200, any, 200, 400]);
      },
      { corsOrigins: ['*'] },
    ),
  );
});
