import type { CommandContext } from '../commands/commandContext';
import type { CommandHandlers } from '../host/commandRegistry';
import { remoteCommandIds as ids, type RemoteCommandId } from '../manifest';
import { checkHealth } from './checkHealth';
import { filesContextOf } from './files/filesContext';
import { openFile, refreshFiles } from './files/openFile';

/** Every command that reaches into a sandbox; a missing one does not compile. */
export function remoteHandlersOf(context: CommandContext): CommandHandlers<RemoteCommandId> {
  const files = filesContextOf(context);
  return {
    [ids.checkHealth]: checkHealth(context),
    [ids.openFile]: openFile(files),
    [ids.refreshFiles]: refreshFiles(files),
  };
}
