import { l10n, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Billing } from '../../core/billing/rates';
import { isCapableOf } from '../../core/sandbox/capabilities';
import { commandIds } from '../../manifest';
import { separator } from '../../text/kit/plainText';
import { stateTitle } from '../../text/sandbox/stateText';
import { themeIcon } from '../themeIcon';
import { groupParts, type RowModel, type TreeModel } from './treeModel';

export function groupItem(groupId: string, model: TreeModel, billing: Billing): TreeItem {
  const group = model.group(groupId);
  const state = group?.state ?? 'unknown';
  const count = group?.rows.length ?? 0;
  const title = stateTitle(state, group?.rawState ?? '');
  const item = new TreeItem(
    title,
    state === 'terminated' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded,
  );
  item.id = groupId;
  const { count: countText, cost } = group ? groupParts(group, billing) : { count: '0' };
  const counted = group && model.hasMore(group) ? l10n.t('{0} and more', countText) : countText;
  item.description = [counted, ...(cost === undefined ? [] : [cost])].join(separator);
  item.contextValue = 'group';
  const spoken = count === 1 ? l10n.t('{0}, 1 sandbox', title) : l10n.t('{0}, {1} sandboxes', title, count);
  item.accessibilityInformation = { label: cost === undefined ? spoken : `${spoken}, ${cost}` };
  return item;
}

/** @param canHaveChildren whether a sandbox that can be reached is shown with what is inside it */
export function sandboxItem({ row: { sandbox }, view }: RowModel, canHaveChildren: boolean): TreeItem {
  const item = new TreeItem(
    view.label,
    canHaveChildren && isCapableOf(sandbox, ['canConnect'])
      ? TreeItemCollapsibleState.Collapsed
      : TreeItemCollapsibleState.None,
  );
  item.id = `sandbox:${sandbox.id}`;
  item.description = view.description;
  item.contextValue = view.contextValue;
  item.iconPath = themeIcon(view);
  item.accessibilityInformation = { label: view.accessibilityLabel };
  return item;
}

/** The item that loads the next page of the history, by Enter or a click. */
export function moreItem(): TreeItem {
  const title = l10n.t('Load more…');
  const item = new TreeItem(title);
  item.id = 'more';
  item.iconPath = themeIcon({ icon: 'ellipsis', color: undefined });
  item.contextValue = 'more';
  item.command = { command: commandIds.loadMoreHistory, title };
  item.accessibilityInformation = { label: l10n.t('Load more terminated sandboxes'), role: 'button' };
  return item;
}
