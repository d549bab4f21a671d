import assert from 'node:assert/strict';
import { LoopbackServer } from '../../../../support/servers/loopbackServer';
import { clientOf, refused, text, transportOf } from '../box';
import { clientWith, FakeTransport, never } from '../fakeTransport';

const page = '<html><title>Sign in to the network</title></html>';

/** No sandbox answers with a web page (API reference section 3); what stands in between may, even with a success status. */
describe('a web page instead of the answer of a sandbox', () => {
  const transport = transportOf();
  let server: LoopbackServer;

  before(async () => {
    server = await LoopbackServer.start((seen, response) => {
      if (seen.url.includes('moved')) response.writeHead(307, { location: '/elsewhere' }).end();
      else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    });
  });
  after(async () => {
    transport.dispose();
    await server.stop();
  });

  it('is not the content of a file', async () => {
    const { files } = clientOf(transport, server.origin);
    assert.equal((await refused('schema', files.read('/file', never))).code, 'WEB_PAGE');
  });

  it('does not prove that a file was written or deleted, or a process signalled', async () => {
    const { files, processes } = clientOf(transport, server.origin);
    await refused('schema', files.write('/file', Buffer.from('x'), never));
    await refused('schema', files.delete('/file', never));
    await refused('schema', processes.signal(1, 15, never));
    await refused('schema', processes.kill(1, never));
  });

  it('may be a file that lies elsewhere', async () => {
    const { files } = clientOf(transport, server.origin);
    assert.equal(text(await files.read('/moved', never)), page);
  });

  it('is left to whoever changes something by the control plane, whose state then tells', async () => {
    const client = clientWith(new FakeTransport({ headers: { 'content-type': 'text/html' }, text: page }));
    const call = { method: 'POST', path: '/x', signal: never, isIdempotent: true } as const;
    assert.equal((await client.send(call)).text, page);
  });
});
