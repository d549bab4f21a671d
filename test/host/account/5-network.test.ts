import assert from 'node:assert/strict';
import { commands, workspace } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { LoopbackServer, startProxy, type ConnectProxy } from '../../support/loopbackServer';
import { waitFor } from '../../support/waitFor';
import { apiKey } from '../support/emulatorClient';
import { signIn, signOut } from '../support/session';

/** A name in the test certificate that only the proxy can resolve. */
const apiHost = 'proxy.test';

/** The private certificate authority of the fixtures is trusted through NODE_EXTRA_CA_CERTS, which the runner sets. */
describe('behind a proxy, with a private certificate authority', () => {
  let server: LoopbackServer;
  let proxy: ConnectProxy;

  async function setHttp(key: 'proxy' | 'noProxy', value: unknown): Promise<void> {
    await workspace.getConfiguration('http').update(key, value, true);
  }

  before(async () => {
    server = await LoopbackServer.start((_seen, response) => response.end('{"sandboxes":[]}'), { tls: true });
    proxy = await startProxy({ target: server.port });
    await signOut();
    await setHttp('proxy', proxy.origin);
    const settings = workspace.getConfiguration('tensorlake');
    await settings.update('apiUrl', `https://${apiHost}`, true);
    await settings.update('useEnvironmentKey', true, true);
  });
  after(async () => {
    await setHttp('proxy', undefined);
    await setHttp('noProxy', undefined);
    await signOut();
    await signIn();
    await proxy.stop();
    await server.stop();
  });

  it('reaches the API through the proxy, over TLS it trusts, with the key in the header alone', async () => {
    const first = await waitFor('a listing through the proxy', () => server.seen[0]);
    assert.deepEqual(
      proxy.tunnels.map(({ target }) => target).filter(target => target !== `${apiHost}:443`),
      [],
    );
    assert.equal(first.headers.authorization, `Bearer ${apiKey}`);
    assert.equal(first.url.includes(apiKey), false);
    assert.equal(JSON.stringify(proxy.tunnels).includes(apiKey), false);
  });

  it('goes round the proxy for hosts it is told to', async () => {
    await setHttp('noProxy', [apiHost]);
    const before = { tunnels: proxy.tunnels.length, seen: server.seen.length };
    await commands.executeCommand(commandIds.refresh);
    assert.deepEqual({ tunnels: proxy.tunnels.length, seen: server.seen.length }, before);
  });
});
