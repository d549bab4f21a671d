import { commands, l10n } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { commandIds, type CommandId, type NodeKey } from '../../manifest';
import type { AppContext } from '../../app/appContext';
import { isMember } from '../../core/kernel/json';

/** The commands that keys run on a sandbox. */
const onSandboxes: Readonly<Record<NodeKey, CommandId>> = {
  rename: commandIds.rename,
  delete: commandIds.terminate,
  copy: commandIds.copyId,
};

/** Runs the command that a key has on the selected nodes of the Sandboxes view, if it has one. */
export function pressKey(context: AppContext, key: NodeKey): CommandHandler {
  return {
    failureTitle: () => l10n.t('Tensorlake'),
    run: async () => {
      const nodes = context.view.selectedNodes();
      const meant = new Set(nodes.map(node => commandFor(node, key)));
      const [command] = meant;
      if (meant.size > 1) throw new UserError(l10n.t('Select lines of one kind first.'));
      if (command !== undefined) await commands.executeCommand(command, nodes[0], nodes);
    },
  };
}

function commandFor(node: unknown, key: NodeKey): string | undefined {
  if (isMember(node, 'kind') && node.kind === 'sandbox') return onSandboxes[key];
  const own = isMember(node, 'keys') ? node.keys : undefined;
  const command = isMember(own, key) ? own[key] : undefined;
  return typeof command === 'string' ? command : undefined;
}
