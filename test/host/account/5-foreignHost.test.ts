import assert from 'node:assert/strict';
import { commands, Uri, workspace } from 'vscode';
import { commandIds, fileScheme } from '../../../src/manifest';
import { LoopbackServer, startProxy, type ConnectProxy } from '../../support/servers/loopbackServer';
import { waitFor } from '../../support/waitFor';
import { answering } from '../support/answers';
import { signIn, signOut } from '../support/session';

/** A name in the test certificate that only the proxy can resolve. */
const apiHost = 'proxy.test';

/** Where the service says that its sandboxes are. */
const addresses: Readonly<Record<string, string>> = {
  foreign: 'https://foreign.sandbox.other.test',
  alike: `https://alike.${apiHost}.other.test`,
  linkLocal: 'https://169.254.169.254',
  login: `https://${apiHost}:x@login.other.test`,
};

const wireOf = (id: string): object => ({
  id,
  name: id,
  status: 'running',
  sandbox_url: addresses[id],
  created_at: 1_700_000_000_000_000,
  timeout_secs: 3600,
  resources: { cpus: 1, memory_mb: 1024 },
});

describe('a service that names other hosts for its sandboxes', () => {
  let server: LoopbackServer;
  let proxy: ConnectProxy;

  /** Hosts besides the API's that something tried to reach. */
  const reached = (): readonly string[] => [
    ...new Set(proxy.tunnels.map(({ target }) => target).filter(target => target !== `${apiHost}:443`)),
  ];

  async function openTerminal(id: string, answer?: string): Promise<readonly string[]> {
    return await answering(
      () => Promise.resolve(answer),
      () => commands.executeCommand(commandIds.openTerminal, id),
    );
  }

  before(async () => {
    server = await LoopbackServer.start(
      ({ url }, response) => {
        const id = /\/sandboxes\/(\w+)/.exec(url)?.[1];
        response.end(
          JSON.stringify(id === undefined ? { sandboxes: Object.keys(addresses).map(wireOf) } : wireOf(id)),
        );
      },
      { tls: true },
    );
    proxy = await startProxy({ target: server.port });
    await signOut();
    await workspace.getConfiguration('http').update('proxy', proxy.origin, true);
    await workspace.getConfiguration('http').update('noProxy', undefined, true);
    const settings = workspace.getConfiguration('tensorlake');
    await settings.update('apiUrl', `https://${apiHost}`, true);
    await settings.update('useEnvironmentKey', true, true);
    await waitFor('a listing', () => server.seen.some(({ url }) => url.startsWith('/sandboxes')));
    await commands.executeCommand(commandIds.refresh);
  });
  after(async () => {
    await workspace.getConfiguration('http').update('proxy', undefined, true);
    await signOut();
    await signIn();
    await proxy.stop();
    await server.stop();
  });

  it('is not asked about, and not believed, by what goes on by itself', async () => {
    const asked = await answering(
      () => Promise.resolve('Allow'),
      async () => {
        const uri = Uri.from({ scheme: fileScheme, authority: 'foreign', path: '/etc/hostname' });
        await assert.rejects(Promise.resolve(workspace.fs.stat(uri)));
      },
    );
    assert.deepEqual([asked, reached()], [[], []]);
  });

  it('makes the user decide once, by name, before the key goes there', async () => {
    const question = 'Send the API key to sandbox.other.test?';
    assert.deepEqual(await openTerminal('foreign'), [question]);
    assert.deepEqual(reached(), []);
    const [asked, ...others] = await openTerminal('foreign', 'Allow');
    assert.equal(asked, question);
    assert.deepEqual(reached(), ['foreign.sandbox.other.test:443']);
    // The host has no certificate of its own, which is all that is said from now on.
    assert.deepEqual(await openTerminal('foreign'), others);
  });

  it('is refused, without a question, where the host only looks like its own or leads back', async () => {
    const before = reached();
    for (const id of ['alike', 'linkLocal', 'login']) {
      const told = await openTerminal(id, 'Allow');
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /that the key must not be sent to/);
    }
    assert.deepEqual(reached(), before);
  });
});
