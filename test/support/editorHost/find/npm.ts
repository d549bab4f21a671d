import { spawn } from 'node:child_process';
import { cleanEnvironment } from '../run/environment';

const commonFlags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];

/**
 * Runs `npm install` in a folder that has its own `package.json`.
 *
 * @throws with npm's output when it fails
 */
export async function npmInstall(folder: string, args: readonly string[]): Promise<void> {
  // When npm has started this process, the path of its script is known; that avoids a shell on Windows.
  const script = process.env['npm_execpath'];
  const viaScript = script?.endsWith('.js') === true;
  const command = viaScript ? process.execPath : 'npm';
  const prefix = viaScript ? [script] : [];
  const child = spawn(command, [...prefix, 'install', ...commonFlags, ...args], {
    cwd: folder,
    env: cleanEnvironment(),
    shell: !viaScript && process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new Error(`npm install ${args.join(' ')} failed (${code ?? 'killed'}):\n${output.join('')}`);
}
