import { l10n, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { isCapableOf } from '../../core/sandbox/capabilities';
import { clickCommand } from '../../host/editor/clicks';
import { commandIds } from '../../manifest';
import { separator } from '../../text/kit/plainText';
import { amber } from '../../text/kit/rowView';
import { attentionParts } from '../../text/sandbox/attentionText';
import { stateTitle } from '../../text/sandbox/stateText';
import { themeIcon } from '../themeIcon';
import type { RowModel, TreeModel } from './treeModel';
import type { SandboxNode } from './treeNodes';

export function groupItem(groupId: string, model: TreeModel, isUnfolded: boolean): TreeItem {
  const group = model.group(groupId);
  const state = group?.state ?? 'unknown';
  const count = group?.rows.length ?? 0;
  const title = stateTitle(state, group?.rawState ?? '');
  const item = new TreeItem(title, foldedAs(isUnfolded));
  item.id = groupId;
  const { count: countText = '0', cost, attention: counts = {}, tokens = [] } = model.summary(groupId) ?? {};
  const counted = group && model.hasMore(group) ? l10n.t('{0} and more', countText) : countText;
  const attention = attentionParts(counts);
  const costs = cost === undefined ? [] : [cost];
  item.description = [counted, ...attention, ...costs].join(separator);
  // Amber stands for what needs a person, also while the group is folded.
  if (attention.length > 0) item.iconPath = themeIcon({ icon: 'warning', color: amber });
  item.contextValue = ['group', ...tokens].join(' ');
  const spoken = count === 1 ? l10n.t('{0}, 1 sandbox', title) : l10n.t('{0}, {1} sandboxes', title, count);
  item.accessibilityInformation = { label: [spoken, ...attention, ...costs].join(', ') };
  return item;
}

function foldedAs(isUnfolded: boolean): TreeItemCollapsibleState {
  return isUnfolded ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}

/** Whether the row of a sandbox can be unfolded. */
export function hasChildren(sandbox: Sandbox): boolean {
  return isCapableOf(sandbox, ['canConnect']);
}

export function sandboxItem(
  { row: { sandbox }, view }: RowModel,
  node: SandboxNode,
  isUnfolded: boolean,
): TreeItem {
  const canUnfold = hasChildren(sandbox);
  const item = new TreeItem(view.label, canUnfold ? foldedAs(isUnfolded) : TreeItemCollapsibleState.None);
  item.id = `sandbox:${sandbox.id}`;
  if (!canUnfold) item.command = clickCommand(node);
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
