import { l10n } from 'vscode';
import { isMember } from '../../core/kernel/formats/json';
import type { Row } from '../../core/list/rows';
import type { AppContext } from '../../app/appContext';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { createTerminal } from '../../host/editor/terminals';
import { UserError } from '../../text/kit/failureText';
import { askText } from '../../host/editor/dialogs/quickInput';
import { resolveReachable } from '../../app/reach';
import type { Terminals } from './terminals';

const question = (): string => l10n.t('Open a terminal in which sandbox?');
const failureTitle = (): string => l10n.t('Could not open a terminal');

/** Opens a terminal with a new shell in a sandbox. */
export function openTerminal(app: AppContext, terminals: Terminals): CommandHandler {
  return {
    failureTitle,
    run: async (...args) => {
      const row = await resolveReachable(app, args, question);
      if (row) await openTerminalIn(terminals, row);
    },
  };
}

/**
 * Opens a terminal with a new shell.
 *
 * @param path absolute; the home folder by default
 * @throws UserError when there is no such folder; ApiError as calls do
 */
async function openTerminalIn(terminals: Terminals, row: Row, path?: string): Promise<void> {
  const options = await terminals.start(row, path);
  if (options) createTerminal(options).show();
}

/** Opens a terminal in a folder that the user enters. */
export function openTerminalInFolder(app: AppContext, terminals: Terminals): CommandHandler {
  return {
    failureTitle,
    run: async (...args) => {
      const [target] = args;
      if (isMember(target, 'sandboxId') && isMember(target, 'path')) {
        if (typeof target.sandboxId !== 'string' || typeof target.path !== 'string') return;
        const row = app.store.current.rows.get(target.sandboxId);
        if (!row) throw new UserError(l10n.t('The sandbox is not in the list any more.'));
        await openTerminalIn(terminals, row, target.path);
        return;
      }
      const row = await resolveReachable(app, args, question);
      const answer = row && (await askFolder());
      if (row && answer !== undefined) await openTerminalIn(terminals, row, answer);
    },
  };
}

async function askFolder(): Promise<string | undefined> {
  const answer = await askText({
    title: l10n.t('Open Terminal in Folder'),
    prompt: l10n.t('Absolute path of a folder in the sandbox'),
    value: '/home/tl-user',
    validate: text =>
      text.startsWith('/') ? undefined : l10n.t('The path has to be absolute: it begins with /.'),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}
