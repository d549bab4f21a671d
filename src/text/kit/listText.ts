import { l10n } from 'vscode';

/** What is said of a list that does not hold all that the service has. */
export function partialListText(): string {
  return l10n.t('The list is incomplete: the service has more of them.');
}

/** What is said of entries that are left out; undefined for none. */
export function badRowsText(badRows: number): string | undefined {
  return badRows === 0 ? undefined : l10n.t('{0} could not be read; the log says why.', badRows);
}

/**
 * The first of a list, and how many more there are: `22, 80, 443 and 12 more`.
 *
 * @param count how many there are, where no more of them are passed than are shown
 */
export function listText(items: readonly (string | number)[], most = 8, count = items.length): string {
  const shown = items.slice(0, most).join(', ');
  return count <= most ? shown : l10n.t('{0} and {1} more', shown, count - most);
}
