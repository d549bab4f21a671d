import { commands, extensions, workspace } from 'vscode';
import { waitFor } from '../../support/waitFor';
import { apiUrl, emulator } from './emulatorClient';

const extensionId = 'tensorlake-sandboxes.tensorlake-sandboxes';

/** Activates the extension under test. */
export async function activated(): Promise<void> {
  const extension = extensions.getExtension(extensionId);
  if (!extension) throw new Error(`${extensionId} is not loaded`);
  await extension.activate();
}

/** Signs in with the key of the environment, to the emulator or to a proxy in front of it. */
export async function signIn(url = apiUrl): Promise<void> {
  const settings = workspace.getConfiguration('tensorlake');
  const before = (await emulator.counters()).routes['GET /sandboxes'] ?? 0;
  if (settings.get('apiUrl') !== url) await settings.update('apiUrl', url, true);
  if (settings.get('useEnvironmentKey') !== true) await settings.update('useEnvironmentKey', true, true);
  else await commands.executeCommand('tensorlake.sandboxes.refresh');
  await waitFor(
    'the first listing',
    async () => ((await emulator.counters()).routes['GET /sandboxes'] ?? 0) > before,
  );
}

export async function signOut(): Promise<void> {
  await workspace.getConfiguration('tensorlake').update('useEnvironmentKey', false, true);
}
