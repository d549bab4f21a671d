import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { editors } from '../test/support/editorHost/find/editors';
import { cleanEnvironment, hasDisplay } from '../test/support/editorHost/run/environment';
import { startGroup } from '../test/support/editorHost/run/processGroup';
import type { Profile } from '../test/support/editorHost/run/profile';
import { onShutdown } from '../test/support/editorHost/run/shutdown';
import { projectRoot } from '../test/support/projectRoot';
import type { OpenedEditor } from './openedEditor';

const versionWithinMs = 10_000;
const onWindows = process.platform === 'win32';

/** The version of the `code` on PATH; undefined when there is none, it is too old or there is no display. */
export function desktopVersion(): string | undefined {
  if (!hasDisplay()) return undefined;
  // The `code` of a remote terminal only talks to its own editor: without that editor's variables it fails, as it should.
  const { status, stdout } = spawnSync('code', ['--version'], {
    env: cleanEnvironment(),
    encoding: 'utf8',
    shell: onWindows,
    timeout: versionWithinMs,
  });
  const version = status === 0 ? /^\d+\.\d+\.\d+/.exec(stdout)?.[0] : undefined;
  return version !== undefined && isAtLeast(version, editors.floor.vscodeVersion) ? version : undefined;
}

/** Opens the desktop editor with the extension from this repository's folder. */
export function openDesktop(
  version: string,
  profile: Profile,
  workspace: string,
  env: Readonly<Record<string, string>>,
): OpenedEditor {
  const args = [
    '--wait',
    '--new-window',
    `--user-data-dir=${profile.userData}`,
    `--extensions-dir=${profile.extensions}`,
    `--extensionDevelopmentPath=${projectRoot}`,
    workspace,
  ];
  const quoted = onWindows ? args.map(arg => `"${arg}"`) : args;
  const group = startGroup('code', quoted, { env: cleanEnvironment(env), shell: onWindows });
  group.stdout.resume();
  group.stderr.resume();
  const quit = async (): Promise<void> => {
    forget();
    await quitEditor(profile);
    await group.stop();
  };
  const forget = onShutdown(quit);
  return { description: `VS Code ${version} is opening on your desktop`, ended: group.ended, stop: quit };
}

/** `code` starts the editor outside its own process group; the profile has the editor's process id. */
async function quitEditor(profile: Profile): Promise<void> {
  try {
    const pid = Number(await readFile(path.join(profile.userData, 'code.lock'), 'utf8'));
    if (pid > 0) process.kill(pid, 'SIGTERM');
  } catch {
    // It has already quit.
  }
}

function isAtLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0;
}
