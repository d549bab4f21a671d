import { l10n } from 'vscode';
import { inform } from '../../host/editor/dialogs/messages';
import { hasWorkspace, readPresets, writePreset } from '../../host/storage/presets';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { askText } from '../../host/editor/dialogs/quickInput';
import type { SettingPlace } from '../../host/editor/settings';

/** Asks for a name and for user or workspace settings, and saves a request there as a preset. */
export async function saveAsPreset(input: Readonly<Record<string, unknown>>, title: string): Promise<void> {
  const heading = `${title}: ${l10n.t('Save as Preset')}`;
  const taken = readPresets();
  const name = await askText({
    title: heading,
    prompt: l10n.t('What the preset is called. It appears in New Sandbox from Preset.'),
    value: typeof input['name'] === 'string' ? input['name'] : '',
    hasBack: true,
    validate: text => (text.trim() === '' ? l10n.t('A name is needed.') : undefined),
    explain: text =>
      taken.some(preset => preset.name === text.trim())
        ? l10n.t('A preset of this name is replaced where it is.')
        : undefined,
  });
  if (name.kind !== 'value') return;
  const place = hasWorkspace() ? await askPlace(heading) : 'user';
  if (place === undefined) return;
  await writePreset(name.value.trim(), input, place);
  inform(l10n.t('Preset {0} is saved.', name.value.trim()));
}

async function askPlace(title: string): Promise<SettingPlace | undefined> {
  const place = await askPick<SettingPlace>({
    title,
    placeholder: l10n.t('For whom?'),
    hasBack: true,
    items: [
      { label: l10n.t('For Me'), description: l10n.t('user settings'), answer: 'user' },
      {
        label: l10n.t('For This Workspace'),
        description: l10n.t('workspace settings, shared with everybody who opens it'),
        answer: 'workspace',
      },
    ],
  });
  return place.kind === 'value' ? place.value : undefined;
}
