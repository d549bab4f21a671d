import { l10n } from 'vscode';
import type { CreateDraft, CreateField } from '../../../core/create/createDraft';
import { fieldTitle, fieldValue, lockReason, saidFields } from '../../../text/create/fieldText';
import { askPick, heading, type PickHeading, type PickItem } from '../../../host/editor/dialogs/quickPick';
import { type Answer } from '../../../host/editor/dialogs/quickInput';
import { plainText } from '../../../text/kit/plainText';
import type { CreateStage } from './step';
import { nameProblem, namesOf, withName } from './typedFields';

/** The numbered steps of the wizard: fields, review. */
const createPageCount = 2;

/** The actions of a page besides changing a field. */
type PageAction = 'create' | 'review' | 'edit' | 'copyAsTl' | 'copyAsCurl' | 'savePreset';

export type PageChoice =
  | { readonly kind: 'action'; readonly action: PageAction }
  | { readonly kind: 'field'; readonly field: CreateField }
  /** Creates it under the name that was typed. */
  | { readonly kind: 'name'; readonly name: string };

/** Something the user should know before they go on. */
export interface PageNotice {
  readonly kind: 'error' | 'info';
  readonly text: string;
}

const sections: readonly { readonly title: () => string; readonly fields: readonly CreateField[] }[] = [
  { title: () => l10n.t('what it is'), fields: ['name', 'count', 'snapshotId', 'image', 'templateId'] },
  { title: () => l10n.t('size'), fields: ['cpus', 'memoryMb', 'diskMb', 'gpus'] },
  { title: () => l10n.t('life'), fields: ['timeoutSecs', 'maxPendingSecs'] },
  { title: () => l10n.t('inside'), fields: ['entrypoint', 'secretNames', 'fileSystems'] },
  { title: () => l10n.t('network'), fields: ['network', 'exposedPorts', 'allowUnauthenticatedAccess'] },
];

/** The first page: all fields with their values. A name that is typed creates the sandbox. */
export async function askFields(
  stage: CreateStage,
  draft: CreateDraft,
  notice: PageNotice | undefined,
): Promise<Answer<PageChoice>> {
  const items = [
    createLine(stage, draft, notice),
    {
      icon: 'list-flat',
      label: l10n.t('Review…'),
      description: l10n.t('the request in words, as curl, as a preset'),
      answer: action('review'),
    },
    ...sections.flatMap(({ title, fields }) => [
      heading(title()),
      ...fields.map(field => fieldLine(field, draft)),
    ]),
  ];
  return await askPick<PageChoice>({
    title: stage.title,
    placeholder: l10n.t('Type a name, or pick a line to change it; Enter creates it'),
    step: 1,
    totalSteps: createPageCount,
    items,
    typed: text => typedLine(stage, draft, text, items),
  });
}

/**
 * The line for what is typed: creates it under that name, or says what is wrong with the name. Where a line begins with
 * the text, that line may be meant, and a text that is no name is looked for alone.
 */
function typedLine(
  stage: CreateStage,
  draft: CreateDraft,
  text: string,
  lines: readonly { readonly label: string }[],
): (PickItem<PageChoice> & { readonly isOnly: boolean }) | undefined {
  const isLine = lines.some(({ label }) => beginsWord(label, text));
  const named = withName(draft, text);
  const problem = nameProblem(stage, named);
  if (problem !== undefined)
    return isLine
      ? undefined
      : { icon: 'error', label: problem, answer: { kind: 'field', field: 'name' }, isOnly: true };
  const names = plainText(namesOf(text, draft.count, stage.isTaken));
  const label =
    draft.request.snapshotId === undefined
      ? l10n.t("Create '{0}'", names)
      : l10n.t("Restore as '{0}'", names);
  return { icon: 'add', label, answer: { kind: 'name', name: text }, isOnly: !isLine };
}

function beginsWord(label: string, text: string): boolean {
  const [all, start] = [label.toLowerCase(), text.toLowerCase()];
  return all.startsWith(start) || all.split(' ').some(word => word.startsWith(start));
}

/** The page that shows the request before it is sent. */
export async function askReview(
  stage: CreateStage,
  draft: CreateDraft,
  notice: PageNotice | undefined,
): Promise<Answer<PageChoice>> {
  const items: readonly (PickItem<PageChoice> | PickHeading)[] = [
    createLine(stage, draft, notice),
    { icon: 'edit', label: l10n.t('Edit…'), answer: action('edit') },
    { icon: 'terminal', label: l10n.t('Copy as tl Command'), answer: action('copyAsTl') },
    {
      icon: 'globe',
      label: l10n.t('Copy as curl'),
      description: l10n.t('with $TENSORLAKE_API_KEY in place of the key'),
      answer: action('copyAsCurl'),
    },
    { icon: 'save', label: l10n.t('Save as Preset…'), answer: action('savePreset') },
    heading(l10n.t('the request')),
    ...saidFields(draft).map(field => fieldLine(field, draft)),
  ];
  return await askPick<PageChoice>({
    title: `${stage.title}: ${l10n.t('Review')}`,
    placeholder: l10n.t('Enter creates it; pick a line to change it'),
    step: 2,
    totalSteps: createPageCount,
    hasBack: true,
    items,
  });
}

function action(name: PageAction): PageChoice {
  return { kind: 'action', action: name };
}

function createLine(
  { isTaken }: CreateStage,
  draft: CreateDraft,
  notice: PageNotice | undefined,
): PickItem<PageChoice> {
  return {
    icon: notice?.kind ?? 'add',
    label: createLabel(draft, isTaken),
    ...(notice && { detail: plainText(notice.text, 400) }),
    answer: action('create'),
  };
}

function createLabel(
  { request: { name, snapshotId }, count, server }: CreateDraft,
  isTaken: CreateStage['isTaken'],
): string {
  const isRestore = snapshotId !== undefined;
  // Where no sandbox has a name, none is told from others by having none.
  if (name === undefined && server === 'openSource') return plainLabel(isRestore, count);
  if (name === undefined) {
    if (count > 1)
      return isRestore
        ? l10n.t('Restore {0} ephemeral sandboxes', count)
        : l10n.t('Create {0} ephemeral sandboxes', count);
    return isRestore ? l10n.t('Restore an ephemeral sandbox') : l10n.t('Create an ephemeral sandbox');
  }
  const names = plainText(namesOf(name, count, isTaken));
  return isRestore ? l10n.t('Restore as {0}', names) : l10n.t('Create {0}', names);
}

function plainLabel(isRestore: boolean, count: number): string {
  if (count === 1) return isRestore ? l10n.t('Restore a sandbox') : l10n.t('Create a sandbox');
  return isRestore ? l10n.t('Restore {0} sandboxes', count) : l10n.t('Create {0} sandboxes', count);
}

function fieldLine(field: CreateField, draft: CreateDraft): PickItem<PageChoice> {
  const reason = lockReason(field, draft);
  const icon = reason !== undefined ? 'lock' : isRisky(field, draft) ? 'warning' : undefined;
  return {
    ...(icon !== undefined && { icon }),
    label: fieldTitle(field, draft.server),
    description: reason ?? fieldValue(field, draft),
    answer: { kind: 'field', field },
  };
}

function isRisky(field: CreateField, { request }: CreateDraft): boolean {
  return field === 'allowUnauthenticatedAccess' && request.allowUnauthenticatedAccess === true;
}
