import { env, Uri } from 'vscode';
import { withPathOf } from '../../core/ports/externalPath';

/**
 * The address at which the browser of the user reaches one of the machine where this extension runs: the editor takes it
 * there where that is another machine, as in a browser window. Others stay as they are, to the letter.
 */
export async function externalAddress(url: string): Promise<string> {
  const uri = Uri.parse(url, true);
  const external = await env.asExternalUri(uri);
  return external.toString() === uri.toString() ? url : withPathOf(external.toString(true), url);
}
