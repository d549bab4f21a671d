import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { installNode } from '../test/support/editorHost/find/nodeBinary';
import { projectRoot } from '../test/support/projectRoot';
import { runMain } from './runMain';

/** The oldest major version of Node that the official SDK runs on. */
const leastNode = 22;
/** The major version of Node that is fetched where this process's is older. */
const fetchedNode = 24;

/** Runs test/contract, or the files named on the command line, under a Node that the official SDK runs on. */
async function main(): Promise<number> {
  if (!existsSync(nativePart())) {
    console.log(`The official SDK has no native part for ${process.platform} on ${process.arch}: skipped.`);
    return 0;
  }
  const files = process.argv.slice(2);
  const mocha = path.join('node_modules', 'mocha', 'bin', 'mocha.js');
  const child = spawn(
    await node(),
    [
      ...['--import', 'tsx', mocha, '--no-config', '--timeout', '10000', '--forbid-only'],
      ...(files.length > 0 ? files : ['test/contract/**/*.test.ts']),
    ],
    { cwd: projectRoot, stdio: 'inherit', env: environment() },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  });
}

function nativePart(): string {
  const target = `${process.platform}-${process.arch}`;
  return path.join(projectRoot, 'node_modules', 'tensorlake', 'dist', 'native', target);
}

function node(): Promise<string> {
  const major = parseInt(process.versions.node, 10);
  return major >= leastNode ? Promise.resolve(process.execPath) : installNode(fetchedNode);
}

/** The environment without an account, and without a proxy between the SDK and loopback. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:TENSORLAKE|INDEXIFY)_/.test(name));
  return { ...Object.fromEntries(kept), NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' };
}

runMain(main);
