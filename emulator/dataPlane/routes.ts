import { deleteFile, fileQuery, listDirectory, readFile, writeFile } from './handlers/files';
import { daemonHealth, daemonInfo, disableSsh, enableSsh, enableSshBody, sshStatus } from './handlers/info';
import { capturedOutput, followOutput } from './handlers/output';
import {
  closeStdin,
  getProcess,
  killProcess,
  listProcesses,
  restartProcess,
  signalOne,
  startProcess,
  writeStdin,
} from './handlers/processes';
import { createPty, getPty, killPty, listPtys, ptyBody, resizeBody, resizePty } from './handlers/pty';
import { none, raw, route, type DaemonRoute } from './handlers/route';
import { runProcess } from './handlers/run';
import { runBody, signalBody, startBody } from './processes/processSchemas';

const process = '/api/v1/processes/{ref}';
const pty = '/api/v1/pty/{session}';

/** Method, path, query, body, handler (API reference section 0, "Data plane"). */
export const routes: readonly DaemonRoute[] = [
  route('GET', '/api/v1/health', none, raw, daemonHealth),
  route('GET', '/api/v1/info', none, raw, daemonInfo),
  route('GET', '/api/v1/files', fileQuery, raw, readFile),
  route('PUT', '/api/v1/files', fileQuery, raw, writeFile),
  route('DELETE', '/api/v1/files', fileQuery, raw, deleteFile),
  route('GET', '/api/v1/files/list', fileQuery, raw, listDirectory),
  route('POST', '/api/v1/processes/run', none, runBody, runProcess),
  route('POST', '/api/v1/processes', none, startBody, startProcess),
  route('GET', '/api/v1/processes', none, raw, listProcesses),
  route('GET', process, none, raw, getProcess),
  route('DELETE', process, none, raw, killProcess),
  route('POST', `${process}/signal`, none, signalBody, signalOne),
  route('POST', `${process}/restart`, none, raw, restartProcess),
  route('POST', `${process}/stdin`, none, raw, writeStdin),
  route('POST', `${process}/stdin/close`, none, raw, closeStdin),
  ...(['stdout', 'stderr', 'output'] as const).flatMap(which => [
    route('GET', `${process}/${which}`, none, raw, capturedOutput(which)),
    route('GET', `${process}/${which}/follow`, none, raw, followOutput(which)),
  ]),
  route('POST', '/api/v1/pty', none, ptyBody, createPty),
  route('GET', '/api/v1/pty', none, raw, listPtys),
  route('GET', pty, none, raw, getPty),
  route('DELETE', pty, none, raw, killPty),
  route('POST', `${pty}/resize`, none, resizeBody, resizePty),
  route('GET', '/api/v1/ssh/status', none, raw, sshStatus),
  route('POST', '/api/v1/ssh/enable', none, enableSshBody, enableSsh),
  route('POST', '/api/v1/ssh/disable', none, raw, disableSsh),
];
