import { l10n, Uri } from 'vscode';
import type { PanelView } from '../../app/appContext';
import { isFromSelection } from '../../app/targets';
import { parseFileUri } from '../../host/editor/documentUris';
import { FileNode } from './fileNodes';

/** A file or folder a command is to act on. */
export interface FileTarget {
  readonly sandboxId: string;
  readonly path: string;
  /** Absent when nobody knows yet. */
  readonly isFolder?: boolean;
  /** Whether it is a link, which may lead to a folder; absent when nobody knows yet. */
  readonly isLink?: boolean;
  /** Whether it is a folder the tree begins with. */
  readonly isRoot: boolean;
}

/**
 * The files a command was called with: a node of the tree and the selected ones, addresses of files, or
 * `{ "from": "selection" }`; with nothing, what is selected in the tree.
 */
export function chosenFiles(view: PanelView, args: readonly unknown[]): readonly FileTarget[] {
  const [first, selected] = args;
  if (first === undefined || isFromSelection(first))
    return view
      .lines()
      .map(targetOf)
      .filter(target => target !== undefined);
  const clicked = targetOf(first);
  const others = Array.isArray(selected) ? selected.map(targetOf).filter(target => target !== undefined) : [];
  if (!clicked) return others;
  return others.some(({ path, sandboxId }) => path === clicked.path && sandboxId === clicked.sandboxId)
    ? others
    : [clicked];
}

/** What a value of any kind says about a file. */
export function targetOf(value: unknown): FileTarget | undefined {
  if (value instanceof FileNode) {
    const { sandboxId, path, isFolder, isRoot, entry } = value;
    return { sandboxId, path, isFolder, isRoot, isLink: entry.link !== undefined };
  }
  const parsed = value instanceof Uri ? parseFileUri(value) : undefined;
  return parsed && { ...parsed, isRoot: parsed.path === '/' };
}

/** Asked where none was named. */
export function whichSandbox(): string {
  return l10n.t('In which sandbox?');
}
