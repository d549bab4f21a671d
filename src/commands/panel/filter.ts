import { l10n } from 'vscode';
import { parseFilter, suggestFilters } from '../../core/list/filter';
import { listedRows } from '../../core/list/groups';
import type { SandboxStore } from '../../core/list/store';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { askLive, type LiveItem } from '../../host/editor/dialogs/quickPick';
import { plainText } from '../../text/kit/plainText';
import type { AppContext } from '../../app/appContext';
import type { ViewOptionsStore } from '../../host/storage/viewOptions';

/** Filters the view while the user types or moves through suggestions. Escape restores the last filter. */
export function filter({ store }: AppContext, options: ViewOptionsStore): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not filter'),
    run: async (...args) => {
      const [text] = args;
      if (typeof text === 'string') {
        await options.setFilter(text.trim());
        return;
      }
      const before = options.current.filterText;
      const answer = await askLive({
        title: l10n.t('Filter Sandboxes'),
        placeholder: l10n.t('Words in name, id, image or state; nothing shows all'),
        value: before,
        itemsFor: typed => itemsFor(store, options, typed),
        onDidTurnTo: turnedTo => options.preview(turnedTo.trim()),
      });
      await options.setFilter(answer.kind === 'value' ? answer.value.trim() : before);
    },
  };
}

export function clearFilter(options: ViewOptionsStore): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not filter'),
    run: async () => await options.setFilter(''),
  };
}

/** The typed text comes first, so that Enter takes it. */
function itemsFor(store: SandboxStore, options: ViewOptionsStore, typed: string): readonly LiveItem[] {
  const sandboxes = listedRows(store.current, options.current.isHistoryShown).map(row => row.sandbox);
  const asTyped = typed.trim();
  const left = sandboxes.filter(parseFilter(asTyped)).length;
  return [
    {
      icon: asTyped === '' ? 'list-tree' : 'filter',
      label: asTyped === '' ? l10n.t('Show all') : plainText(asTyped),
      description: l10n.t('{0} of {1}', left, sandboxes.length),
      text: asTyped,
    },
    ...suggestFilters(typed, sandboxes).map(({ text, kind, count }) => ({
      icon: kind === 'state' ? 'circle-large-outline' : 'package',
      label: plainText(text),
      description: l10n.t('{0} of {1}', count, sandboxes.length),
      text,
    })),
  ];
}
