import type { AppContext } from '../app/appContext';
import { onKey } from '../app/nodes/nodeKeys';
import type { CommandHandlers } from '../host/editor/commandRegistry';
import { type RemoteCommandId, remoteCommandIds as ids } from '../manifest';
import { cloneRepository } from './clone/cloneRepository';
import { openDesktop } from './desktop/openDesktop';
import { copyFileLink, copyFilePath, deleteFiles, newEntry, openFolder, renameFile } from './files/editFiles';
import { compareFile, openFile, refreshFiles } from './files/editors/openFile';
import { downloadFiles } from './files/transfer/download';
import { uploadFiles } from './files/transfer/upload';
import { filterLogs, olderLogs, refreshLogs, showLogs } from './logs/logCommands';
import { copyPortUrl, forward, openPort, stopForward } from './ports/portCommands';
import { reopenForwards } from './ports/restoreForwards';
import { checkHealth } from './processes/checkHealth';
import { followProcess } from './processes/followProcess';
import {
  closeInput,
  killProcess,
  refreshProcesses,
  restartProcess,
  sendInput,
  showOwnProcesses,
  signalProcess,
} from './processes/processCommands';
import { startProcess } from './processes/startProcess';
import { cancelRun, clearRunHistory, runAgain, runCommand } from './run/runCommand';
import { cancelSearch, clearSearch, findInSandbox, searchAgain } from './search/find';
import type { RemoteServices } from './services';
import { copySshCommand, openRemoteSsh } from './ssh/openRemoteSsh';
import { removeSshEntries } from './ssh/removeEntries';
import { endTerminal, removeEndedTerminals } from './terminal/endTerminal';
import { openTerminal, openTerminalInFolder } from './terminal/openTerminal';
import { reattachTerminal } from './terminal/reattachTerminal';

/** Every command that reaches into a sandbox; a missing one is a compile error. */
export function remoteHandlersOf(
  app: AppContext,
  services: RemoteServices,
): CommandHandlers<RemoteCommandId> {
  const { consent, files, forwards, logs, processes, renames, runs, search, ssh, terminals } = services;
  return {
    [ids.openFile]: openFile(app, files, consent),
    [ids.refreshFiles]: refreshFiles(app, files),
    [ids.uploadFiles]: uploadFiles(app, files),
    [ids.downloadFiles]: downloadFiles(app, files),
    [ids.newFile]: newEntry(files, consent, 'file'),
    [ids.newFolder]: newEntry(files, consent, 'folder'),
    [ids.renameFile]: onKey(app, 'rename', renameFile(app, files, renames)),
    [ids.deleteFiles]: onKey(app, 'delete', deleteFiles(app, files)),
    [ids.copyFilePath]: onKey(app, 'copy', copyFilePath(app)),
    [ids.cloneRepository]: cloneRepository(app),
    [ids.copyFileLink]: copyFileLink(app, services.extensionId),
    [ids.openFolder]: openFolder(files, consent),
    [ids.compareFile]: compareFile(app, files, consent),
    [ids.findInSandbox]: findInSandbox(files, search),
    [ids.searchAgain]: searchAgain(files, search),
    [ids.cancelSearch]: cancelSearch(search),
    [ids.clearSearch]: clearSearch(search),
    [ids.checkHealth]: checkHealth(app),
    [ids.openTerminal]: openTerminal(app, terminals),
    [ids.openTerminalInFolder]: openTerminalInFolder(app, terminals),
    [ids.reattachTerminal]: reattachTerminal(app, terminals),
    [ids.endTerminal]: endTerminal(app, terminals),
    [ids.removeEndedTerminals]: onKey(app, 'delete', removeEndedTerminals(app, terminals)),
    [ids.openDesktop]: openDesktop(app, forwards),
    [ids.runCommand]: runCommand(app, runs),
    [ids.runAgain]: runAgain(runs),
    [ids.cancelRun]: cancelRun(runs),
    [ids.clearRunHistory]: clearRunHistory(runs),
    [ids.showLogs]: showLogs(app, logs),
    [ids.olderLogs]: olderLogs(app, logs),
    [ids.filterLogs]: filterLogs(app, logs),
    [ids.refreshLogs]: refreshLogs(app, logs),
    [ids.startProcess]: startProcess(app, processes, runs),
    [ids.followProcess]: followProcess(app, processes.own, runs.spotted, 'output'),
    [ids.followStreams]: followProcess(app, processes.own, runs.spotted),
    [ids.signalProcess]: signalProcess(app, processes),
    [ids.restartProcess]: restartProcess(app, processes),
    [ids.sendInput]: sendInput(app, processes),
    [ids.closeInput]: closeInput(app, processes),
    [ids.killProcess]: killProcess(app, processes),
    [ids.refreshProcesses]: refreshProcesses(app, processes),
    [ids.showAllProcesses]: showOwnProcesses(processes.own, true),
    [ids.hideOwnProcesses]: showOwnProcesses(processes.own, false),
    [ids.forwardPort]: forward(app, forwards),
    [ids.openPort]: openPort(app, forwards),
    [ids.copyPortUrl]: onKey(app, 'copy', copyPortUrl(app, forwards)),
    [ids.stopForward]: onKey(app, 'delete', stopForward(app, forwards)),
    [ids.reopenForwards]: reopenForwards(app, forwards),
    [ids.openRemoteSsh]: openRemoteSsh(app, ssh),
    [ids.copySshCommand]: copySshCommand(app),
    [ids.removeSshEntries]: removeSshEntries(app, ssh.memento),
  };
}
