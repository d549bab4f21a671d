import { ViewColumn, window, type WebviewOptions, type WebviewPanel } from 'vscode';
import { titleText } from '../../text/kit/surfaces';

/**
 * Creates a page in an editor tab.
 *
 * @param title may hold text from outside
 * @param isQuiet leaves the focus where it is, and opens the page beside an editor that is in sight
 */
export function createPanel(
  viewType: string,
  title: string,
  options: WebviewOptions = {},
  isQuiet = false,
): WebviewPanel {
  const isBeside = isQuiet && window.tabGroups.activeTabGroup.activeTab !== undefined;
  const viewColumn = isBeside ? ViewColumn.Beside : ViewColumn.Active;
  const where = { viewColumn, preserveFocus: isQuiet };
  return window.createWebviewPanel(viewType, titleText(title), where, { ...options, enableFindWidget: true });
}
