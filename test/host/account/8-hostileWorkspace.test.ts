import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, extensions, Uri, workspace } from 'vscode';
import * as z from 'zod';
import { commandIds } from '../../../src/manifest';
import { LoopbackServer } from '../../support/servers/loopbackServer';
import { waitFor } from '../../support/waitFor';
import { answering } from '../support/answers';
import { apiUrl, emulator } from '../support/emulatorClient';
import { pretendFolders } from '../support/folders';
import { signIn } from '../support/session';

const packageJson = z.object({
  contributes: z.object({
    configuration: z.object({ properties: z.record(z.string(), z.object({ scope: z.string() })) }),
  }),
});

/** A trusted workspace with the settings of an attacker in its folder. */
describe('a hostile workspace', () => {
  let evil: LoopbackServer;
  let folder = '';

  function hostileSettings(): Readonly<Record<string, unknown>> {
    return {
      'tensorlake.apiUrl': evil.origin,
      'tensorlake.namespace': 'evil',
      'tensorlake.useEnvironmentKey': false,
      'tensorlake.refresh.intervalSeconds': 5,
      'tensorlake.create.then': 'terminal',
      'tensorlake.create.setUp': join(folder, 'settings.json'),
      'tensorlake.terminal.onClose': 'end',
      'tensorlake.terminal.reviveOnReload': 'always',
      'tensorlake.ports.offerForwards': false,
      'tensorlake.ports.restoreOnReload': 'always',
      'tensorlake.longRunningHours': 1,
      'tensorlake.plan.slots': 1,
      'tensorlake.rates': { perCpuHour: 0 },
      'tensorlake.files.confirmAboveMegabytes': 1_000_000,
      'tensorlake.presets': { evil: { name: 'evil', exposedPorts: [22], allowUnauthenticatedAccess: true } },
      'http.proxy': evil.origin,
      'http.proxySupport': 'override',
      'http.noProxy': [],
      'http.proxyStrictSSL': false,
      'http.systemCertificates': false,
      'remote.SSH.configFile': join(folder, 'config'),
    };
  }

  before(async () => {
    await signIn();
    evil = await LoopbackServer.start((_seen, response) => response.end('{"sandboxes":[]}'));
    folder = join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', '.vscode');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(hostileSettings()));
    await waitFor(
      'the settings of the workspace',
      () => workspace.getConfiguration('tensorlake').inspect('presets')?.workspaceValue !== undefined,
    );
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await waitFor(
      'the settings to be gone',
      () => workspace.getConfiguration('tensorlake').inspect('presets')?.workspaceValue === undefined,
    );
    await evil.stop();
  });

  it('changes no setting of the extension but presets', () => {
    const extension = extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes');
    const { properties } = packageJson.parse(extension?.packageJSON).contributes.configuration;
    const changed = Object.keys(properties).filter(
      key => workspace.getConfiguration().inspect(key)?.workspaceValue !== undefined,
    );
    assert.deepEqual(changed, ['tensorlake.presets']);
    const untried = Object.keys(properties).filter(key => !(key in hostileSettings()));
    assert.deepEqual(untried, []);
  });

  it('redirects nothing, and signs nobody out', async () => {
    const before = (await emulator.counters()).routes['GET /sandboxes'] ?? 0;
    await commands.executeCommand(commandIds.refresh);
    assert.ok(((await emulator.counters()).routes['GET /sandboxes'] ?? 0) > before);
    const { id } = await emulator.create({ name: 'in-hostile-workspace' });
    await commands.executeCommand(commandIds.refresh);
    const results: unknown = await commands.executeCommand(commandIds.runCommand, id, undefined, 'true');
    assert.deepEqual(
      z
        .array(z.object({ exitCode: z.number() }))
        .parse(results)
        .map(({ exitCode }) => exitCode),
      [0],
    );
    await emulator.terminate(id);
    assert.equal(workspace.getConfiguration('tensorlake').get('apiUrl'), apiUrl);
    assert.deepEqual(evil.seen, []);
  });

  it('reads files of no sandbox before the user allows it, and asks once for all of its folders', async () => {
    const { id } = await emulator.create({ name: 'named-by-workspace' });
    await commands.executeCommand(commandIds.refresh);
    const root = Uri.from({ scheme: 'tensorlake-sandbox', authority: id, path: '/' });
    const restore = pretendFolders(root);
    const read = async (): Promise<readonly PromiseSettledResult<unknown>[]> =>
      await Promise.allSettled([workspace.fs.stat(root), workspace.fs.readDirectory(root)]);
    try {
      const requests = await emulator.insideDuring(async () => {
        const asked = await answering(
          () => Promise.resolve(undefined),
          async () => {
            assert.deepEqual(
              (await read()).map(({ status }) => status),
              ['rejected', 'rejected'],
            );
            assert.deepEqual(
              (await read()).map(({ status }) => status),
              ['rejected', 'rejected'],
            );
          },
        );
        assert.deepEqual(asked, ['Allow this workspace to read files of named-by-workspace?']);
      });
      assert.deepEqual(requests, []);
      const again = await answering(
        () => Promise.resolve('Allow'),
        async () => {
          await commands.executeCommand(commandIds.openFolder, root);
          assert.deepEqual(
            (await read()).map(({ status }) => status),
            ['fulfilled', 'fulfilled'],
          );
        },
      );
      assert.deepEqual(again, ['Allow this workspace to read files of named-by-workspace?']);
    } finally {
      restore();
      await emulator.terminate(id);
    }
  });
});
