import { l10n, type Command } from 'vscode';
import { isMember } from '../../core/kernel/formats/json';
import { commandIds } from '../../manifest';
import { readEditorSetting } from './settings';

/** The command of a row that a double click opens. VS Code runs it at each click on the row. */
export function clickCommand(node: unknown): Command {
  return { command: commandIds.openLine, title: l10n.t('Open'), arguments: [{ clicked: node }] };
}

/** The node of a row that was clicked; undefined when something else ran the command. */
export function clickedNode(value: unknown): unknown {
  return isMember(value, 'clicked') ? value.clicked : undefined;
}

/** Whether the user has set VS Code to open rows by double clicks, of which it then tells as of one click. */
export function opensOnDoubleClick(): boolean {
  return readEditorSetting('workbench.list.openMode') === 'doubleClick';
}
