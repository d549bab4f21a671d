import assert from 'node:assert/strict';
import { env, workspace } from 'vscode';
import { DisposableStore } from '../../../src/core/kernel/disposable';
import { silentLogger } from '../../../src/core/kernel/logger';
import { SandboxStore } from '../../../src/core/list/store';
import type { KeptForward } from '../../../src/remote/ports/keptForwards';
import { restoreForwards } from '../../../src/remote/ports/restoreForwards';
import { offerEntry } from '../../../src/remote/ssh/offerEntry';
import { sandbox } from '../../support/sandboxBuilder';
import { answering } from '../support/answers';

const kept = (sandboxId: string, remotePort: number): KeptForward => ({
  endpoint: 'https://api.tensorlake.ai',
  sandboxId,
  remotePort,
  localPort: remotePort,
});

describe('forwards after a reload', () => {
  const settings = () => workspace.getConfiguration('tensorlake');
  const lifetime = new DisposableStore();
  after(async () => {
    lifetime.dispose();
    await settings().update('ports.restoreOnReload', undefined, true);
  });

  /** What is opened again with a setting, and what is left to be offered; the port 3000 of this machine is taken. */
  async function restored(setting: string) {
    await settings().update('ports.restoreOnReload', setting, true);
    const store = new SandboxStore();
    const rows = [sandbox({ id: 'runs', state: 'running' }), sandbox({ id: 'sleeps', state: 'suspended' })];
    store.applyListing(rows, 1, 1, 0);
    let left = [kept('runs', 8080), kept('runs', 3000), kept('sleeps', 5432)];
    const opened: unknown[] = [];
    const forwards = {
      left: () => left,
      forgetLeft: () => {
        left = [];
        return Promise.resolve();
      },
      onDidChangeLeft: () => ({ dispose: () => undefined }),
      open: (id: string, port: number, choice?: { readonly localPort?: number | undefined }) => {
        if (choice?.localPort === 3000) return Promise.reject(new Error('EADDRINUSE'));
        opened.push([id, port, choice?.localPort]);
        left = left.filter(each => each.sandboxId !== id || each.remotePort !== port);
        return Promise.resolve({ localPort: choice?.localPort ?? 40_000 });
      },
    };
    await restoreForwards({ store, lifetime, log: silentLogger }, forwards);
    return { opened, left: left.map(({ remotePort }) => remotePort) };
  }

  it('come back by themselves where that is asked for, at the same number if it is free', async () => {
    const { opened, left } = await restored('always');
    assert.deepEqual(opened, [
      ['runs', 8080, 8080],
      ['runs', 3000, undefined],
    ]);
    // Nothing resumes a suspended sandbox unasked.
    assert.deepEqual(left, [5432]);
  });

  it('are offered, or forgotten, with the other settings', async () => {
    assert.deepEqual(await restored('ask'), { opened: [], left: [8080, 3000, 5432] });
    assert.deepEqual(await restored('never'), { opened: [], left: [] });
  });
});

describe('an SSH configuration that cannot be changed', () => {
  const entry = { alias: 'tl-api', hostName: 'ssh.example', sandboxId: 'a1', identityFile: '~/.ssh/id' };

  it('is named, and its entry can be copied', async () => {
    await env.clipboard.writeText('');
    const asked = await answering(
      () => Promise.resolve('Copy Entry'),
      async () => await offerEntry(entry, { kind: 'managed', target: '/nix/store/x/config' }),
    );
    assert.match(asked[0] ?? '', /is managed by another program: it leads to \/nix\/store\/x\/config\.$/);
    const copied = await env.clipboard.readText();
    assert.match(copied, /^Host tl-api$/m);
    assert.match(copied, /ssh\.example/);
  });

  it('is not copied unasked', async () => {
    await env.clipboard.writeText('mine');
    const asked = await answering(
      () => Promise.resolve(undefined),
      async () => await offerEntry(entry, { kind: 'readOnly' }),
    );
    assert.match(asked[0] ?? '', /is read-only\.$/);
    assert.equal(await env.clipboard.readText(), 'mine');
  });
});
