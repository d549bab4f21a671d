import { commands, l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { isFromSelection } from '../../app/targets';
import { DoubleClicks } from '../../core/kernel/doubleClick';
import { isMember } from '../../core/kernel/json';
import { clickedNode, opensOnDoubleClick } from '../../host/editor/clicks';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { commandIds, type CommandId, type NodeKey } from '../../manifest';
import { UserError } from '../../text/kit/failureText';

/** The commands that keys run on a sandbox. */
const onSandboxes: Readonly<Record<NodeKey, CommandId>> = {
  rename: commandIds.rename,
  delete: commandIds.terminate,
  copy: commandIds.copyId,
  open: commandIds.showDetails,
};

/** Runs the command that a key has on the nodes it acts on, if it has one. */
export function pressKey(context: AppContext, key: Exclude<NodeKey, 'open'>): CommandHandler {
  return {
    failureTitle: () => l10n.t('Tensorlake'),
    run: async first => {
      const { view } = context;
      const nodes = isFromSelection(first) ? await view.nodesUnderKey() : view.selectedNodes();
      const meant = new Set(nodes.map(node => commandFor(node, key)));
      const [command] = meant;
      if (meant.size > 1) throw new UserError(l10n.t('Select lines of one kind first.'));
      if (command !== undefined) await commands.executeCommand(command, nodes[0], nodes);
    },
  };
}

/**
 * Opens a row that has nothing to unfold: by Enter, which keeps what it does on other rows, by a double click, or from the
 * palette the selected one.
 */
export function openRow({ view, clock }: AppContext): CommandHandler {
  const clicks = new DoubleClicks();
  return {
    failureTitle: () => l10n.t('Could not open'),
    run: async first => {
      const clicked = clickedNode(first);
      const isOpening = clicked === undefined || opensOnDoubleClick() || clicks.take(clicked, clock.now());
      if (!isOpening) return;
      // The editor's own command of Enter selects the row under the keyboard.
      if (isFromSelection(first)) await commands.executeCommand('list.select');
      const node = clicked ?? view.selectedNodes()[0];
      const command = commandFor(node, 'open');
      if (command !== undefined) await commands.executeCommand(command, node);
    },
  };
}

function commandFor(node: unknown, key: NodeKey): string | undefined {
  if (isMember(node, 'kind') && node.kind === 'sandbox') return onSandboxes[key];
  const own = isMember(node, 'keys') ? node.keys : undefined;
  const command = isMember(own, key) ? own[key] : undefined;
  return typeof command === 'string' ? command : undefined;
}
