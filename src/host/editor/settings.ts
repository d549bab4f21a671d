import { workspace, type Disposable } from 'vscode';
import { settingDefaults, type SettingKey, type SettingValue } from '../../manifest';
import { showSettings } from './editorCommands';

/** Reads a setting. A value of the wrong type, which the editor lets through from hand-written files, counts as the default. */
export function readSetting<K extends SettingKey>(key: K): SettingValue<K> {
  const fallback = settingDefaults[key];
  const value: unknown = workspace.getConfiguration().get(key);
  return isLike(value, fallback) ? value : fallback;
}

/**
 * A setting of the editor itself, whatever a workspace sets; unchecked. VS Code does not let a workspace set these, but
 * where traffic goes must not depend on that.
 */
export function readEditorSetting(key: `http.${string}` | 'workbench.list.openMode'): unknown {
  const settings = workspace.getConfiguration();
  const found = settings.inspect<unknown>(key);
  const isOfWorkspace = found?.workspaceValue !== undefined || found?.workspaceFolderValue !== undefined;
  return isOfWorkspace ? (found.globalValue ?? found.defaultValue) : settings.get(key);
}

/** What a setting of the editor itself is when nobody sets it; unchecked. */
export function editorSettingDefault(key: `http.${string}`): unknown {
  return workspace.getConfiguration().inspect<unknown>(key)?.defaultValue;
}

/** A setting of another extension from the user's own settings, whatever a workspace sets; unchecked. */
export function readUserSetting(key: `remote.SSH.${string}`): unknown {
  return workspace.getConfiguration().inspect<unknown>(key)?.globalValue;
}

/** Writes a setting for this user. */
export async function writeSetting<K extends SettingKey>(key: K, value: SettingValue<K>): Promise<void> {
  await writeSettingAt(key, value, 'user');
}

/** Shows one setting of this extension in the settings editor, or all of them. */
export async function openSettings(key?: SettingKey): Promise<void> {
  if (key === undefined) await showSettings('tensorlake', 'tensorlake');
  else await showSettings(`@id:${key}`, key);
}

/** Whether a text is the name of a setting of this extension. */
export function isSettingKey(text: unknown): text is SettingKey {
  return typeof text === 'string' && Object.hasOwn(settingDefaults, text);
}

/** Where a setting can be written: for this user, or for everyone who opens the workspace. */
export type SettingPlace = 'user' | 'workspace';

/** The value of a setting in each place, unmerged and unchecked. */
export function inspectSetting(key: SettingKey): Readonly<Record<SettingPlace, unknown>> {
  const found = workspace.getConfiguration().inspect<unknown>(key);
  return { user: found?.globalValue, workspace: found?.workspaceValue };
}

/** Writes a setting for this user, or into the workspace. */
export async function writeSettingAt<K extends SettingKey>(
  key: K,
  value: SettingValue<K>,
  place: SettingPlace,
): Promise<void> {
  await workspace.getConfiguration().update(key, value, place === 'user');
}

/** Calls back when one of the settings changed. */
export function onDidChangeSettings(keys: readonly SettingKey[], callback: () => void): Disposable {
  return workspace.onDidChangeConfiguration(event => {
    if (keys.some(key => event.affectsConfiguration(key))) callback();
  });
}

function isLike<T>(value: unknown, fallback: T): value is T {
  if (typeof value === 'number' && !Number.isFinite(value)) return false;
  return (
    typeof value === typeof fallback && value !== null && Array.isArray(value) === Array.isArray(fallback)
  );
}
