import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../emulator/server';
import { Canary, canaryKey } from '../test/support/canary/canary';
import { createEditorHost, type EditorName, type Inspection } from '../test/support/editorHost/index';
import { projectRoot } from '../test/support/projectRoot';

/** Several times what a fast machine needs, for slow and busy ones. */
const suiteTimeoutMs = 25 * 60_000;

/** Searches the window, its processes and its profile for the key. */
function inspectionBy(canary: Canary): Inspection {
  return {
    opened: page => canary.watchRequests(page),
    ended: async page => {
      canary.searchProcesses();
      await canary.searchShown(page, 'after the suite');
      await canary.searchStored(page);
    },
    profile: folder => canary.searchFiles(folder),
  };
}

/** The entry point of a bundled suite, and the removal of the bundle. */
interface HostSuite {
  readonly path: string;
  remove(): void;
}

/**
 * Bundles a folder of tests, since the editor loads CommonJS. Each call has a bundle of its own: suites run side by side.
 *
 * @param includes tells which files are part of it; they are named without their ending, as `files/7-transfer`
 */
export async function buildHostSuite(
  folder = 'test/host',
  includes: (file: string) => boolean = () => true,
): Promise<HostSuite> {
  const source = join(projectRoot, folder);
  const out = join(projectRoot, 'out', folder);
  mkdirSync(out, { recursive: true });
  const outdir = mkdtempSync(join(out, 'suite-'));
  await build({
    entryPoints: readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter(
        file =>
          file === 'index.ts' ||
          (file.endsWith('.test.ts') && includes(file.replace(/\.test\.ts$/, '').replaceAll('\\', '/'))),
      )
      .map(file => join(source, file)),
    outbase: source,
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return {
    path: join(outdir, 'index.js'),
    remove: () => {
      rmSync(outdir, { recursive: true, force: true });
    },
  };
}

/** Runs a bundle of test/host inside a VS Code, against an emulator of its own. */
export async function runHostSuite(name: EditorName, suitePath: string): Promise<void> {
  const apiKey = canaryKey();
  const canary = new Canary(apiKey);
  const emulator = await startEmulator({ apiKeys: [apiKey], speed: 20 });
  const openSource = await startEmulator({ ages: ['openSource'], speed: 20, ownProxyPort: true });
  const workspacePath = mkdtempSync(join(tmpdir(), 'tl-ws-'));
  try {
    const host = await createEditorHost(name);
    await host.runSuite({
      extensionPath: projectRoot,
      suitePath,
      workspacePath,
      settings: { 'tensorlake.apiUrl': emulator.url },
      env: {
        TENSORLAKE_API_KEY: apiKey,
        TENSORLAKE_TEST_URL: emulator.url,
        TENSORLAKE_TEST_OPEN_SOURCE_URL: openSource.url,
        TENSORLAKE_TEST_OPEN_SOURCE_ADMIN_KEY: openSource.adminKey,
        TENSORLAKE_TEST_KEY: apiKey,
        TENSORLAKE_TEST_ADMIN_KEY: emulator.adminKey,
        NODE_EXTRA_CA_CERTS: join(projectRoot, 'test', 'support', 'fixtures', 'tls', 'testOnlyCa.pem'),
      },
      timeoutMs: suiteTimeoutMs,
      inspection: inspectionBy(canary),
    });
    canary.searchFiles(workspacePath);
    for (const { path, query } of [...emulator.requests(), ...openSource.requests()])
      canary.searchText('the address of a request', `${path}?${query}`);
    canary.verify();
  } finally {
    await Promise.all([emulator.stop(), openSource.stop()]);
    rmSync(workspacePath, { recursive: true, force: true });
  }
}
