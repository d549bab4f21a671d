import { symlink, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { cachedFolder } from './cacheFolder';
import type { Editor } from './editors';
import { neededExtensions } from './extensions';
import { nodeBinaryIn, nodePackage, writeManifest } from './nodeBinary';
import { npmInstall } from './npm';

/** A VS Code server on disk. */
export interface InstalledServer {
  readonly vscodeVersion: string;
  /** The Node that runs it. */
  readonly node: string;
  /** Its main script. */
  readonly main: string;
  /** The folder of the editor's own extensions that tests need. */
  readonly neededExtensions: string;
}

const productSchema = z.object({ version: z.string() });

/** Installs the VS Code server of an editor into the cache, or finds it there. */
export async function installServer(editor: Editor): Promise<InstalledServer> {
  const node = nodePackage();
  if (node === undefined)
    throw new Error(
      `No VS Code server for ${process.platform} on ${process.arch}; set VSCODE_TEST_HOST=electron`,
    );
  const packages = [`code-server@${editor.codeServerVersion}`, `${node}@${editor.nodeMajor}`];
  const folder = await cachedFolder(`server-${editor.vscodeVersion}`, packages.join(' '), async target => {
    console.log(`Fetching VS Code ${editor.vscodeVersion} (server) from npm, once…`);
    await fetchServer(target, packages);
  });
  const root = vscodeIn(folder);
  return {
    vscodeVersion: await readVersion(root),
    node: nodeBinaryIn(folder, node),
    main: path.join(root, 'out', 'server-main.js'),
    neededExtensions: await neededExtensions(root),
  };
}

async function fetchServer(folder: string, packages: readonly string[]): Promise<void> {
  await writeManifest(folder);
  await npmInstall(folder, packages);
  const root = vscodeIn(folder);
  await npmInstall(root, ['--omit=dev']);
  // The workbench loads its libraries by the name of the archive in the desktop build.
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
