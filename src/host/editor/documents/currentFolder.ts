import { window, workspace } from 'vscode';
import { DisposableStore, type DisposableLike } from '../../../core/kernel/disposable';

/** The folder of the workspace that the user works in, as text: that of the active editor, else the first. Empty without one. */
export function currentFolder(): string {
  const active = window.activeTextEditor?.document.uri;
  const ofEditor = active && workspace.getWorkspaceFolder(active);
  return (ofEditor ?? workspace.workspaceFolders?.[0])?.uri.toString() ?? '';
}

/** Fires when `currentFolder` may be another one. */
export function onDidChangeFolder(listener: (event: unknown) => void): DisposableLike {
  const both = new DisposableStore();
  both.add(window.onDidChangeActiveTextEditor(listener));
  both.add(workspace.onDidChangeWorkspaceFolders(listener));
  return both;
}
