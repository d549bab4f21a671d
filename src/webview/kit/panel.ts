import { ViewColumn, window, type WebviewOptions, type WebviewPanel } from 'vscode';
import { titleText } from '../../text/kit/surfaces';

/** Creates a page in an editor tab. @param title may hold text from outside */
export function createPanel(viewType: string, title: string, options: WebviewOptions = {}): WebviewPanel {
  return window.createWebviewPanel(viewType, titleText(title), ViewColumn.Active, {
    ...options,
    enableFindWidget: true,
  });
}
