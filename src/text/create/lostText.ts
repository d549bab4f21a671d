import { l10n } from 'vscode';
import { isAmbiguous } from '../../core/kernel/errors';
import { isCancellation, errorText, UncertainError } from '../kit/failureText';

/** What the list says of something that may have been made: how many look like it, or that it cannot be read. */
export type Listed = number | 'unread';

/** A sentence about a request that made something or not: its answer was lost, or the user did not wait for it. */
export function lostText(error: unknown, listed: Listed): string {
  const reason = isCancellation(error) ? l10n.t('Cancelled before there was an answer.') : errorText(error);
  if (listed === 'unread')
    return l10n.t(
      '{0} It may have been done all the same, and the list cannot be read now. Refresh before you try again.',
      reason,
    );
  if (listed === 0)
    return l10n.t(
      '{0} It may have been done all the same, though it does not show so far. Refresh before you try again.',
      reason,
    );
  return listed === 1
    ? l10n.t(
        '{0} It may have been done all the same: 1 new one is listed. Look at it before you try again.',
        reason,
      )
    : l10n.t(
        '{0} It may have been done all the same: {1} new ones are listed. Look at them before you try again.',
        reason,
        listed,
      );
}

/**
 * A failure to make something public; one that leaves open whether it was made says that nothing closes it then. Where
 * the account changed meanwhile nobody could look for it, which leaves it open too.
 *
 * @param isAnswered whether the service named what it made, so that its end was set
 */
export function unendedPublic(error: unknown, isAnswered: boolean): unknown {
  const text =
    error instanceof UncertainError
      ? error.message
      : !isAnswered && isAmbiguous(error)
        ? lostText(error, 'unread')
        : undefined;
  if (text === undefined) return error;
  return new UncertainError(
    l10n.t('{0} If it is there it is public, and does not close by itself: close or terminate it.', text),
    { cause: error },
  );
}

/** Adds to what is said of lost copies of a public sandbox that they are public too. @param source its name */
export function publicCopies(text: string, source: string): string {
  return l10n.t('{0} Copies are as public as {1}: close or terminate those you do not want.', text, source);
}

/** About an answer that named something which existed before the request. */
export function notNewText(id: string): string {
  return l10n.t(
    'Tensorlake answered with {0}, which existed before. Whether a new one was made is not known: refresh before you try again.',
    id,
  );
}

/** About an answer that named something which the service then does not know. */
export function notListedText(id: string): string {
  return l10n.t(
    'Tensorlake answered with the id {0}, but does not know it. It may appear later: refresh before you try again.',
    id,
  );
}

/** The title of the notification that can cancel a request which makes something. */
export function cancellableTitle(what: string): string {
  return l10n.t('{0} If you cancel, it may be done all the same, and is looked for.', what);
}
