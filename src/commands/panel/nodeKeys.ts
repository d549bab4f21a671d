import { commands, l10n } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { commandIds, type CommandId, type NodeKey } from '../../manifest';
import type { AppContext } from '../../app/appContext';
import { isMember } from '../../core/kernel/json';

/** What the keys do on a sandbox. */
const onSandboxes: Readonly<Record<NodeKey, CommandId>> = {
  rename: commandIds.rename,
  delete: commandIds.terminate,
  copy: commandIds.copyId,
};

/** Does what a key means on the selected lines of the Sandboxes view; nothing where it means nothing. */
export function pressKey(context: AppContext, key: NodeKey): CommandHandler {
  return {
    failureTitle: () => l10n.t('Tensorlake'),
    run: async () => {
      const lines = context.view.lines();
      const meant = new Set(lines.map(line => commandFor(line, key)));
      const [command] = meant;
      if (meant.size > 1) throw new UserError(l10n.t('Select lines of one kind first.'));
      if (command !== undefined) await commands.executeCommand(command, lines[0], lines);
    },
  };
}

function commandFor(line: unknown, key: NodeKey): string | undefined {
  if (isMember(line, 'kind') && line.kind === 'sandbox') return onSandboxes[key];
  const own = isMember(line, 'keys') ? line.keys : undefined;
  const command = isMember(own, key) ? own[key] : undefined;
  return typeof command === 'string' ? command : undefined;
}
