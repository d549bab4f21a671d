import { l10n } from 'vscode';
import { ApiError, isUnknownFeature } from '../../core/kernel/errors';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { Connection } from '../../host/session/connection';
import { UserError } from '../../text/kit/failureText';

/**
 * Sends a request for something that not every server has. A refusal for want of it becomes a sentence; a 404 does
 * when the sandbox itself is still there.
 *
 * @param feature what was asked for, as the end of "This server does not offer …"
 */
export async function sendOffered<T>(
  { sandboxes, signal }: Connection,
  { id }: Sandbox,
  feature: string,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (isUnknownFeature(error)) throw notOffered(feature, error);
    if (!ApiError.is(error, 'notFound')) throw error;
    // Throws `notFound` itself when it is the sandbox that is gone.
    await sandboxes.get(id, signal);
    throw new UserError(
      l10n.t(
        'This server does not offer {0}, or does not know what was named. ({1})',
        feature,
        error.message,
      ),
    );
  }
}

/** For a server that took a request and did nothing about it. */
export function ignored(feature: string): UserError {
  return new UserError(
    l10n.t('The server took the request and changed nothing: it does not seem to offer {0}.', feature),
  );
}

function notOffered(feature: string, error: unknown): UserError {
  const words = error instanceof Error ? error.message : '';
  return new UserError(
    words === ''
      ? l10n.t('This server does not offer {0}.', feature)
      : l10n.t('This server does not offer {0}. ({1})', feature, words),
  );
}
