import { commands, l10n, ThemeIcon, type QuickInputButton } from 'vscode';
import { parseFilter } from '../../../core/list/filter';
import { stateChangeMs } from '../../../core/list/order';
import type { Row } from '../../../core/list/rows';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import { confirmModal } from '../../../host/editor/dialogs/messages';
import { UserError } from '../../../text/kit/failureText';
import { askPick, heading, type PickHeading, type PickItem } from '../../../host/editor/dialogs/quickPick';
import { type RowAction, sandboxActions, sandboxItems } from '../../../app/sandboxActions';
import { rowName } from '../../../text/sandbox/rowText';
import { plainText, separator } from '../../../text/kit/plainText';
import { commandIds, type CommandId } from '../../../manifest';
import type { AppContext } from '../../../app/appContext';
import type { ViewOptionsStore } from '../../../host/storage/viewOptions';
import { refuseWithoutList, resolveTarget } from '../../../app/targets';

/** The most sandboxes that the pick list shows as recent. */
const mostRecent = 5;

/** Actions that have a button in the pick list. */
const withButton: ReadonlySet<CommandId> = new Set([
  commandIds.suspend,
  commandIds.resume,
  commandIds.showDetails,
]);

interface Goal {
  readonly row: Row;
  /** A command to run on it instead of revealing it. */
  readonly command?: CommandId;
}

/** Reveals a sandbox in the view: the given one, or one that the user picks among all. */
export function reveal(context: AppContext, options: ViewOptionsStore): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not go to the sandbox'),
    run: async (...args) => {
      const goal = args.length === 0 ? await askGoal(context) : await goalOf(context, args);
      if (!goal) return;
      const { sandbox } = goal.row;
      if (goal.command !== undefined) await commands.executeCommand(goal.command, { sandboxId: sandbox.id });
      else if (await makeVisible(options, goal.row)) {
        const isShown = await context.view.revealAndFocus(sandbox.id);
        if (!isShown) throw new UserError(l10n.t('{0} is not in the list any more.', rowName(goal.row)));
      }
    },
  };
}

async function goalOf(context: AppContext, args: readonly unknown[]): Promise<Goal | undefined> {
  const row = await resolveTarget(context, args, {
    anyOf: [],
    needsRest: false,
    question: () => l10n.t('Go to which sandbox?'),
    none: () => l10n.t('No such sandbox.'),
  });
  return row && { row };
}

async function askGoal(context: AppContext): Promise<Goal | undefined> {
  const { poller } = await context.connections.require();
  if (context.store.current.status.kind === 'loading') await poller.refresh();
  refuseWithoutList(context);
  const items = itemsOf(context);
  if (items.length === 0) throw new UserError(l10n.t('There is no sandbox to go to.'));
  const answer = await askPick<Goal>({
    title: l10n.t('Go to Sandbox'),
    placeholder: l10n.t('Name, id, image or state'),
    items,
    onButton: ({ row }, button) => ({ row, ...(isActionButton(button) && { command: button.command }) }),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** Recent sandboxes first, then all others in the order of the view. */
function itemsOf({ store, view, clock }: AppContext): readonly (PickItem<Goal> | PickHeading)[] {
  const groups = view.groups(store.current.rows.values());
  const selected = view.recent().flatMap(id => store.current.rows.get(id) ?? []);
  const changed = groups
    .flatMap(group => group.rows)
    .filter(row => row.stateSinceMs !== undefined && row.sandbox.state !== 'terminated')
    .sort((a, b) => (stateChangeMs(b) ?? 0) - (stateChangeMs(a) ?? 0));
  const recent = new Set([...selected, ...changed].slice(0, mostRecent));
  const nowMs = clock.now();
  const others = sandboxItems(groups, nowMs).filter(({ answer }) => !recent.has(answer));
  if (recent.size === 0) return others.map(goalItem);
  return [
    heading(l10n.t('recent')),
    ...sandboxItems([{ rows: [...recent] }], nowMs).map(goalItem),
    ...(others.length === 0 ? [] : [heading(l10n.t('all others')), ...others.map(goalItem)]),
  ];
}

/** A sandbox with its id, and buttons for actions. */
function goalItem({ label, description = '', answer: row }: PickItem<Row>): PickItem<Goal> {
  const { id, name } = row.sandbox;
  return {
    label,
    description: name === undefined ? description : [description, plainText(id)].join(separator),
    buttons: sandboxActions(row)
      .filter(({ command }) => withButton.has(command))
      .map(buttonOf),
    answer: { row },
  };
}

interface ActionButton extends QuickInputButton {
  readonly command: CommandId;
}

function buttonOf({ command, icon, title }: RowAction): ActionButton {
  return { iconPath: new ThemeIcon(icon), tooltip: title(), command };
}

function isActionButton(button: QuickInputButton): button is ActionButton {
  return 'command' in button;
}

/** Shows the history or clears the filter if it hides a row, after a question. False when the row stays hidden. */
async function makeVisible(options: ViewOptionsStore, row: Row): Promise<boolean> {
  const name = rowName(row);
  const { filterText, isHistoryShown } = options.current;
  if (row.sandbox.state === 'terminated' && !isHistoryShown) {
    const question = l10n.t('{0} is terminated, and the history is hidden.', name);
    if (!(await confirmModal(question, l10n.t('Show it to see the sandbox.'), l10n.t('Show History'))))
      return false;
    options.setHistoryShown(true);
  }
  if (parseFilter(filterText)(row.sandbox)) return true;
  const question = l10n.t('The filter "{0}" hides {1}.', plainText(filterText), name);
  if (!(await confirmModal(question, l10n.t('Clear it to see the sandbox.'), l10n.t('Clear Filter'))))
    return false;
  await options.setFilter('');
  return true;
}
