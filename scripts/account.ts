import { startEmulator } from '../emulator/server';
import { onShutdown } from '../test/support/editorHost/run/shutdown';

/** The account that the editor is signed in to. */
export interface Account {
  /** The address for the settings; undefined for the cloud. */
  readonly apiUrl: string | undefined;
  readonly apiKey: string;
  /** Says in one line where the sandboxes are. */
  readonly description: string;
  stop(): Promise<void>;
}

/** Starts an emulator on any free port, with sandboxes in different states. */
export async function emulatorAccount(sandboxes: number): Promise<Account> {
  const emulator = await startEmulator({ port: 0, sandboxes });
  const { url, apiKey } = emulator;
  const forget = onShutdown(() => emulator.stop());
  const stop = async (): Promise<void> => {
    forget();
    await emulator.stop();
  };
  const description = `Tensorlake emulator on ${url}, ${sandboxes} sandboxes; its key for this run is ${apiKey}`;
  return { apiUrl: url, apiKey, description, stop };
}

/**
 * The developer's own account in the cloud.
 *
 * @throws when there is no key in the environment
 */
export function cloudAccount(): Account {
  const apiKey = process.env['TENSORLAKE_API_KEY'] ?? '';
  if (apiKey === '')
    throw new Error('--cloud needs an API key in the environment variable TENSORLAKE_API_KEY');
  return {
    apiUrl: undefined,
    apiKey,
    description: 'Tensorlake cloud, with the key in TENSORLAKE_API_KEY',
    stop: () => Promise.resolve(),
  };
}

/** User settings that sign the extension in with the key in the editor's environment. */
export function accountSettings(account: Account): Record<string, unknown> {
  return {
    'tensorlake.useEnvironmentKey': true,
    ...(account.apiUrl === undefined ? {} : { 'tensorlake.apiUrl': account.apiUrl }),
  };
}

/** The environment of the editor that {@link accountSettings} needs. */
export function accountEnvironment(account: Account): Record<string, string> {
  return { TENSORLAKE_API_KEY: account.apiKey };
}
