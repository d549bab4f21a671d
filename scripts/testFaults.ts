import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../test/support/projectRoot';
import { runRogueSuite } from './rogueSuite';
import { runMain } from './runMain';

/**
 * Runs test/faults, and then the attacks of test/rogue in an editor. `--short` takes the faults that stand for a kind, and
 * no attacks; `--write` puts what was seen into docs/reliability.md; otherwise that page must say what was seen.
 */
async function main(): Promise<number> {
  const mode = process.argv.includes('--short') ? 'short' : process.argv.includes('--write') ? 'write' : '';
  const code = await runFaults(mode);
  if (mode === '' && code === 0) await runRogueSuite();
  return code;
}

function runFaults(mode: string): Promise<number> {
  const mocha = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
  const child = spawn(process.execPath, [mocha, 'test/faults/**/*.test.ts'], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, FAULTS: mode },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  });
}

runMain(main);
