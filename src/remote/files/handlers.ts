import type { CommandContext } from '../../commands/commandContext';
import type { CommandHandlers } from '../../host/commandRegistry';
import { fileCommandIds as ids, type FileCommandId } from '../../manifest';
import { compareFile } from './compareFiles';
import { downloadFiles } from './download';
import { copyFilePath, deleteFiles, newEntry, openFolder, renameFile } from './editFiles';
import { filesContextOf } from './filesContext';
import { openFile, refreshFiles } from './openFile';
import { uploadFiles } from './upload';

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
