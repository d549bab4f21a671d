import assert from 'node:assert/strict';
import { commands, workspace } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { LoopbackServer, startProxy, type ConnectProxy } from '../../support/servers/loopbackServer';
import { startSocksProxy, type SocksProxy } from '../../support/servers/socksProxy';
import { soon, waitFor } from '../../support/waitFor';
import { apiKey } from '../support/emulatorClient';
import { signIn, signOut } from '../support/session';

/** A name in the test certificate that only the proxy can resolve. */
const apiHost = 'proxy.test';

async function setHttp(key: 'proxy' | 'noProxy' | 'proxyAuthorization', value: unknown): Promise<void> {
  await workspace.getConfiguration('http').update(key, value, true);
}

/** The private certificate authority of the fixtures is trusted through NODE_EXTRA_CA_CERTS, which the runner sets. */
describe('behind a proxy, with a private certificate authority', () => {
  let server: LoopbackServer;
  let proxy: ConnectProxy;

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
    await setHttp('proxyAuthorization', undefined);
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
    // The extension is told of the setting a moment after it was stored.
    await soon(async () => {
      const before = { tunnels: proxy.tunnels.length, seen: server.seen.length };
      await commands.executeCommand(commandIds.refresh);
      assert.deepEqual({ tunnels: proxy.tunnels.length, seen: server.seen.length }, before);
    });
  });

  it('shows the proxy the value that is set for it, and nobody else', async () => {
    await setHttp('noProxy', undefined);
    const before = server.seen.length;
    await setHttp('proxyAuthorization', 'Negotiate for-the-proxy');
    await commands.executeCommand(commandIds.refresh);
    assert.equal(proxy.tunnels.at(-1)?.authorization, 'Negotiate for-the-proxy');
    assert.ok(server.seen.length > before);
    assert.equal(JSON.stringify(server.seen).includes('for-the-proxy'), false);
  });
});

describe('behind a SOCKS5 proxy, with a private certificate authority', () => {
  let server: LoopbackServer;
  let proxy: SocksProxy;
  const warnings: string[] = [];
  const onWarning = (warning: Error): void => void warnings.push(`${warning.name}: ${warning.message}`);

  before(async () => {
    process.on('warning', onWarning);
    server = await LoopbackServer.start((_seen, response) => response.end('{"sandboxes":[]}'), { tls: true });
    proxy = await startSocksProxy({ target: server.port, credentials: 'me:s0cks' });
    await signOut();
    await setHttp('proxy', proxy.origin.replace('//', '//me:s0cks@'));
    const settings = workspace.getConfiguration('tensorlake');
    await settings.update('apiUrl', `https://${apiHost}`, true);
    await settings.update('useEnvironmentKey', true, true);
  });
  after(async () => {
    process.off('warning', onWarning);
    await setHttp('proxy', undefined);
    await signOut();
    await signIn();
    await proxy.stop();
    await server.stop();
  });

  it('reaches the API through it, and leaves the name of the server to it', async () => {
    const first = await waitFor('a listing through the proxy', () => server.seen[0]);
    assert.deepEqual(proxy.asked[0], { target: `${apiHost}:443`, credentials: 'me:s0cks' });
    assert.equal(first.headers.authorization, `Bearer ${apiKey}`);
    await commands.executeCommand(commandIds.refresh);
    assert.ok(server.seen.length > 1);
  });

  it('does not warn of what is experimental in it', () => {
    assert.deepEqual(
      warnings.filter(warning => /SOCKS/i.test(warning)),
      [],
    );
  });
});
