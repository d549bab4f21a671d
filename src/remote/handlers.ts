import type { CommandContext } from '../commands/commandContext';
import type { CommandHandlers } from '../host/commandRegistry';
import { remoteCommandIds as ids, type RemoteCommandId } from '../manifest';
import { checkHealth } from './checkHealth';

/** Every command that reaches into a sandbox; a missing one does not compile. */
export function remoteHandlersOf(context: CommandContext): CommandHandlers<RemoteCommandId> {
  return {
    [ids.checkHealth]: checkHealth(context),
  };
}
