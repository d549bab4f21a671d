import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LaunchOptions } from '../types';
import { removeTemporaryFolder, temporaryFolder } from './shutdown';

/** What a profile takes from the options of a start. */
type ProfileOptions = Pick<LaunchOptions, 'settings' | 'inspection'>;

/** Fresh folders for one run of an editor. */
export interface Profile {
  readonly root: string;
  /** What `--user-data-dir` gets. */
  readonly userData: string;
  readonly extensions: string;
  /** The user settings as they are now, whoever wrote them. */
  settings(): Promise<Readonly<Record<string, unknown>>>;
  /** Changes user settings. */
  changeSettings(changes: Readonly<Record<string, unknown>>): Promise<void>;
  /** Call it after the editor has ended. */
  remove(): Promise<void>;
}

/** Settings for every window: nothing opens, asks or uses the network by itself. */
const quietSettings: Readonly<Record<string, unknown>> = {
  'security.workspace.trust.enabled': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'editor.cursorBlinking': 'solid',
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
  // Desktop only: menus and dialogs in the page, where tests can use them, not those of the system.
  'window.titleBarStyle': 'custom',
  'window.menuStyle': 'custom',
  'window.dialogStyle': 'custom',
};

/** Makes a profile with user settings, which win over the quiet defaults. It is inspected before it is removed. */
export async function createProfile({ settings, inspection }: ProfileOptions): Promise<Profile> {
  const root = await temporaryFolder();
  const userData = path.join(root, 'data');
  const extensions = path.join(root, 'ext');
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await mkdir(extensions);
  const file = path.join(userData, 'User', 'settings.json');
  await writeSettings(file, { ...quietSettings, ...settings });
  return {
    root,
    userData,
    extensions,
    settings: () => readSettings(file),
    changeSettings: async changes => writeSettings(file, { ...(await readSettings(file)), ...changes }),
    remove: async () => {
      try {
        inspection?.profile(root);
      } finally {
        await removeTemporaryFolder(root);
      }
    },
  };
}

async function readSettings(file: string): Promise<Readonly<Record<string, unknown>>> {
  const settings: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof settings !== 'object' || settings === null) throw new Error(`${file} holds no settings`);
  return { ...settings };
}

async function writeSettings(file: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await writeFile(file, JSON.stringify(settings, undefined, 2));
}
