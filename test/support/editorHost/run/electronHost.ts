import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  SilentReporter,
} from '@vscode/test-electron';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import { cacheRoot } from '../find/cacheFolder';
import type { Editor } from '../find/editors';
import { cleanEnvironment } from './environment';
import { startGroup } from './processGroup';
import { createProfile } from './profile';
import type { Profile } from './profile';
import { onShutdown } from './shutdown';
import { openSuiteRelay } from './suiteRelay';
import type { EditorHost, EditorWindow, SuiteOptions, WindowOptions } from '../types';
import { waitForWorkbench } from './workbench';

const testFlags = [
  '--no-sandbox',
  '--disable-gpu-sandbox',
  '--disable-updates',
  '--skip-welcome',
  '--skip-release-notes',
  '--disable-telemetry',
  // Otherwise the system's keychain may ask for a password.
  '--password-store=basic',
];

/** The desktop VS Code, downloaded into the cache. It needs a display. */
export async function createElectronHost(editor: Editor): Promise<EditorHost> {
  const executable = await downloadAndUnzipVSCode({
    version: editor.vscodeVersion,
    cachePath: cacheRoot,
    reporter: new SilentReporter(),
  });
  return {
    kind: 'electron',
    vscodeVersion: editor.vscodeVersion,
    runSuite: options => runSuite(executable, options),
    openWindow: options => openWindow(executable, options),
  };
}

async function runSuite(executable: string, options: SuiteOptions): Promise<void> {
  const profile = await createProfile(options);
  const relay = await openSuiteRelay(options.suitePath, profile.root);
  const args = [
    options.workspacePath,
    ...launchFlags(profile, options.extensionPath),
    `--extensionTestsPath=${relay.entryPath}`,
  ];
  const group = startGroup(executable, args, { env: cleanEnvironment(options.env), cwd: profile.root });
  group.stdout.resume();
  group.stderr.resume();
  try {
    await Promise.race([relay.outcome(options.timeoutMs), failIfEndedEarly(group.ended)]);
  } finally {
    relay.close();
    await group.stop();
    await profile.remove();
  }
}

/** VS Code exits with 0 only after a suite that passed, and the relay has reported that by then. */
async function failIfEndedEarly(ended: Promise<number | null>): Promise<never> {
  const code = await ended;
  if (code === 0) return new Promise<never>(() => undefined);
  throw new Error(`VS Code ended (${code ?? 'killed'}) before the suite did`);
}

async function openWindow(executable: string, options: WindowOptions): Promise<EditorWindow> {
  const profile = await createProfile(options);
  try {
    if (options.vsixPaths !== undefined) await installVsixes(executable, profile, options.vsixPaths);
    const app = await _electron.launch({
      executablePath: executable,
      args: [options.workspacePath, ...launchFlags(profile, options.extensionPath)],
      env: cleanEnvironment(options.env),
    });
    const forget = onShutdown(() => app.close());
    const page = await app.firstWindow();
    await page.setViewportSize(options.viewport ?? { width: 1280, height: 800 });
    await waitForWorkbench(page);
    return {
      page,
      reload: () => reload(page),
      openAnother: () => openAnother(app, page),
      settings: () => profile.settings(),
      changeSettings: changes => profile.changeSettings(changes),
      close: async () => {
        forget();
        await app.close();
        await profile.remove();
      },
    };
  } catch (error) {
    await profile.remove();
    throw error;
  }
}

function launchFlags(profile: Profile, extensionPath: string | undefined): string[] {
  return [
    ...testFlags,
    ...profileFlags(profile),
    // All of the extension's log, which an inspection is to see.
    '--log=tensorlake-sandboxes.tensorlake-sandboxes:trace',
    ...(extensionPath === undefined ? [] : [`--extensionDevelopmentPath=${extensionPath}`]),
  ];
}

function profileFlags(profile: Profile): string[] {
  return [`--user-data-dir=${profile.userData}`, `--extensions-dir=${profile.extensions}`];
}

async function installVsixes(executable: string, profile: Profile, vsixes: readonly string[]): Promise<void> {
  const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true });
  if (cli === undefined) throw new Error('The downloaded VS Code has no command line program');
  const installFlags = vsixes.flatMap(vsix => ['--install-extension', vsix]);
  const group = startGroup(cli, [...args, ...profileFlags(profile), ...installFlags], {
    env: cleanEnvironment(),
    shell: process.platform === 'win32',
  });
  group.stdout.resume();
  group.stderr.resume();
  const code = await group.ended;
  await group.stop();
  if (code !== 0) throw new Error(`Installing ${vsixes.join(', ')} failed (${code ?? 'killed'})`);
}

async function reload(page: Page): Promise<void> {
  const loaded = page.waitForEvent('domcontentloaded');
  await runFromPalette(page, 'Developer: Reload Window');
  await loaded;
  await waitForWorkbench(page);
}

/** The new window has the extension only if it was installed from a package: one from a folder is loaded into the first window alone. */
async function openAnother(app: ElectronApplication, page: Page): Promise<Page> {
  const opened = app.waitForEvent('window');
  await runFromPalette(page, 'Workspaces: Duplicate As Workspace in New Window');
  const another = await opened;
  await waitForWorkbench(another);
  return another;
}

async function runFromPalette(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first().click();
}
