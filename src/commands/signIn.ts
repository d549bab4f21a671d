import { l10n } from 'vscode';
import { ApiError } from '../core/errors';
import type { Endpoint } from '../api/endpoint';
import type { CommandHandler } from '../host/commandRegistry';
import { connect } from '../host/connect';
import { isPlausibleKey } from '../host/credentials';
import { UserError, warn } from '../host/messages';
import { withCancellableProgress } from '../host/progress';
import { askPick, askText } from '../host/quickInput';
import { configuredEndpoint, environmentKey } from '../host/session';
import { readSetting, writeSetting } from '../host/settings';
import type { CommandContext } from './commandContext';
import { endpointProblemText } from './endpointText';

/** Asks for an API key, checks it against the API, and keeps it in the secret store. */
export function signIn(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not sign in'),
    run: async () => {
      const endpoint = configuredEndpoint();
      if ('error' in endpoint) throw new UserError(endpointProblemText(endpoint.error));
      const offered = environmentKey();
      const source = offered === undefined ? 'typed' : await askSource();
      if (source === undefined) return;
      if (source === 'environment' && offered !== undefined) {
        const problem = await withCancellableProgress(l10n.t('Checking the API key…'), signal =>
          check(context, endpoint.ok, offered, signal),
        );
        if (problem !== undefined) throw new UserError(problem);
        await keep(context, endpoint.ok, offered);
        return;
      }
      const answer = await askText({
        title: l10n.t('Sign In to Tensorlake'),
        prompt: l10n.t(
          'API key for {0}. It is kept in the secret store of the editor and nowhere else.',
          endpoint.ok.text,
        ),
        placeholder: 'tl_apiKey_…',
        isSecret: true,
        validate: keyProblem,
        accept: async (key, signal) => await check(context, endpoint.ok, key.trim(), signal),
      });
      if (answer.kind === 'value') await keep(context, endpoint.ok, answer.value.trim());
    },
  };
}

/** Forgets the key. One that comes from the environment is no longer used, rather than deleted. */
export function signOut(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not sign out'),
    run: async () => {
      const { session } = await context.connections.require();
      // Otherwise the key of the environment would sign in again at once.
      if (readSetting('tensorlake.useEnvironmentKey'))
        await writeSetting('tensorlake.useEnvironmentKey', false);
      if (session.source !== 'environment') await context.credentials.forget(session.endpoint.text);
    },
  };
}

async function askSource(): Promise<'environment' | 'typed' | undefined> {
  const answer = await askPick<'environment' | 'typed'>({
    title: l10n.t('Sign In to Tensorlake'),
    placeholder: l10n.t('Which API key?'),
    items: [
      { label: l10n.t('Enter an API Key…'), answer: 'typed' },
      {
        label: l10n.t('Use TENSORLAKE_API_KEY'),
        description: l10n.t('copies the key from the environment into the secret store'),
        answer: 'environment',
      },
    ],
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function keyProblem(text: string): string | undefined {
  if (text.trim() === '') return l10n.t('An API key is needed.');
  return isPlausibleKey(text.trim()) ? undefined : l10n.t('An API key is one word without blanks.');
}

/** Asks the API for one sandbox with the key. What is wrong, in words, or nothing. */
async function check(
  context: CommandContext,
  endpoint: Endpoint,
  key: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const connection = connect(
    { endpoint, credential: () => Promise.resolve(key) },
    { logger: context.log, version: context.version },
  );
  try {
    await connection.plane.withoutRetries().listPage({ limit: 1 }, signal);
    return undefined;
  } catch (error) {
    if (!ApiError.is(error) || error.kind === 'cancelled') throw error;
    return checkText(error, endpoint);
  } finally {
    connection.dispose();
  }
}

function checkText(error: ApiError, endpoint: Endpoint): string {
  switch (error.kind) {
    case 'unauthenticated':
      return l10n.t('Tensorlake rejected this API key.');
    case 'forbidden':
      return l10n.t('This API key is valid but may not list sandboxes.');
    case 'network':
      return l10n.t('{0} cannot be reached: {1}', endpoint.text, error.message);
    case 'timeout':
      return l10n.t('{0} did not answer in time.', endpoint.text);
    default:
      return l10n.t('The key could not be checked: {0}', error.message);
  }
}

async function keep(context: CommandContext, endpoint: Endpoint, key: string): Promise<void> {
  const place = await context.credentials.keep(endpoint.text, key);
  // The same key makes no new session; it may be accepted again all the same.
  void context.connections.current?.poller.refresh();
  if (place === 'window')
    warn(
      l10n.t(
        'The secret store of this system does not keep secrets. The API key is used in this window until it closes, and is not written anywhere.',
      ),
    );
}
