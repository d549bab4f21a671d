import { commands, l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { MadeSandbox } from '../../app/features';
import { inBackground } from '../../core/kernel/unexpected';
import { reportFailure } from '../../host/editor/dialogs/messages';
import { readSetting } from '../../host/editor/settings';
import { commandIds } from '../../manifest';
import type { RemoteServices } from '../services';
import { SetUp } from './setUp';
import { untilRunning } from './untilRunning';

/**
 * Sets sandboxes up that were just made, and opens what is to follow, for the first of them. A terminal comes after the
 * set-up, so that its shell starts with what that wrote.
 */
export async function followCreation(
  app: AppContext,
  services: Pick<RemoteServices, 'files' | 'runs'>,
  made: readonly MadeSandbox[],
): Promise<void> {
  const [first] = made;
  if (!first) return;
  const then = readSetting('tensorlake.create.then');
  const run = (command: string): void => void commands.executeCommand(command);
  const connection = await app.connections.require();
  if (then === 'details') inBackground(commands.executeCommand(commandIds.showDetails, first.id));
  const bare = made.filter(({ isRestored }) => !isRestored).map(({ id }) => id);
  const unreached = await new SetUp(app, services, connection).run(bare);
  // Why it cannot be reached has been said.
  if (then !== 'terminal' || unreached.has(first.id)) return;
  try {
    await untilRunning(app, connection, first.id, connection.signal);
    await commands.executeCommand(commandIds.openTerminal, first.id);
  } catch (error) {
    await reportFailure(l10n.t('Could not open a terminal'), error, run);
  }
}
