import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, request, type IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { inBox, members, type Box } from './harness';

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return z.object({ port: z.number() }).parse(server.address()).port;
}

const tunnel = (port: number | string): string => `/api/v1/tunnels/tcp?port=${port}`;

describe('data plane: tunnels', () => {
  it(
    'carry bytes both ways to a real server, and end when it does',
    inBox(async box => {
      const server = createServer(socket => {
        socket.once('data', () => undefined);
        socket.pipe(socket);
      });
      const port = await listening(server);
      const socket = await box.opened(tunnel(port));
      const sent = randomBytes(3_000_000);
      const received: Buffer[] = [];
      let bytes = 0;
      const all = new Promise<void>(resolve => {
        socket.on('message', (data: Buffer, isBinary) => {
          assert.ok(isBinary);
          received.push(data);
          bytes += data.length;
          if (bytes === sent.length) resolve();
        });
      });
      for (let at = 0; at < sent.length; at += 16_384) socket.send(sent.subarray(at, at + 16_384));
      await all;
      assert.ok(Buffer.concat(received).equals(sent));
      const connections = once(server, 'close');
      socket.close();
      server.close();
      await connections;
    }),
  );

  it(
    'close when the server does',
    inBox(async box => {
      const server = createServer(socket => socket.resume().end('bye'));
      const socket = box.socket(tunnel(await listening(server)));
      const message = once(socket, 'message');
      const closed = once(socket, 'close');
      assert.equal(String((await message)[0]), 'bye');
      assert.equal((await closed)[0], 1000);
      server.close();
    }),
  );

  it(
    'refuse invalid ports, ports without a listener, unknown keys and text frames',
    inBox(async box => {
      const server = createServer(socket => socket.on('error', () => undefined).resume());
      const port = await listening(server);
      for (const bad of ['0', '70000', 'http', '']) {
        assert.equal((await box.refusedSocket(tunnel(bad)))[0], 400);
      }
      assert.equal((await box.refusedSocket('/api/v1/tunnels/tcp'))[0], 400);
      assert.equal((await box.refusedSocket(tunnel(port), { authorization: '' }))[0], 401);
      const socket = await box.opened(tunnel(port));
      socket.send('text');
      assert.equal((await once(socket, 'close'))[0], 1003);
      server.close();
      await once(server, 'close');
      assert.deepEqual(await box.refusedSocket(tunnel(port)), [502, 'CONNECTION_REFUSED']);
    }),
  );
});

/** Sends a request to a port of the sandbox by host name. */
async function ask(box: Box, port: number, name: string, headers: Record<string, string> = {}, path = '/') {
  const sent = request({
    host: '127.0.0.1',
    port: box.client.emulator.port,
    method: 'POST',
    path,
    headers: { host: `${port}-${name}.localhost:${box.client.emulator.port}`, ...headers },
  }).end('ping');
  const response = await new Promise<IncomingMessage>(resolve => sent.once('response', resolve));
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('data plane: exposed ports', () => {
  const echo = () =>
    createHttpServer((incoming, outgoing) => {
      void text(incoming).then(body => {
        outgoing.writeHead(201, 'Made', { 'x-twice': ['a', 'b'] });
        outgoing.end(
          JSON.stringify({ url: incoming.url, body, token: incoming.headers.authorization ?? null }),
        );
      });
    });

  it(
    'require an exposed port, and a token unless access is public',
    inBox(async box => {
      const { client } = box;
      const server = echo();
      const port = await listening(server);
      const bearer = { authorization: `Bearer ${box.token}` };
      assert.equal((await ask(box, port, box.id, bearer)).status, 403);
      await client.expect(200, 'PATCH', `/sandboxes/${box.id}`, { exposed_ports: [port] });

      assert.equal((await ask(box, port, box.id)).status, 401);
      const answer = await ask(box, port, 'box', bearer, '/a%20b?c=d&c=%2F');
      assert.equal(answer.status, 201);
      assert.equal(answer.headers['x-twice'], 'a, b');
      assert.deepEqual(JSON.parse(answer.body), { url: '/a%20b?c=d&c=%2F', body: 'ping', token: null });

      await client.expect(200, 'PATCH', `/sandboxes/${box.id}`, { allow_unauthenticated_access: true });
      assert.equal((await ask(box, port, box.id)).status, 201);
      const own = await ask(box, port, box.id, { authorization: 'Basic b3du' });
      assert.equal(members(JSON.parse(own.body))['token'], 'Basic b3du');
      assert.equal((await ask(box, port, 'box')).status, 401);
      assert.equal((await ask(box, port + 1, box.id)).status, 403);
      assert.equal((await ask(box, 9501, box.id, {}, '/api/v1/health')).status, 401);

      server.close();
      server.closeAllConnections();
      const refused = await ask(box, port, box.id);
      assert.equal(refused.status, 502);
      assert.equal(members(JSON.parse(refused.body))['code'], 'CONNECTION_REFUSED');
    }),
  );

  it(
    'answer for ports that are not exposed as the switch says',
    inBox(
      async box => {
        assert.equal((await ask(box, 3000, box.id, { authorization: `Bearer ${box.token}` })).status, 404);
      },
      { dialect: { unexposedPort: '404' } },
    ),
  );

  it(
    'carry WebSockets',
    inBox(async box => {
      const server = createHttpServer();
      const sockets = new WebSocketServer({ server });
      sockets.on('connection', (socket, incoming) => {
        socket.send(`hello ${incoming.url ?? ''}`);
        socket.on('message', data => socket.send(data));
      });
      const port = await listening(server);
      await box.client.expect(200, 'PATCH', `/sandboxes/${box.id}`, { exposed_ports: [port] });
      const client = new WebSocket(`ws://127.0.0.1:${box.client.emulator.port}/live?x=1`, {
        headers: { host: `${port}-box.localhost`, authorization: `Bearer ${box.token}` },
      });
      assert.equal(String((await once(client, 'message'))[0]), 'hello /live?x=1');
      client.send('ping');
      assert.equal(String((await once(client, 'message'))[0]), 'ping');
      client.close();
      await once(client, 'close');
      server.close();
    }),
  );
});
