import type { CommandContext } from '../app/appContext';
import type { CommandHandlers } from '../host/editor/commandRegistry';
import { type RemoteCommandId, remoteCommandIds as ids } from '../manifest';
import { openDesktop } from './desktop/openDesktop';
import { copyFilePath, deleteFiles, newEntry, openFolder, renameFile } from './files/editFiles';
import { filesContextOf } from './files/files';
import { compareFile, openFile, refreshFiles } from './files/openFile';
import { downloadFiles } from './files/transfer/download';
import { uploadFiles } from './files/transfer/upload';
import { filterLogs, olderLogs, refreshLogs, showLogs } from './logs/logCommands';
import { copyPortUrl, forward, openPort, stopForward } from './ports/portCommands';
import { checkHealth } from './processes/checkHealth';
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
import { endTerminal, removeEndedTerminals } from './terminal/endTerminal';
import { openTerminal, openTerminalInFolder } from './terminal/openTerminal';
import { reattachTerminal } from './terminal/reattachTerminal';

/** Every command that reaches into a sandbox; a missing one does not compile. */
export function remoteHandlersOf(context: CommandContext): CommandHandlers<RemoteCommandId> {
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
