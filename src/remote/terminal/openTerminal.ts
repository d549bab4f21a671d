import { l10n, window } from 'vscode';
import { isMember } from '../../commands/targets';
import type { CommandContext } from '../../commands/commandContext';
import type { CommandHandler } from '../../host/commandRegistry';
import { UserError } from '../../host/messages';
import { askText } from '../../host/quickInput';
import { resolveReachable } from '../reach';
import { terminalsOf } from './terminals';

const question = (): string => l10n.t('Open a terminal in which sandbox?');
const failureTitle = (): string => l10n.t('Could not open a terminal');

/** Opens a terminal that shows a new shell in a sandbox. */
export function openTerminal(context: CommandContext): CommandHandler {
  return {
    failureTitle,
    run: async (...args) => {
      const row = await resolveReachable(context, args, question);
      const options = row && (await terminalsOf(context).start(row));
      if (options) window.createTerminal(options).show();
    },
  };
}

/** Opens a terminal in a folder that is asked for. */
export function openTerminalInFolder(context: CommandContext): CommandHandler {
  return {
    failureTitle,
    run: async (...args) => {
      const [target] = args;
      if (isMember(target, 'sandboxId') && isMember(target, 'path')) {
        if (typeof target.sandboxId === 'string' && typeof target.path === 'string')
          await openTerminalAt(context, target.sandboxId, target.path);
        return;
      }
      const row = await resolveReachable(context, args, question);
      const answer = row && (await askFolder());
      if (row && answer !== undefined) await openTerminalAt(context, row.sandbox.id, answer);
    },
  };
}

/**
 * Opens a terminal in a folder of a sandbox.
 *
 * @param path absolute
 * @throws UserError when there is no such folder; ApiError as calls do
 */
export async function openTerminalAt(
  context: CommandContext,
  sandboxId: string,
  path: string,
): Promise<void> {
  const row = context.store.current.rows.get(sandboxId);
  if (!row) throw new UserError(l10n.t('The sandbox is not in the list any more.'));
  const options = await terminalsOf(context).start(row, path);
  if (options) window.createTerminal(options).show();
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
