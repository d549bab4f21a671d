import { l10n, Uri } from 'vscode';
import type { PanelView } from '../../../app/appContext';
import { isFromSelection } from '../../../app/targets';
import { parseFileUri } from '../../../host/editor/documents/documentUris';
import { FileNode } from './fileNodes';

/** A file or folder that a command acts on. */
export interface FileTarget {
  readonly sandboxId: string;
  readonly path: string;
  /** Undefined when not known. */
  readonly isFolder?: boolean;
  /** Whether it is a link, which may lead to a folder; undefined when not known. */
  readonly isLink?: boolean;
  /** Whether it is one of the top folders of the tree. */
  readonly isRoot: boolean;
}

/**
 * The files a command was called with: a node of the tree and the selected ones, URIs of files, or `{ "from":
 * "selection" }`; without arguments, the selection of the tree.
 */
export function chosenFiles(view: PanelView, args: readonly unknown[]): readonly FileTarget[] {
  const [first, selected] = args;
  if (first === undefined || isFromSelection(first))
    return view
      .selectedNodes()
      .map(targetOf)
      .filter(target => target !== undefined);
  const clicked = targetOf(first);
  const others = Array.isArray(selected) ? selected.map(targetOf).filter(target => target !== undefined) : [];
  if (!clicked) return others;
  return others.some(({ path, sandboxId }) => path === clicked.path && sandboxId === clicked.sandboxId)
    ? others
    : [clicked];
}

/** The file that a node or a URI refers to; undefined for anything else. */
export function targetOf(value: unknown): FileTarget | undefined {
  if (value instanceof FileNode) {
    const { sandboxId, path, isFolder, isRoot, entry } = value;
    return { sandboxId, path, isFolder, isRoot, isLink: entry.link !== undefined };
  }
  const parsed = value instanceof Uri ? parseFileUri(value) : undefined;
  return parsed && { ...parsed, isRoot: parsed.path === '/' };
}

/** Asked when no sandbox was named. */
export function whichSandbox(): string {
  return l10n.t('In which sandbox?');
}
