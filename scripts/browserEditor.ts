import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { editors } from '../test/support/editorHost/find/editors';
import { installServer } from '../test/support/editorHost/find/install';
import type { Profile } from '../test/support/editorHost/run/profile';
import { installVsixes, startServer } from '../test/support/editorHost/run/serverProcess';
import { packageExtension } from './buildExtension';
import type { OpenedEditor } from './openedEditor';

/** An editor whose window is a page in any browser on this machine. */
export interface BrowserEditor extends OpenedEditor {
  /** Its address, with the token that the server asks for. */
  readonly url: string;
}

/**
 * Starts the VS Code server with the extension installed from a package, as from the marketplace: the server loads
 * extensions from folders only for tests.
 *
 * @param port 0 for any free one
 */
export async function openInBrowser(
  profile: Profile,
  workspace: string,
  env: Readonly<Record<string, string>>,
  port: number,
): Promise<BrowserEditor> {
  const server = await installServer(editors.newest);
  const vsix = path.join(profile.root, 'extension.vsix');
  packageExtension(vsix);
  await installVsixes(server, profile, [vsix]);
  const connectionToken = randomBytes(16).toString('hex');
  const running = await startServer(server, { profile, port, connectionToken, env });
  const url = new URL(`http://127.0.0.1:${running.port}/`);
  url.searchParams.set('tkn', connectionToken);
  url.searchParams.set('folder', pathToFileURL(workspace).pathname);
  return {
    url: url.href,
    description: `Open VS Code ${server.vscodeVersion} in a browser: ${url.href}`,
    ended: running.ended,
    stop: () => running.stop(),
  };
}
