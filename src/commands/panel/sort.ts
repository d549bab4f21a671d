import { l10n } from 'vscode';
import { parseSortOrder, sortOrders, type SortOrder } from '../../core/list/order';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { askPick } from '../../host/editor/dialogs/quickPick';
import type { ViewOptionsStore } from '../../host/storage/viewOptions';

/** Sorts the sandboxes of each group by the given order, or by one that the user picks. */
export function sort(options: ViewOptionsStore): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not sort'),
    run: async (...args) => {
      const order = parseSortOrder(args[0]) ?? (await askOrder(options.current.sort));
      if (order !== undefined) await options.setSort(order);
    },
  };
}

async function askOrder(current: SortOrder): Promise<SortOrder | undefined> {
  const answer = await askPick<SortOrder>({
    title: l10n.t('Sort Sandboxes'),
    placeholder: l10n.t('Within each group, pinned sandboxes first'),
    items: sortOrders.map(order => ({ ...textOf(order), answer: order })),
    active: current,
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function textOf(order: SortOrder): { readonly label: string; readonly description: string } {
  switch (order) {
    case 'name':
      return { label: l10n.t('Name'), description: l10n.t('then unnamed ones, newest first') };
    case 'newest':
      return { label: l10n.t('Newest First'), description: l10n.t('by the time of creation') };
    case 'oldest':
      return { label: l10n.t('Oldest First'), description: l10n.t('by the time of creation') };
    case 'stateChange':
      return { label: l10n.t('Last State Change'), description: l10n.t('as far as this window saw it') };
  }
}
