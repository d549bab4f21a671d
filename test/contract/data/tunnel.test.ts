import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Sandbox } from 'tensorlake';
import { z } from 'zod';
import { contract } from '../support';

/** A service in the sandbox: sandboxes of the emulator share the network of the machine. */
async function service(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((request, response) => {
    if (request.method === 'POST') request.pipe(response);
    else response.end(`${request.method ?? ''} ${request.url ?? ''}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: z.object({ port: z.number() }).parse(server.address()).port };
}

async function fetchText(url: string): Promise<string> {
  const request = get(url, { agent: false });
  const [response] = z.tuple([z.custom<IncomingMessage>()]).parse(await once(request, 'response'));
  return text(response);
}

describe('SDK contract: tunnels', () => {
  const sdk = contract();
  let box: Sandbox;
  let server: Server;
  let port: number;

  before(async () => {
    box = await sdk().create();
    ({ server, port } = await service());
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it('carry HTTP, several connections at once', async () => {
    const tunnel = await box.createTunnel(port, { localPort: 0 });
    try {
      assert.equal(tunnel.remotePort, port);
      const { host, port: local } = tunnel.address();
      assert.equal(host, '127.0.0.1');
      const paths = Array.from({ length: 10 }, (_, index) => `/path/${index}?q=ä`);
      const answers = await Promise.all(
        paths.map(path => fetchText(`http://${host}:${local}${encodeURI(path)}`)),
      );
      assert.deepEqual(
        answers,
        paths.map(path => `GET ${encodeURI(path)}`),
      );
    } finally {
      await tunnel.close();
    }
  });

  it('carry megabytes both ways', async () => {
    const tunnel = await box.createTunnel(port, { localPort: 0 });
    try {
      const body = Buffer.alloc(3_000_000, 'tunnel ');
      const response = await fetch(`http://127.0.0.1:${tunnel.localPort}/`, {
        method: 'POST',
        body,
        headers: { connection: 'close' },
      });
      assert.ok(Buffer.from(await response.arrayBuffer()).equals(body));
    } finally {
      await tunnel.close();
    }
  });

  it('take nobody any more when they are closed', async () => {
    const tunnel = await box.createTunnel(port, { localPort: 0 });
    await tunnel.close();
    await assert.rejects(fetchText(`http://127.0.0.1:${tunnel.localPort}/`), /ECONNREFUSED/);
  });
});
