import { ThemeIcon, TreeItem, l10n } from 'vscode';
import { commandIds } from '../../manifest';

/** The last line of the history while the archive holds more of it. */
export interface MoreNode {
  readonly kind: 'more';
}

export const moreNode: MoreNode = { kind: 'more' };

/** Draws it: Enter or a click loads the next page. */
export function moreItem(): TreeItem {
  const title = l10n.t('Load more…');
  const item = new TreeItem(title);
  item.id = 'more';
  item.iconPath = new ThemeIcon('ellipsis');
  item.contextValue = 'more';
  item.command = { command: commandIds.loadMoreHistory, title };
  item.accessibilityInformation = { label: l10n.t('Load more terminated sandboxes'), role: 'button' };
  return item;
}
