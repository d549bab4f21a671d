import { ownScriptArgs } from '../../core/processes/ownProcess';
import type { Reached } from '../../app/reach';
import { listeningScript, type ListeningPort, mostPorts, readListening } from './model/listening';
import type { Listed } from '../../core/list/listStatus';

const mostSecs = 10;
const mostOutput = 256 * 1024;

/** The ports on which programs in a sandbox listen now. For a list that the user opened. @throws ApiError as calls do */
export async function listeningPorts({ client, connection }: Reached): Promise<Listed<ListeningPort>> {
  const request = { command: 'sh', args: ownScriptArgs(listeningScript), timeoutSecs: mostSecs };
  const { stdout } = await client.processes.runToEnd(request, connection.signal, mostOutput);
  const entries = readListening(stdout);
  return { entries, isCut: entries.length === mostPorts };
}
