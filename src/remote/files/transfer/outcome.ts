import { l10n } from 'vscode';
import { ApiError } from '../../../core/kernel/errors';
import { warnAny } from '../../../host/editor/dialogs/messages';
import { localReason } from '../../../text/files';
import { errorText, isCancellation } from '../../../text/kit/failureText';
import { listText } from '../../../text/kit/listText';
import { plainText } from '../../../text/kit/plainText';
import { FileError } from '../fileError';

/** What became of the files and folders of a transfer. */
interface Outcome<T> {
  readonly done: readonly T[];
  readonly failed: readonly { readonly item: T; readonly error: unknown }[];
  /** What was not begun, or was under way when the user stopped it. */
  readonly rest: readonly T[];
}

/** Transfers one after the other, also after one that failed, unless the others would fail as well. */
export async function transferEach<T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
): Promise<Outcome<T>> {
  const done: T[] = [];
  const failed: { readonly item: T; readonly error: unknown }[] = [];
  for (const [at, item] of items.entries())
    try {
      await act(item);
      done.push(item);
    } catch (error) {
      if (isCancellation(error)) return { done, failed, rest: items.slice(at) };
      failed.push({ item, error });
      if (ApiError.is(error) || FileError.is(error, 'unavailable', 'noSpace'))
        return { done, failed, rest: items.slice(at + 1) };
    }
  return { done, failed, rest: [] };
}

/**
 * Tells what was not transferred and why, and offers to go on with it. One notification; nothing when all was done, or
 * when the user stopped the only one.
 *
 * @param title the start of the message, such as "Could not upload"
 * @param again transfers what is left
 * @returns whether something is left
 */
export function tellUnfinished<T>(
  title: string,
  { done, failed, rest }: Outcome<T>,
  nameOf: (item: T) => string,
  again: (items: readonly T[]) => void,
): boolean {
  const left = [...failed.map(({ item }) => item), ...rest];
  if (left.length === 0) return false;
  const total = done.length + left.length;
  if (total === 1 && failed.length === 0) return true;
  const names = (items: readonly T[]): string =>
    listText(
      items.map(item => plainText(nameOf(item), 60)),
      3,
    );
  const reasons = failed.slice(0, 3).map(({ item, error }) => {
    const reason = localReason(error) ?? errorText(error);
    return `${plainText(nameOf(item), 60)}: ${reason}`;
  });
  const parts = [
    ...(failed.length > 0 ? [`${title}: ${reasons.join(' ')}`] : []),
    ...(failed.length > reasons.length ? [l10n.t('{0} more failed.', failed.length - reasons.length)] : []),
    ...(rest.length > 0 ? [l10n.t('Not transferred yet: {0}.', names(rest))] : []),
    ...(total > 1 ? [l10n.t('{0} of {1} were transferred.', done.length, total)] : []),
  ];
  const button = done.length > 0 || rest.length > 0 ? l10n.t('Continue') : l10n.t('Try Again');
  void warnAny(parts.join(' '), [button]).then(pressed => {
    if (pressed === button) again(left);
  });
  return true;
}
