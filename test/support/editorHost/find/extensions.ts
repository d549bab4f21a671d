import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

/** Extensions of the editor that no test needs. A third of the time in which a window opens is theirs. */
const unneeded = new Set([
  ...['copilot', 'github-authentication', 'microsoft-authentication', 'tunnel-forwarding'],
  ...['ms-vscode.js-debug', 'ms-vscode.js-debug-companion', 'ms-vscode.vscode-js-profile-table'],
  ...['debug-auto-launch', 'debug-server-ready', 'extension-editing', 'merge-conflict', 'references-view'],
  ...['emmet', 'grunt', 'gulp', 'jake', 'npm', 'terminal-suggest', 'simple-browser', 'search-result'],
  ...['css-language-features', 'html-language-features', 'php-language-features'],
  ...['typescript-language-features', 'ipynb', 'notebook-renderers', 'markdown-math', 'media-preview'],
  ...['mermaid-markdown-features'],
]);

/**
 * A folder with the editor's own extensions but for those that no test needs, made when it is first asked for.
 *
 * @param root the folder of the server's code
 */
export async function neededExtensions(root: string): Promise<string> {
  const all = path.join(root, 'extensions');
  const name = createHash('sha256')
    .update([...unneeded].join())
    .digest('hex');
  const folder = path.join(root, `extensions-${name.slice(0, 8)}`);
  if (existsSync(folder)) return folder;
  const fresh = await mkdtemp(`${folder}-`);
  const entries = await readdir(all, { withFileTypes: true });
  for (const entry of entries)
    if (entry.isDirectory() && !unneeded.has(entry.name))
      await symlink(path.join(all, entry.name), path.join(fresh, entry.name), 'junction');
  try {
    await rename(fresh, folder);
  } catch (error) {
    // Another process was faster.
    await rm(fresh, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
