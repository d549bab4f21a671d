import { commands, l10n } from 'vscode';
import { UserError } from '../../text/kit/failureText';

/**
 * Runs a command of the editor that is no part of its API, so that another editor which runs the same extensions may lack
 * it.
 *
 * @returns false when this one does
 */
export async function tryEditorCommand(command: string, ...args: readonly unknown[]): Promise<boolean> {
  try {
    await commands.executeCommand(command, ...args);
    return true;
  } catch (error) {
    if ((await commands.getCommands(true)).includes(command)) throw error;
    return false;
  }
}

/**
 * Shows what the settings editor finds.
 *
 * @param name what to search for by hand where the editor does not do it
 * @throws UserError where it does not
 */
export async function showSettings(query: string, name: string): Promise<void> {
  if (!(await tryEditorCommand('workbench.action.openSettings', query)))
    throw new UserError(
      l10n.t('This editor opens its settings for no extension. Search them for "{0}".', name),
    );
}
