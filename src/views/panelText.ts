import { l10n } from 'vscode';
import type { ListStatus, PanelSnapshot } from '../core/store';
import { timeOfDay } from '../host/words';
import { failureSentence } from '../host/failureText';

/** The line above the tree: what is wrong with what it shows, or nothing. */
export function messageOf(snapshot: PanelSnapshot): string | undefined {
  const { status, badRows, rows } = snapshot;
  if (status.kind === 'stale' || (status.kind === 'failed' && rows.size > 0)) return staleText(status);
  if (badRows === 0) return undefined;
  return badRows === 1
    ? l10n.t('1 sandbox could not be read; the log says why.')
    : l10n.t('{0} sandboxes could not be read; the log says why.', badRows);
}

function staleText(status: Extract<ListStatus, { kind: 'stale' | 'failed' }>): string {
  const sentence = failureSentence(status.failure.kind);
  const asOf = status.kind === 'stale' ? [l10n.t('As of {0}.', timeOfDay(status.sinceMs))] : [];
  const retry =
    status.retryAtMs === undefined
      ? l10n.t('Not retrying.')
      : l10n.t(
          'Retrying at {0}.',
          new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(status.retryAtMs),
        );
  return [...asOf, sentence, retry].join(' ');
}

/** What stands beside the view's title: the filter and how much it leaves. */
export function descriptionOf(filterText: string, shown: number, total: number): string | undefined {
  if (filterText === '') return undefined;
  return l10n.t('"{0}" · {1} of {2}', filterText, shown, total);
}
