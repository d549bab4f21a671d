import assert from 'node:assert/strict';
import { LoopbackServer } from '../../../support/servers/loopbackServer';
import { startRawWebSocket } from '../../../support/servers/rawWebSocket';
import { never } from '../http/fakeTransport';
import { box, clientOf, refused, transportOf } from '../http/box';

describe('credentials for the sandbox proxy', () => {
  const asPerson = box({}, ({ pat = '', organizationId, projectId }) => () => ({
    token: pat,
    organizationId,
    projectId,
  }));

  it('may be a personal access token with its organization and project', async () => {
    const { client } = asPerson();
    assert.equal(await client.health(never), true);
    const ticket = await client.terminals.create({ command: 'cat' }, never);
    const nothing = { output: () => undefined, ended: () => undefined };
    (await client.terminals.attach(ticket, nothing, never)).dispose();
    await client.terminals.kill(ticket.sessionId, never);
  });

  it('are sent in headers only, and project ids only with a token', async () => {
    const transport = transportOf();
    const server = await LoopbackServer.start((_seen, response) =>
      response.writeHead(401).end('{"error":"no tl_apiKey_secret for tl_pat_1234"}'),
    );
    const sockets = await startRawWebSocket(() => undefined);
    try {
      const credential = () => ({ token: 'tl_pat_1234', organizationId: 'org', projectId: 'proj' });
      const error = await refused(
        'unauthenticated',
        clientOf(transport, server.origin, { credential }).files.read('/x', never),
      );
      assert.doesNotMatch(error.message, /secret|1234/);
      const [seen] = server.seen;
      assert.equal(seen?.headers.authorization, 'Bearer tl_pat_1234');
      assert.equal(seen.headers['x-forwarded-organization-id'], 'org');
      assert.equal(seen.headers['x-forwarded-project-id'], 'proj');
      assert.equal(seen.headers.accept, 'application/octet-stream');
      assert.equal(seen.url, '/api/v1/files?path=%2Fx');
      (await clientOf(transport, sockets.origin).tunnel(80, never)).destroy();
      const [upgrade] = sockets.seen;
      assert.equal(upgrade?.url, '/api/v1/tunnels/tcp?port=80');
      assert.equal(upgrade.headers.authorization, 'Bearer tl_apiKey_hostile');
      assert.equal(upgrade.headers['x-forwarded-project-id'], undefined);
    } finally {
      transport.dispose();
      await server.stop();
      await sockets.stop();
    }
  });
});

describe('the daemon of a sandbox', () => {
  const the = box();

  it('reports its health and information', async () => {
    const { client } = the();
    assert.equal(await client.health(never), true);
    const { version, uptimeSecs, totalProcesses } = await client.info(never);
    assert.deepEqual([version, typeof uptimeSecs, totalProcesses], ['0.1.0', 'number', 0]);
  });
});

describe('the daemon of a sandbox that has just booted', () => {
  const the = box({ dataPlane: { readyAfterBootMs: 300 } });

  it('is called again until it listens, with any method', async () => {
    const { processes } = the().client;
    assert.equal((await processes.start({ command: 'true' }, never)).command, 'true');
  });
});
