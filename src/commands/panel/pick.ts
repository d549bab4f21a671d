import { commands, l10n } from 'vscode';
import type { Row } from '../../core/list/rows';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { sandboxActions, sandboxItems } from '../../app/sandboxActions';
import { rowName } from '../../text/sandbox/rowText';
import { commandIds, type CommandId } from '../../manifest';
import type { AppContext } from '../../app/appContext';
import { refuseWithoutList } from '../../app/targets';

/** Two pick lists, a sandbox and an action: for the status bar and the keyboard. */
export function pick(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not list the sandboxes'),
    run: async () => {
      refuseWithoutList(context);
      for (;;) {
        const sandbox = await pickSandbox(context);
        if (sandbox === 'cancel') return;
        if (sandbox === 'create') {
          await commands.executeCommand(commandIds.create);
          return;
        }
        const command = await pickAction(sandbox);
        if (command === 'cancel') return;
        if (command === 'back') continue;
        await commands.executeCommand(command, { sandboxId: sandbox.sandbox.id });
        return;
      }
    },
  };
}

async function pickSandbox(context: AppContext): Promise<Row | 'create' | 'cancel'> {
  const groups = context.view
    .groups(context.store.current.rows.values())
    .filter(group => group.state !== 'terminated');
  const answer = await askPick<Row | 'create'>({
    title: l10n.t('Tensorlake Sandboxes'),
    placeholder: l10n.t('Pick a sandbox to act on'),
    items: [
      ...sandboxItems(groups, context.clock.now()),
      { icon: 'add', label: l10n.t('New Sandbox…'), answer: 'create' },
    ],
  });
  return answer.kind === 'value' ? answer.value : 'cancel';
}

async function pickAction(row: Row): Promise<CommandId | 'back' | 'cancel'> {
  const answer = await askPick<CommandId>({
    title: rowName(row),
    placeholder: l10n.t('What to do with it?'),
    items: sandboxActions(row).map(({ command, icon, title }) => ({
      icon,
      label: title(),
      answer: command,
    })),
    hasBack: true,
  });
  return answer.kind === 'value' ? answer.value : answer.kind;
}
