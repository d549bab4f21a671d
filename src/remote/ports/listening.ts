import { ownScriptArgs } from '../../core/processes/ownProcess';
import type { Reached } from '../../app/reach';
import { listeningScript, readListening, type ListeningPort } from './model/listening';

const mostSecs = 10;
const mostOutput = 256 * 1024;

/** The ports on which programs in a sandbox listen now. For a list that the user opened. @throws ApiError as calls do */
export async function listeningPorts({ client, connection }: Reached): Promise<readonly ListeningPort[]> {
  const request = { command: 'sh', args: ownScriptArgs(listeningScript), timeoutSecs: mostSecs };
  const { stdout } = await client.processes.runToEnd(request, connection.signal, mostOutput);
  return readListening(stdout);
}
