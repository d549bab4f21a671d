import { commands, l10n } from 'vscode';
import { isMember } from '../../core/kernel/formats/json';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { commandIds, type CommandId, type NodeKey } from '../../manifest';
import { UserError } from '../../text/kit/failureText';
import type { AppContext } from '../appContext';
import { isFromSelection } from '../targets';

/** The commands that keys run on a sandbox. */
const onSandboxes: Readonly<Record<NodeKey, CommandId>> = {
  rename: commandIds.rename,
  delete: commandIds.terminate,
  copy: commandIds.copyId,
  open: commandIds.showDetails,
};

/** The command that a key has on a node, if it has one. */
export function commandFor(node: unknown, key: NodeKey): string | undefined {
  if (isMember(node, 'kind') && node.kind === 'sandbox') return onSandboxes[key];
  const own = isMember(node, 'keys') ? node.keys : undefined;
  const command = isMember(own, key) ? own[key] : undefined;
  return typeof command === 'string' ? command : undefined;
}

/**
 * A command that a key is bound to, so that menus show the key beside it. The key goes by the kind of the selected rows, but
 * the keyboard may be on a row of another kind, which VS Code tells nobody: then the command of that row runs.
 */
export function onKey(
  context: AppContext,
  key: Exclude<NodeKey, 'open'>,
  handler: CommandHandler,
): CommandHandler {
  return {
    failureTitle: handler.failureTitle,
    run: async (...args) => await (isFromSelection(args[0]) ? press(context, key) : handler.run(...args)),
  };
}

/** Runs the command that a key has on the nodes under it, if it has one. */
async function press({ view }: AppContext, key: NodeKey): Promise<void> {
  const nodes = await view.nodesUnderKey();
  const meant = new Set(nodes.map(node => commandFor(node, key)));
  const [command] = meant;
  if (meant.size > 1) throw new UserError(l10n.t('Select lines of one kind first.'));
  if (command !== undefined) await commands.executeCommand(command, nodes[0], nodes);
}
