import { posix } from 'node:path';
import { FileType, l10n, Uri, workspace, type DataTransferFile } from 'vscode';
import { cancelledBy } from '../../../core/kernel/errors';
import { errorText, UserError } from '../../../text/kit/failureText';
import { plainText } from '../../../text/kit/plainText';
import { byteSize } from '../../../text/kit/units';
import { NameList } from '../model/nameList';
import { treeOfFile, type LocalEntry, type LocalTree } from './localTree';

/** The editor hands over a file as a whole, which is then in memory. */
const mostBytes = 256 * 1024 * 1024;

/** The name of a file or folder of any file system of the editor. */
export function nameOf(uri: Uri): string {
  return posix.basename(uri.path);
}

/**
 * Reads a file or folder through the editor, such as one of the remote that its window is connected to. Files are read
 * when they are sent. Does not follow links to folders.
 *
 * @param name its name in the sandbox
 */
export async function readEditorTree(uri: Uri, name: string, signal: AbortSignal): Promise<LocalTree> {
  const entries: LocalEntry[] = [];
  let bytes = 0;
  const leftOut = new NameList();
  const visit = async (at: Uri, path: string): Promise<void> => {
    if (signal.aborted) throw cancelledBy(signal);
    let children: readonly string[] = [];
    try {
      const { type, size, mtime } = await workspace.fs.stat(at);
      const header = { path, modifiedAtMs: mtime };
      if ((type & FileType.File) !== 0) {
        if (size > mostBytes) throw tooLarge(path);
        const content = async (): Promise<Uint8Array> => await workspace.fs.readFile(at);
        entries.push({ header: { ...header, type: 'file', size, mode: 0o644 }, localPath: at.path, content });
        bytes += size;
      } else if (type === FileType.Directory) {
        children = (await workspace.fs.readDirectory(at)).map(([child]) => child).sort();
        entries.push({ header: { ...header, type: 'folder', size: 0, mode: 0o755 }, localPath: at.path });
      } else throw new UserError(l10n.t('it is neither a file nor a folder.'));
    } catch (error) {
      if (at === uri) throw error;
      leftOut.add(`${at.path}: ${errorText(error)}`);
    }
    for (const child of children) await visit(Uri.joinPath(at, child), `${path}/${child}`);
  };
  await visit(uri, name);
  return { entries, bytes, leftOut };
}

/** A file that was dropped on a browser window, which says nothing of where it lies. @param name in the sandbox */
export async function readDroppedFile(file: DataTransferFile, name: string): Promise<LocalTree> {
  let content: Uint8Array;
  try {
    content = await file.data();
  } catch {
    throw new UserError(
      l10n.t(
        'The browser does not hand over {0}. Folders cannot be dropped from outside of it: use Upload….',
        plainText(file.name),
      ),
    );
  }
  if (content.length > mostBytes) throw tooLarge(file.name);
  return treeOfFile(file.name, content, { path: name, mode: 0o644, modifiedAtMs: 0 });
}

function tooLarge(name: string): UserError {
  return new UserError(
    l10n.t(
      '{0} is larger than {1}, which is as much as the editor hands over. Upload it from a terminal.',
      plainText(name),
      byteSize(mostBytes),
    ),
  );
}
