import { l10n } from 'vscode';
import { readCreateInput } from './createInput';
import type { CreateDraft } from '../../core/create/createDraft';
import { fieldTitle, fieldValue, saidFields } from '../../text/create/fieldText';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { confirmModal } from '../../host/editor/messages';
import { UserError } from '../../text/kit/failureText';
import { readPresets, type Preset } from '../../host/storage/presets';
import { askPick, heading, type PickHeading, type PickItem } from '../../host/editor/quickPick';
import { plainText, separator } from '../../text/kit/plainText';
import type { CommandContext } from '../../app/appContext';
import { idOrIds, openCreateWizard } from './wizard';
import { draftOfInput, inputProblemText } from './inputText';

/** The wizard with a preset of the settings filled in; a name as argument takes that one. */
export function createFromPreset(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not use the preset'),
    run: async (...args) => {
      await context.connections.require();
      const [name] = args;
      const presets = readPresets();
      if (presets.length === 0) throw new UserError(noPresets());
      const preset = typeof name === 'string' ? presetNamed(presets, name) : await askPreset(presets);
      if (!preset) return undefined;
      const { request, count } = draftOfInput(preset.input);
      if (preset.isUntrusted && !(await isAllowed(preset, { request, count }))) return undefined;
      const title = l10n.t('New Sandbox from {0}', plainText(preset.name, 60));
      return idOrIds(await openCreateWizard(context, request, { count, title }));
    },
  };
}

function noPresets(): string {
  return l10n.t(
    'There are no presets. Save one on the review page of New Sandbox, or write it into the setting tensorlake.presets.',
  );
}

/** A preset by name; the user's own before one of the workspace. */
function presetNamed(presets: readonly Preset[], name: string): Preset {
  const preset = presets.find(each => each.name === name);
  if (!preset) throw new UserError(l10n.t('There is no preset {0}.', plainText(name)));
  return preset;
}

async function askPreset(presets: readonly Preset[]): Promise<Preset | undefined> {
  const answer = await askPick<Preset>({
    title: l10n.t('New Sandbox from Preset'),
    placeholder: l10n.t('Which preset?'),
    items: [
      ...linesAt(presets, 'user', l10n.t('yours')),
      ...linesAt(presets, 'workspace', l10n.t('of this workspace')),
    ],
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function linesAt(
  presets: readonly Preset[],
  place: Preset['place'],
  title: string,
): readonly (PickItem<Preset> | PickHeading)[] {
  const lines = presets.filter(preset => preset.place === place).map(lineOf);
  return lines.length === 0 ? [] : [heading(title), ...lines];
}

/** A preset that cannot be used is shown with what is wrong with it: dropping it would leave its author in the dark. */
function lineOf(preset: Preset): PickItem<Preset> {
  const read = readCreateInput(preset.input);
  const name = plainText(preset.name, 80);
  return 'draft' in read
    ? { label: name, description: words(read.draft).join(separator), answer: preset }
    : {
        label: `$(warning) ${name}`,
        description: read.problems.map(inputProblemText).join(' '),
        answer: preset,
      };
}

/** What a draft says, but for what every sandbox has. */
function words(draft: CreateDraft): readonly string[] {
  return saidFields(draft).map(field => `${fieldTitle(field)}: ${fieldValue(field, draft)}`);
}

async function isAllowed(preset: Preset, draft: CreateDraft): Promise<boolean> {
  const detail = [
    l10n.t('This workspace is not trusted. The preset fills in this; you can still change it:'),
    words(draft).join('\n'),
  ].join('\n\n');
  const question = l10n.t('Use the preset {0} of this workspace?', plainText(preset.name, 60));
  return await confirmModal(question, detail, l10n.t('Use Preset'));
}
