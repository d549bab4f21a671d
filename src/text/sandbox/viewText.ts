import { l10n } from 'vscode';
import type { Retry } from '../../core/list/polling/schedule';
import { listBounds } from '../../core/kernel/listBounds';
import type { Failure, ListCut, ListStatus } from '../../core/list/listStatus';
import type { PanelSnapshot } from '../../core/list/store';
import { plainText, separator } from '../kit/plainText';
import { timeOfDay } from '../kit/units';
import { isCauseKnown, listFailureSentence } from '../kit/failureText';
import { lazy } from '../../core/kernel/async';

/** The user's filter, and how many sandboxes it shows of how many. */
export interface FilterEffect {
  readonly text: string;
  readonly shown: number;
  readonly total: number;
}

/** The message above the tree: why it may be out of date, and what the filter hides; undefined for neither. */
export function messageOf(
  snapshot: PanelSnapshot,
  filter: FilterEffect,
  isHistoryShown: boolean,
): string | undefined {
  const { archiveCut } = snapshot;
  const history = isHistoryShown && archiveCut ? historyCutText(archiveCut) : undefined;
  const parts = [troubleOf(snapshot), history, filterText(filter)].filter(part => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

/**
 * The description beside the view's title: the account and the filter.
 *
 * @param cause why there is no list, or which server cannot be reached, as `unreachedText` words it
 */
export function descriptionOf(
  { account }: Pick<PanelSnapshot, 'account'>,
  { text, shown, total }: FilterEffect,
  cause?: string,
): string | undefined {
  const filtered = text === '' ? undefined : l10n.t('{0} · {1} of {2}', plainText(text), shown, total);
  const parts = [account === undefined ? undefined : plainText(account), filtered, cause].filter(
    part => part !== undefined,
  );
  return parts.length === 0 ? undefined : parts.join(separator);
}

/** Which server cannot be reached and why, in the few words that fit beside a title. @param host with its port */
export function unreachedText(host: string, { kind, code, message }: Failure): string {
  const cause =
    kind === 'timeout'
      ? l10n.t('no answer')
      : code === 'ECONNREFUSED'
        ? l10n.t('refused')
        : code === 'ENOTFOUND'
          ? l10n.t('name unknown')
          : plainText(message);
  return `${host} (${cause})`;
}

function filterText({ text, shown, total }: FilterEffect): string | undefined {
  // For an empty list there is welcome content with a button.
  return text === '' || shown === 0
    ? undefined
    : l10n.t('Filter "{0}" shows {1} of {2}.', text, shown, total);
}

function troubleOf({ status, badRows, cut, rows }: PanelSnapshot): string | undefined {
  if (status.kind === 'stale' || (status.kind === 'failed' && rows.size > 0)) return staleText(status);
  const parts = [cut && cutText(cut), badRows === 0 ? undefined : badRowsText(badRows)];
  const said = parts.filter(part => part !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
}

function badRowsText(badRows: number): string {
  return badRows === 1
    ? l10n.t('1 sandbox could not be read; the log says why.')
    : l10n.t('{0} sandboxes could not be read; the log says why.', badRows);
}

function cutText(cut: ListCut): string {
  switch (cut) {
    case 'rows':
      return l10n.t('The list is incomplete: no more than {0} sandboxes are shown.', listBounds.rows);
    case 'pages':
    case 'size':
    case 'time':
      return l10n.t('The list is incomplete: the service sent more than is read of any list.');
    case 'cursor':
      return l10n.t('The list is incomplete: the service did not say how to read the rest.');
  }
}

/** Why the history does not go on to its end. */
export function historyCutText(cut: ListCut): string {
  return cut === 'cursor'
    ? l10n.t('The history is incomplete: the service did not say how to read the rest.')
    : l10n.t('The history is incomplete: the service sent more than is read of any list.');
}

/** Why a list is out of date, and when it will be read again; undefined for one that is up to date. */
export function staleMessage(status: ListStatus): string | undefined {
  return status.kind === 'stale' || status.kind === 'failed' ? staleText(status) : undefined;
}

/**
 * Why there is no list at all, where the cause is known. It stands beside the title of the view, where its hover shows it
 * whole: a message would take the place of the welcome content and its buttons.
 */
export function causeMessage(status: ListStatus): string | undefined {
  return status.kind === 'failed' && isCauseKnown(status.failure) ? staleText(status) : undefined;
}

function staleText(status: Extract<ListStatus, { kind: 'stale' | 'failed' }>): string {
  const sentence = listFailureSentence(status.failure);
  const asOf = status.kind === 'stale' ? [l10n.t('As of {0}.', timeOfDay(status.sinceMs))] : [];
  return [...asOf, sentence, retryText(status)].join(' ');
}

const secondsFormat = lazy(() => new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }));

function retryText({ retryAtMs, retriesOnReturn }: Retry): string {
  if (retryAtMs !== undefined) return l10n.t('Retrying at {0}.', secondsFormat().format(retryAtMs));
  return retriesOnReturn ? l10n.t('Retrying once this window is in front again.') : l10n.t('Not retrying.');
}
