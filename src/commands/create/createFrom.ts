import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { resolveTarget } from '../../app/targets';
import {
  type CreateDraft,
  freeName,
  freshDefaults,
  requestLike,
  withoutPublicAccess,
} from '../../core/create/createDraft';
import type { CreateSandboxRequest } from '../../core/create/createRequest';
import { isMember } from '../../core/kernel/formats/json';
import { isRestorable, type SandboxSnapshot } from '../../core/snapshots/snapshot';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { confirmModal, inform } from '../../host/editor/dialogs/messages';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import { askPick, heading, type PickHeading, type PickItem } from '../../host/editor/dialogs/quickPick';
import { readPresets, type Preset } from '../../host/storage/presets';
import { fieldTitle, fieldValue, saidFields } from '../../text/create/fieldText';
import { UserError } from '../../text/kit/failureText';
import { plainText, separator } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import { nameTaken } from '../change/questions/askName';
import {
  askSnapshot,
  resolveSnapshots,
  restorable,
  type SnapshotServices,
} from '../snapshots/snapshotTargets';
import { readCreateInput } from './createInput';
import { draftOfInput, inputProblemText } from './wizard/inputText';
import type { CreateServices } from './wizard/step';
import { type CreateWizardOptions, idOrIds, openCreateWizard } from './wizard/wizard';

/** What the wizard starts with. */
interface FilledIn extends CreateWizardOptions {
  readonly request: CreateSandboxRequest;
}

/**
 * A command that opens the create wizard filled in. Returns the id of what was created, or ids when several were wanted.
 *
 * @param fillIn returns what is filled in, or `undefined` when the user backed out
 */
function openFilledIn(
  context: AppContext,
  services: CreateServices,
  failureTitle: () => string,
  fillIn: (args: readonly unknown[]) => FilledIn | undefined | Promise<FilledIn | undefined>,
): CommandHandler {
  return {
    failureTitle,
    run: async (...args) => {
      const filledIn = await fillIn(args);
      if (!filledIn) return undefined;
      const { request, ...options } = filledIn;
      return idOrIds(await openCreateWizard(context, services, request, options));
    },
  };
}

function couldNotCreate(): string {
  return l10n.t('Could not create the sandbox');
}

function couldNotRestore(): string {
  return l10n.t('Could not restore');
}

/** Fills in everything that the service reports of a terminated sandbox. */
export function createAgain(context: AppContext, services: CreateServices): CommandHandler {
  return openFilledIn(context, services, couldNotCreate, async args => {
    const row = await resolveTarget(context, args, {
      anyOf: ['canCreateAgain'],
      isOfHistory: true,
      question: () => l10n.t('Create which sandbox again?'),
      none: () => l10n.t('No terminated sandbox in the list. Show History reads older ones.'),
    });
    return (
      row && {
        request: requestLike(row.sandbox),
        title: l10n.t('Create Again'),
        notice: [
          l10n.t(
            'The disk starts empty, and the service does not tell which secrets it had: pick them again.',
          ),
          ...(row.sandbox.allowUnauthenticatedAccess ? [l10n.t('It was public; this one is not.')] : []),
          ...(row.sandbox.unreadRules === undefined
            ? []
            : [
                l10n.t(
                  'Some of its network rules could not be read: look at the network before you create it.',
                ),
              ]),
        ].join(' '),
      }
    );
  });
}

/** Fills in what was created last, with a name that is free and without public access. */
export function createFromLast(context: AppContext, services: CreateServices): CommandHandler {
  return openFilledIn(context, services, couldNotCreate, () => {
    const input = services.lastCreate.read();
    const read = input === undefined ? undefined : readCreateInput(input);
    if (!read || 'problems' in read) {
      inform(l10n.t('No sandbox was created here before: these are the usual settings.'));
      return { request: {} };
    }
    const { request, count } = read.draft;
    const { name } = request;
    // Several sandboxes get numbers that are free.
    const free = name === undefined || count > 1 ? name : freeName(name, nameTaken(context));
    return { request: { ...withoutPublicAccess(request), name: free }, count };
  });
}

