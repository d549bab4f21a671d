import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeTemporaryFolder, temporaryFolder } from './shutdown';

/** Fresh folders for one run of an editor. */
export interface Profile {
  readonly root: string;
  /** What `--user-data-dir` gets. */
  readonly userData: string;
  readonly extensions: string;
  remove(): Promise<void>;
}

/** Settings for every window: nothing that pops up, asks or calls out by itself. */
const quietSettings: Readonly<Record<string, unknown>> = {
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.commandCenter': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // Desktop only: menus and dialogs in the page, where they can be driven, not the system's.
  'window.titleBarStyle': 'custom',
  'window.menuStyle': 'custom',
  'window.dialogStyle': 'custom',
};

/**
 * Makes a profile with user settings.
 *
 * @param settings win over the quiet defaults
 */
export async function createProfile(settings: Readonly<Record<string, unknown>>): Promise<Profile> {
  const root = await temporaryFolder();
  const userData = path.join(root, 'data');
  const extensions = path.join(root, 'ext');
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await mkdir(extensions);
  const text = JSON.stringify({ ...quietSettings, ...settings }, undefined, 2);
  await writeFile(path.join(userData, 'User', 'settings.json'), text);
  return { root, userData, extensions, remove: () => removeTemporaryFolder(root) };
}
