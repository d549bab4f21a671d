import { l10n } from 'vscode';
import { ApiError, isRouteMissing, isUnknownFeature } from '../core/kernel/errors';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { Connection } from '../host/session/connection';
import { UserError } from '../text/kit/failureText';

/**
 * Sends a request for a feature that some servers lack. An error that means this becomes a sentence, and so does a 404
 * when the sandbox itself is still there.
 *
 * @param feature the name of the feature, as the end of "This server does not offer …"
 */
export async function sendOffered<T>(
  { sandboxes, signal }: Connection,
  { id }: Pick<Sandbox, 'id'>,
  feature: string,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (isUnknownFeature(error)) throw notOffered(feature, error);
    if (!ApiError.is(error, 'notFound')) throw error;
    // Throws `notFound` when the sandbox is gone.
    await sandboxes.get(id, signal);
    if (isRouteMissing(error)) throw notOffered(feature, error);
    throw new UserError(
      l10n.t(
        'This server does not offer {0}, or does not know what was named. ({1})',
        feature,
        error.message,
      ),
    );
  }
}

/** The error for a server that accepted a request and changed nothing. */
export function ignored(feature: string): UserError {
  return new UserError(
    l10n.t('The server took the request and changed nothing: it does not seem to offer {0}.', feature),
  );
}

function notOffered(feature: string, error: unknown): UserError {
  const words = error instanceof Error && !isRouteMissing(error) ? error.message : '';
  return new UserError(
    words === ''
      ? l10n.t('This server does not offer {0}.', feature)
      : l10n.t('This server does not offer {0}. ({1})', feature, words),
  );
}