/** Fills in a preset of the settings: the one named by the argument, or one that the user picks. */
export function createFromPreset(context: AppContext, services: CreateServices): CommandHandler {
  return openFilledIn(
    context,
    services,
    () => l10n.t('Could not use the preset'),
    async ([name]) => {
      await context.connections.require();
      const presets = readPresets();
      if (presets.length === 0) throw new UserError(noPresets());
      const preset = typeof name === 'string' ? presetNamed(presets, name) : await askPreset(presets);
      if (!preset) return undefined;
      const draft = draftOfInput(preset.input);
      if (preset.isUntrusted && !(await isAllowed(preset, draft))) return undefined;
      const title = l10n.t('New Sandbox from {0}', plainText(preset.name, 60));
      return { request: draft.request, count: draft.count, title };
    },
  );
}

/** Fills in a snapshot: of the given sandbox, or of any. */
export function restore(context: AppContext, services: CreateServices): CommandHandler {
  return openFilledIn(context, services, couldNotRestore, async args => {
    const [first] = args;
    if (isMember(first, 'snapshotId') && typeof first.snapshotId === 'string')
      return { request: { snapshotId: first.snapshotId } };
    const connection = await context.connections.require();
    const row =
      first === undefined
        ? undefined
        : await resolveTarget(context, args, {
            anyOf: [],
            needsRest: false,
            question: () => l10n.t('Restore a snapshot of which sandbox?'),
            none: () => l10n.t('No such sandbox.'),
          });
    if (first !== undefined && !row) return undefined;
    const { snapshots } = await withViewProgress(connection.snapshots.list(connection.signal));
    const usable = restorable(snapshots, row?.sandbox.id);
    if (usable.length === 0)
      throw new UserError(
        row
          ? l10n.t('{0} has no snapshot that can be restored from.', rowName(row))
          : l10n.t('There is no snapshot that can be restored from.'),
      );
    const answer = await askSnapshot(context, usable, {
      title: l10n.t('Restore from Snapshot'),
      placeholder: l10n.t('Restore from which snapshot?'),
    });
    return answer.kind === 'value' ? fromSnapshot(answer.value) : undefined;
  });
}

/** Fills in a snapshot of the Snapshots view. */
export function restoreSnapshot(
  context: AppContext,
  services: CreateServices & SnapshotServices,
): CommandHandler {
  return openFilledIn(context, services, couldNotRestore, async args => {
    const [snapshot] = await resolveSnapshots(context, services, args.slice(0, 1), {
      isEligible: isRestorable,
      question: () => l10n.t('Restore which snapshot?'),
      none: () => l10n.t('No snapshot that can be restored from.'),
    });
    return snapshot && fromSnapshot(snapshot);
  });
}

function fromSnapshot(snapshot: SandboxSnapshot): FilledIn {
  return { request: { snapshotId: snapshot.id, timeoutSecs: freshDefaults.timeoutSecs }, snapshot };
}

function noPresets(): string {
  return l10n.t(
    'There are no presets. Save one on the review page of New Sandbox, or write it into the setting tensorlake.presets.',
  );
}

/** The preset of this name. One of the user settings comes before one of the workspace. */
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
      ...itemsAt(presets, 'user', l10n.t('yours')),
      ...itemsAt(presets, 'workspace', l10n.t('of this workspace')),
    ],
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function itemsAt(
  presets: readonly Preset[],
  place: Preset['place'],
  title: string,
): readonly (PickItem<Preset> | PickHeading)[] {
  const items = presets.filter(preset => preset.place === place).map(itemOf);
  return items.length === 0 ? [] : [heading(title), ...items];
}

/** A preset that cannot be used is listed with its problem, so that its author sees what to correct. */
function itemOf(preset: Preset): PickItem<Preset> {
  const read = readCreateInput(preset.input);
  const name = plainText(preset.name, 80);
  return 'draft' in read
    ? { label: name, description: words(read.draft).join(separator), answer: preset }
    : {
        icon: 'warning',
        label: name,
        description: read.problems.map(inputProblemText).join(' '),
        answer: preset,
      };
}

/** The fields of a draft that differ from the defaults. */
function words(draft: CreateDraft): readonly string[] {
  return saidFields(draft).map(field => `${fieldTitle(field, draft.server)}: ${fieldValue(field, draft)}`);
}

async function isAllowed(preset: Preset, draft: CreateDraft): Promise<boolean> {
  const detail = [
    l10n.t('This workspace is not trusted. The preset fills in this; you can still change it:'),
    words(draft).join('\n'),
  ].join('\n\n');
  const question = l10n.t('Use the preset {0} of this workspace?', plainText(preset.name, 60));
  return await confirmModal(question, detail, l10n.t('Use Preset'));
}
