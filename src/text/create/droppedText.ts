import { l10n } from 'vscode';
import { createFields } from '../../core/create/createDraft';
import type { CreateSandboxRequest } from '../../core/create/createRequest';
import type { Dropped } from '../../core/create/dropped';
import { listText } from '../kit/listText';
import { plainText } from '../kit/plainText';
import { mebibytes, timeoutSpan } from '../kit/units';
import { fieldTitle } from './fieldText';

/**
 * A sentence about what a server accepted and did not take.
 *
 * @param requests what was asked for
 * @param dropped what each of them lost
 * @returns undefined where nothing was lost
 */
export function droppedText(
  requests: readonly CreateSandboxRequest[],
  dropped: readonly (readonly Dropped[])[],
): string | undefined {
  const all = dropped.flat();
  // Requests of one command ask for the same, apart from their names.
  const fields = createFields.flatMap(field => all.find(each => each.field === field) ?? []);
  if (fields.length === 0) return undefined;
  const [first] = requests;
  const isOne = requests.length === 1;
  const lost = listText(fields.map(each => wordsOf(each, isOne ? first?.name : undefined)));
  return isOne
    ? l10n.t('The sandbox was created, but the server did not take everything: {0}.', lost)
    : l10n.t('The sandboxes were created, but the server did not take everything: {0}.', lost);
}

function wordsOf({ field, asked, got }: Dropped, name: string | undefined): string {
  const title = fieldTitle(field);
  if (field === 'name')
    return name === undefined ? l10n.t('names') : l10n.t('the name "{0}"', plainText(name, 80));
  if (asked === undefined || got === undefined) return title;
  return l10n.t('{0} {1} instead of {2}', title, amount(field, got), amount(field, asked));
}

function amount(field: Dropped['field'], value: number): string {
  if (field === 'timeoutSecs') return timeoutSpan(value);
  return field === 'cpus' ? String(value) : mebibytes(value);
}
