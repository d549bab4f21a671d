import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../test/support/projectRoot';

/**
 * Bundles the extension into `dist/`.
 *
 * @throws with the bundler's output when it fails
 */
export function buildExtension(): void {
  runNode('The build', ['esbuild.mjs']);
}

/**
 * Packs the built extension into a VSIX.
 *
 * @param file the package to write
 * @param folder the folder of its package.json
 * @throws with the packager's output when it fails
 */
export function packageExtension(file: string, folder = projectRoot): void {
  // As a program of its own, because it prints a long list of files.
  const vsce = path.join(projectRoot, 'node_modules', '@vscode', 'vsce', 'vsce');
  const flags = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--skip-license',
    '--no-rewrite-relative-links',
  ];
  runNode('Packing the extension', [vsce, 'package', ...flags, '--out', file], folder);
}

function runNode(what: string, args: readonly string[], cwd = projectRoot): void {
  const { status, error, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${what} failed:\n${stdout}${stderr}`);
}
