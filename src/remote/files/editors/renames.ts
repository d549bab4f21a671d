import { l10n, workspace, WorkspaceEdit, type Uri } from 'vscode';
import { isWithin, parentPath } from '../../../core/files/remotePath';
import { fileUri } from '../../../host/editor/documents/documentUris';
import { UserError } from '../../../text/kit/failureText';
import { FileError } from '../fileError';
import type { RemoteFiles } from '../remoteFiles';
import type { WorkspaceConsent } from '../workspaceConsent';

/**
 * Renames and moves files through the editor, so that what it shows of them follows, with the changes that were not
 * saved: a tab that was left behind would bring the old file back at its next save.
 */
export class Renames {
  /** Files that are being renamed, and why that failed, which the editor does not tell whoever asked it. */
  private readonly pending = new Map<string, unknown>();

  constructor(private readonly consent: WorkspaceConsent) {}

  /**
   * Renames or moves a file or folder of a sandbox that runs.
   *
   * @throws FileError when that is not possible, of `exists` when the new path is taken
   */
  async rename(
    remote: RemoteFiles,
    sandboxId: string,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (from === to) return;
    if (isWithin(to, from)) throw new FileError('sameFile', from);
    await remote.stat(from, signal);
    if (await exists(remote, to, signal)) throw new FileError('exists', to);
    const uriOf = (path: string): Uri => fileUri(sandboxId, path);
    this.consent.userOpens(...[from, to, parentPath(from), parentPath(to)].map(uriOf));
    const edit = new WorkspaceEdit();
    edit.renameFile(uriOf(from), uriOf(to), { overwrite: false });
    const key = uriOf(from).toString();
    this.pending.set(key, undefined);
    const isDone = await workspace.applyEdit(edit);
    const failure = this.pending.get(key);
    this.pending.delete(key);
    if (isDone) return;
    if (failure instanceof Error) throw failure;
    // The editor looks too, after whoever takes part in a rename.
    if (await exists(remote, to, signal)) throw new FileError('exists', to);
    throw new UserError(l10n.t('The editor did not rename it.'));
  }

  /** Notes why the file system refused something about a file. */
  failed(uri: Uri, error: unknown): void {
    if (this.pending.has(uri.toString())) this.pending.set(uri.toString(), error);
  }
}

async function exists(remote: RemoteFiles, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await remote.stat(path, signal);
    return true;
  } catch (error) {
    if (FileError.is(error, 'notFound')) return false;
    throw error;
  }
}
