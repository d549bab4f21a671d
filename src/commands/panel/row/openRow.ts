import { commands, l10n } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { commandFor } from '../../../app/nodes/nodeKeys';
import { isFromSelection } from '../../../app/targets';
import { DoubleClicks } from '../../../core/kernel/time/doubleClick';
import { clickedNode, opensOnDoubleClick } from '../../../host/editor/clicks';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import { tryEditorCommand } from '../../../host/editor/editorCommands';

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
      const isOpening =
        clicked === undefined || opensOnDoubleClick() || clicks.take(clicked, clock.monotonic());
      if (!isOpening) return;
      // The editor's own command of Enter selects the row under the keyboard.
      if (isFromSelection(first)) await tryEditorCommand('list.select');
      const node = clicked ?? view.selectedNodes()[0];
      const command = commandFor(node, 'open');
      if (command !== undefined) await commands.executeCommand(command, node);
    },
  };
}
