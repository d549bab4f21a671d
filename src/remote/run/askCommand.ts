import { l10n, QuickPickItemKind, ThemeIcon, type QuickInputButton } from 'vscode';
import { inBackground } from '../../core/kernel/unexpected';
import { parseCommandLine } from '../../core/run/commandLine';
import { createPick, type ListItem } from '../../host/editor/dialogs/quickPick';
import { plainText } from '../../text/kit/plainText';
import { askOptions } from './askOptions';
import { commandProblem, howWords, optionWords } from '../../text/run';
import type { RunHistory } from './runHistory';

type Item = ListItem & { readonly line?: string; readonly isOptions?: true };
type Choice = { readonly line: string } | { readonly optionsWith: string };

/**
 * Asks for a command line: typed, or chosen from the history of this workspace. Options can be changed on the way and
 * are remembered.
 *
 * @returns undefined when the user backed out
 */
export async function askCommand(history: RunHistory, title: string): Promise<string | undefined> {
  let typed = '';
  for (;;) {
    const choice = await pickCommand(history, title, typed);
    if (choice === undefined || 'line' in choice) return choice?.line;
    typed = choice.optionsWith;
    const options = await askOptions(history.options);
    if (options === undefined) return undefined;
    await history.setOptions(options);
  }
}

async function pickCommand(history: RunHistory, title: string, typed: string): Promise<Choice | undefined> {
  const { list, draw: fill, answer, answered } = createPick<Item, Choice>();
  const edit: QuickInputButton = { iconPath: new ThemeIcon('edit'), tooltip: l10n.t('Edit before it runs') };
  const forget: QuickInputButton = {
    iconPath: new ThemeIcon('close'),
    tooltip: l10n.t('Remove from the history'),
  };
  list.title = title;
  list.placeholder = l10n.t('Type a command line, or choose one that was run before');
  list.ignoreFocusOut = true;
  list.value = typed;
  // Enter right after a keystroke arrives with the selection from before it. Until VS Code has rendered the list for
  // the current value, only the typed line counts.
  let isDrawn = true;
  const draw = (): void => {
    isDrawn = list.value.trim() === '';
    fill(itemsFor(list.value, history, [edit, forget]));
  };
  list.onDidChangeValue(draw);
  list.onDidChangeActive(([item]) => {
    isDrawn ||= item?.line === list.value;
  });
  list.onDidTriggerItemButton(({ button, item }) => {
    if (item.line === undefined) return;
    if (button === edit) {
      list.value = item.line;
      draw();
    } else inBackground(history.forget(item.line).then(draw));
  });
  list.onDidAccept(() => {
    const item: Item | undefined = isDrawn ? list.selectedItems[0] : typedItem(list.value);
    if (item?.isOptions) answer({ optionsWith: list.value });
    // A line that cannot be parsed shows its problem in the list, and stays for correction.
    else if (item?.line !== undefined && parseCommandLine(item.line).kind !== 'problem')
      answer({ line: item.line });
  });
  draw();
  list.show();
  return await answered;
}

function itemsFor(typed: string, history: RunHistory, buttons: readonly QuickInputButton[]): readonly Item[] {
  const lines = history.lines.filter(line => line !== typed);
  return [
    ...(typed.trim() === '' ? [] : [typedItem(typed)]),
    ...(lines.length === 0 ? [] : [separatorItem(l10n.t('Run before'))]),
    ...lines.map(line => ({ label: plainText(line), description: describe(line), line, buttons })),
    separatorItem(l10n.t('How')),
    {
      icon: 'settings-gear',
      label: l10n.t('Options…'),
      description:
        optionWords(history.options) || l10n.t('directory, variables, user and time limit as they are'),
      alwaysShow: true,
      isOptions: true,
    },
  ];
}

function typedItem(line: string): Item {
  return { icon: 'play', label: plainText(line), description: describe(line), line, alwaysShow: true };
}

function describe(line: string): string {
  const parsed = parseCommandLine(line);
  return parsed.kind === 'problem' ? commandProblem(parsed.problem) : howWords(parsed);
}

function separatorItem(label: string): Item {
  return { label, kind: QuickPickItemKind.Separator };
}
