import { constants } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { readBytes } from '../../http/body';
import { refusal } from '../../http/refusal';
import { plainError } from '../../http/reply';
import { openSourceLargestBody, openSourceWords } from '../../kernel/openSource';
import { processInfo } from '../processes/guestProcess';
import type { StartBody } from '../processes/processSchemas';
import { noContent, type DaemonCall } from './route';

/** POST /api/v1/processes (API reference section 3.4). */
export async function startProcess({ guest, body: asked, faults, dialect }: DaemonCall<unknown, StartBody>) {
  // Members that the open-source daemon does not know are dropped.
  const unmanaged = { name: undefined, restart: undefined, health_check: undefined, user: undefined };
  const body = dialect.surface === 'openSource' ? { ...asked, ...unmanaged } : asked;
  return { status: 201, body: processInfo(await guest.processes.start(body), faults.legacyProcesses) };
}

/** GET /api/v1/processes. */
export function listProcesses({ guest, faults }: DaemonCall) {
  const processes = guest.processes.list().map(entry => processInfo(entry, faults.legacyProcesses));
  return { status: 200, body: { processes } };
}

/** GET /api/v1/processes/{ref}. */
export function getProcess({ guest, param, faults }: DaemonCall) {
  return { status: 200, body: processInfo(guest.processes.find(param('ref')), faults.legacyProcesses) };
}

/** DELETE /api/v1/processes/{ref}: kills it; a managed one is not restarted. */
export function killProcess({ guest, param }: DaemonCall) {
  const { supervisor, execution, isRunning, pid } = guest.processes.find(param('ref'));
  if (supervisor?.isActive === true) supervisor.stop();
  else if (isRunning) execution.kill();
  else throw refusal(500, `Process ${pid} is not running`);
  return noContent;
}

const signals: ReadonlySet<number> = new Set(Object.values(constants.signals));

/** POST /api/v1/processes/{ref}/signal. */
export function signalOne({ guest, param, body }: DaemonCall<unknown, { readonly signal: number }>) {
  const entry = guest.processes.find(param('ref'));
  if (!signals.has(body.signal)) throw refusal(400, `Invalid signal number: ${body.signal}`);
  if (!entry.execution.signal(body.signal)) throw refusal(400, `Process ${entry.pid} is not running`);
  return { status: 200, body: { success: true } };
}

/** POST /api/v1/processes/{ref}/restart: managed ones only. */
export async function restartProcess({ guest, param, faults }: DaemonCall) {
  const entry = guest.processes.find(param('ref'));
  if (entry.supervisor === undefined) throw refusal(400, `Process ${entry.pid} is not managed`);
  await entry.supervisor.restart();
  return { status: 200, body: processInfo(entry, faults.legacyProcesses) };
}

/** POST /api/v1/processes/{ref}/stdin: as fast as the process reads. */
export async function writeStdin({ guest, param, request, dialect }: DaemonCall) {
  const { execution, pid } = guest.processes.find(param('ref'));
  if (request.headers['content-length'] === undefined) throw refusal(411, 'Content-Length is required');
  const { stdin } = execution;
  if (stdin === undefined)
    throw refusal(400, `Stdin of process ${pid} is not writable`, 'STDIN_NOT_WRITABLE');
  if (dialect.surface === 'openSource') {
    const bytes = await readBytes(request, openSourceLargestBody).catch(() => {
      throw plainError(413, openSourceWords.tooLong);
    });
    await new Promise<void>(resolve => stdin.write(bytes, () => resolve()));
    return noContent;
  }
  await pipeline(request, stdin, { end: false }).catch(() => {
    throw refusal(400, `Stdin of process ${pid} is closed`, 'STDIN_NOT_WRITABLE');
  });
  return noContent;
}

/** POST /api/v1/processes/{ref}/stdin/close. */
export function closeStdin({ guest, param, dialect }: DaemonCall) {
  const { execution, pid } = guest.processes.find(param('ref'));
  // The open-source server takes a second close, and one after the end.
  if (dialect.surface === 'openSource' && execution.hadStdin) {
    execution.stdin?.end();
    return noContent;
  }
  if (execution.stdin === undefined) {
    throw refusal(400, `Stdin of process ${pid} is not writable`, 'STDIN_NOT_WRITABLE');
  }
  execution.stdin.end();
  return noContent;
}
