import { l10n } from 'vscode';

/** What is said of a list that does not hold all that the service has. */
export function partialListText(): string {
  return l10n.t('The list is incomplete: the service has more of them.');
}

/** The first of a list, and how many more there are: `22, 80, 443 and 12 more`. */
export function listText(items: readonly (string | number)[], most = 8): string {
  const shown = items.slice(0, most).join(', ');
  return items.length <= most ? shown : l10n.t('{0} and {1} more', shown, items.length - most);
}
