import type { CommandContext } from '../app/appContext';
import type { CommandHandlers } from '../host/editor/commandRegistry';
import { remoteCommandIds as ids, type RemoteCommandId } from '../manifest';
import { checkHealth } from './processes/checkHealth';
import { fileHandlersOf } from './filesHandlers';
import { openDesktop } from './desktop/openDesktop';
import { endTerminal, removeEndedTerminals } from './terminal/endTerminal';
import { openTerminal, openTerminalInFolder } from './terminal/openTerminal';
import { reattachTerminal } from './terminal/reattachTerminal';
import { filterLogs, olderLogs, refreshLogs, showLogs } from './logs/logCommands';
import { followProcess } from './processes/followProcess';
import {
  closeInput,
  killProcess,
  refreshProcesses,
  restartProcess,
  sendInput,
  signalProcess,
} from './processes/processCommands';
import { startProcess } from './processes/startProcess';
import { cancelRun, clearRunHistory, runAgain, runCommand } from './run/runCommand';
import { copySshCommand, openRemoteSsh } from './ssh/openRemoteSsh';
import { removeSshEntries } from './ssh/removeEntries';
import { copyPortUrl, forward, openPort, stopForward } from './ports/portCommands';

/** Every command that reaches into a sandbox; a missing one does not compile. */
export function remoteHandlersOf(context: CommandContext): CommandHandlers<RemoteCommandId> {
  return {
    ...fileHandlersOf(context),
    [ids.checkHealth]: checkHealth(context),
    [ids.openTerminal]: openTerminal(context),
    [ids.openTerminalInFolder]: openTerminalInFolder(context),
    [ids.reattachTerminal]: reattachTerminal(context),
    [ids.endTerminal]: endTerminal(context),
    [ids.removeEndedTerminals]: removeEndedTerminals(context),
    [ids.openDesktop]: openDesktop(context),
    [ids.runCommand]: runCommand(context),
    [ids.runAgain]: runAgain(context),
    [ids.cancelRun]: cancelRun(context),
    [ids.clearRunHistory]: clearRunHistory(context),
    [ids.showLogs]: showLogs(context),
    [ids.olderLogs]: olderLogs(context),
    [ids.filterLogs]: filterLogs(context),
    [ids.refreshLogs]: refreshLogs(context),
    [ids.startProcess]: startProcess(context),
    [ids.followProcess]: followProcess(context, 'output'),
    [ids.followStreams]: followProcess(context),
    [ids.signalProcess]: signalProcess(context),
    [ids.restartProcess]: restartProcess(context),
    [ids.sendInput]: sendInput(context),
    [ids.closeInput]: closeInput(context),
    [ids.killProcess]: killProcess(context),
    [ids.refreshProcesses]: refreshProcesses(context),
    [ids.forwardPort]: forward(context),
    [ids.openPort]: openPort(context),
    [ids.copyPortUrl]: copyPortUrl(context),
    [ids.stopForward]: stopForward(context),
    [ids.openRemoteSsh]: openRemoteSsh(context),
    [ids.copySshCommand]: copySshCommand(context),
    [ids.removeSshEntries]: removeSshEntries(context),
  };
}
