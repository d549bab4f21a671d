import { type Uri, workspace } from 'vscode';

/** Adds folders to the workspace, without the restart that a test in the window would not survive. Returns what undoes it. */
export function pretendFolders(...uris: readonly Uri[]): () => void {
  const before = workspace.workspaceFolders ?? [];
  const added = uris.map((uri, at) => ({ uri, name: 'x', index: before.length + at }));
  const folderOf = workspace.getWorkspaceFolder.bind(workspace);
  const originals = ['workspaceFolders', 'getWorkspaceFolder'].map(
    name => [name, Object.getOwnPropertyDescriptor(workspace, name)] as const,
  );
  Object.defineProperty(workspace, 'workspaceFolders', {
    configurable: true,
    get: () => [...before, ...added],
  });
  Object.defineProperty(workspace, 'getWorkspaceFolder', {
    configurable: true,
    value: (uri: Uri) => added.find(folder => isWithin(uri, folder.uri)) ?? folderOf(uri),
  });
  return () => {
    for (const [name, descriptor] of originals)
      if (descriptor) Object.defineProperty(workspace, name, descriptor);
  };
}

function isWithin(uri: Uri, folder: Uri): boolean {
  const isSame = uri.scheme === folder.scheme && uri.authority === folder.authority;
  return isSame && `${uri.path}/`.startsWith(`${folder.path.replace(/\/$/, '')}/`);
}
