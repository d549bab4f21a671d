import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEditorHost } from '../test/support/editorHost/index';
import { projectRoot } from '../test/support/projectRoot';
import { buildExtension } from './buildExtension';
import { buildHostSuite } from './hostSuite';

const timeoutMs = 20 * 60_000;

/** A rogue server in a process of its own, so that the memory of the extension host is its own. */
async function startRogue(): Promise<{ readonly url: string; stop(): void }> {
  const main = path.join(projectRoot, 'test', 'rogue', 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), stop: () => child.kill() };
}

/** Lets the rogue server attack the extension in the newest editor, with the attacks that are named, or all. */
export async function runRogueSuite(attacks: readonly string[] = []): Promise<void> {
  buildExtension();
  const suite = await buildHostSuite('test/rogue/host');
  const rogue = await startRogue();
  const workspacePath = mkdtempSync(path.join(tmpdir(), 'tl-ws-'));
  const apiKey = 'tl_apiKey_of_the_tests_with_the_rogue';
  try {
    const host = await createEditorHost('newest');
    await host.runSuite({
      extensionPath: projectRoot,
      suitePath: suite.path,
      workspacePath,
      settings: { 'tensorlake.apiUrl': rogue.url },
      env: {
        TENSORLAKE_TEST_ATTACKS: attacks.join(' '),
        TENSORLAKE_API_KEY: apiKey,
        TENSORLAKE_TEST_URL: rogue.url,
        TENSORLAKE_TEST_KEY: apiKey,
      },
      timeoutMs,
    });
  } finally {
    rogue.stop();
    suite.remove();
    rmSync(workspacePath, { recursive: true, force: true });
  }
}
