import { commands, l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { Creation } from '../../app/features';
import { inBackground } from '../../core/kernel/unexpected';
import { inform, reportFailure } from '../../host/editor/dialogs/messages';
import { readSetting } from '../../host/editor/settings';
import { commandIds } from '../../manifest';
import type { RemoteServices } from '../services';
import { SetUp } from './setUp';
import { untilRunning } from './untilRunning';

/**
 * Sets sandboxes up that were just made, and opens what is to follow, for the first of them. A terminal comes after the
 * set-up, so that its shell starts with what that wrote. Nothing is done in what the service did not name as made here.
 */
export async function followCreation(
  app: AppContext,
  services: Pick<RemoteServices, 'files' | 'runs'>,
  { connection, made, isLater = false }: Creation,
): Promise<void> {
  if (app.connections.current !== connection) return;
  for (const { id, known } of made) if (known === 'list') inform(leftText(services.files.nameOf(id)));
  const [first, ...others] = made.filter(({ known }) => known === 'answer');
  if (!first) return;
  const then = isLater ? 'nothing' : readSetting('tensorlake.create.then');
  const run = (command: string): void => void commands.executeCommand(command);
  if (then === 'details') inBackground(commands.executeCommand(commandIds.showDetails, first.id));
  const bare = [first, ...others].filter(({ isRestored }) => !isRestored).map(({ id }) => id);
  const isReached = await new Promise<boolean>(resolve => {
    const ended = new SetUp(app, services, connection).run(bare, (id, isReached) => {
      if (id === first.id) resolve(isReached);
    });
    inBackground(ended.then(() => resolve(true)));
  });
  // Why it cannot be reached has been said, or is what the user wanted.
  if (then !== 'terminal' || !isReached) return;
  try {
    await untilRunning(app, connection, first.id, connection.signal);
    await commands.executeCommand(commandIds.openTerminal, first.id);
  } catch (error) {
    await reportFailure(l10n.t('Could not open a terminal'), error, run);
  }
}

function leftText(name: string): string {
  return l10n.t(
    '{0} was found in the list after the answer to its creation was lost. It may have been made elsewhere, so it was neither set up nor opened.',
    name,
  );
}
