import { window, workspace } from 'vscode';

/** The folder of the workspace that the user works in, as text: that of the active editor, else the first. Empty without one. */
export function currentFolder(): string {
  const active = window.activeTextEditor?.document.uri;
  const ofEditor = active && workspace.getWorkspaceFolder(active);
  return (ofEditor ?? workspace.workspaceFolders?.[0])?.uri.toString() ?? '';
}
