import type { CommandContext } from '../app/appContext';
import type { CommandHandlers } from '../host/editor/commandRegistry';
import { fileCommandIds as ids, type FileCommandId } from '../manifest';
import { compareFile } from './files/compareFiles';
import { downloadFiles } from './files/transfer/download';
import { copyFilePath, deleteFiles, newEntry, openFolder, renameFile } from './files/editFiles';
import { filesContextOf } from './files/files';
import { openFile, refreshFiles } from './files/openFile';
import { uploadFiles } from './files/transfer/upload';

/** Every command for files of sandboxes. */
export function fileHandlersOf(context: CommandContext): CommandHandlers<FileCommandId> {
  const files = filesContextOf(context);
  return {
    [ids.openFile]: openFile(files),
    [ids.refreshFiles]: refreshFiles(files),
    [ids.uploadFiles]: uploadFiles(files),
    [ids.downloadFiles]: downloadFiles(files),
    [ids.newFile]: newEntry(files, 'file'),
    [ids.newFolder]: newEntry(files, 'folder'),
    [ids.renameFile]: renameFile(files),
    [ids.deleteFiles]: deleteFiles(files),
    [ids.copyFilePath]: copyFilePath(files),
    [ids.openFolder]: openFolder(files),
    [ids.compareFile]: compareFile(files),
  };
}
