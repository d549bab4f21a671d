import { workspace, type Disposable, type Uri } from 'vscode';

/**
 * Calls `listener` when a document was really closed. The editor reports a change of its language mode as a closing and
 * an opening, and the document is still there then.
 */
export function onDidCloseDocument(listener: (uri: Uri) => void): Disposable {
  return workspace.onDidCloseTextDocument(({ uri }) => {
    const key = uri.toString();
    if (!workspace.textDocuments.some(document => document.uri.toString() === key)) listener(uri);
  });
}
