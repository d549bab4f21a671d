import { FileSystemError, type Uri, workspace } from 'vscode';
import { tryAll } from '../../../core/kernel/async';

/** Deletes folders that the editor gave the extension to write to, as far as they are there. */
export async function removeFolders(folders: readonly (Uri | undefined)[]): Promise<void> {
  await tryAll(folders.map(folder => async () => await removeFolder(folder)));
}

async function removeFolder(folder: Uri | undefined): Promise<void> {
  if (!folder) return;
  try {
    await workspace.fs.delete(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof FileSystemError && error.code === 'FileNotFound')) throw error;
  }
}
