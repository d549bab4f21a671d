import { isJsonObject } from '../../core/kernel/formats/json';
import { workspace } from 'vscode';
import { inspectSetting, writeSettingAt, type SettingPlace } from '../editor/settings';

/** A named request in the settings, unchecked. */
export interface Preset {
  readonly name: string;
  readonly place: SettingPlace;
  readonly input: unknown;
  /** Whether it comes from a workspace that the user has not trusted. */
  readonly isUntrusted: boolean;
}

const key = 'tensorlake.presets';

/** Presets of the user, then those of the workspace. */
export function readPresets(): readonly Preset[] {
  const { user, workspace: shared } = inspectSetting(key);
  return [...presetsAt('user', user), ...presetsAt('workspace', shared)];
}

/** Adds or replaces a preset. */
export async function writePreset(
  name: string,
  input: Readonly<Record<string, unknown>>,
  place: SettingPlace,
): Promise<void> {
  const present = inspectSetting(key)[place];
  await writeSettingAt(key, { ...(isJsonObject(present) && present), [name]: input }, place);
}

/** Whether there is a workspace to write presets into. */
export function hasWorkspace(): boolean {
  return workspace.workspaceFolders !== undefined || workspace.workspaceFile !== undefined;
}

function presetsAt(place: SettingPlace, value: unknown): readonly Preset[] {
  if (!isJsonObject(value)) return [];
  const isUntrusted = place === 'workspace' && !workspace.isTrusted;
  return Object.entries(value).map(([name, input]) => ({ name, place, input, isUntrusted }));
}
