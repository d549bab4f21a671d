import { l10n } from 'vscode';
import { isPermanent } from '../../api/http/errors/transportErrors';
import type { Endpoint } from '../../core/account/endpoint';
import type { ProjectScope } from '../../core/account/profile';
import { ApiError } from '../../core/kernel/errors';
import { isPlausibleKey } from '../../host/session/credentials';
import { askText } from '../../host/editor/dialogs/quickInput';
import { noPacText } from '../../text/connection/causeText';
import { type SecretTarget, withServices } from './secretTarget';

/** How a personal access token begins (API reference section 1.2). */
const tokenPrefix = 'tl_pat';

/** Whether a secret is a personal access token, which works in no project unless one is named with it. */
export function needsScope(secret: string): boolean {
  return secret.startsWith(tokenPrefix);
}

/**
 * Asks for an API key or a personal access token, which the API accepts.
 *
 * @returns an empty one for a server on this machine that asks for none
 */
export async function askKey(target: SecretTarget, title: string): Promise<string | undefined> {
  const answer = await askText({
    title,
    prompt: [
      l10n.t(
        'API key or personal access token for {0}. It is kept in the secret store of the editor and nowhere else.',
        target.endpoint.text,
      ),
      ...(target.endpoint.isLoopback ? [l10n.t('Leave it empty if the server asks for none.')] : []),
    ].join(' '),
    placeholder: 'tl_apiKey_…',
    isSecret: true,
    validate: text => keyProblem(text.trim(), target.endpoint),
    accept: async (key, signal) => (await checkSecret(target, key.trim(), undefined, signal))?.text,
  });
  return answer.kind === 'value' ? answer.value.trim() : undefined;
}

/** A server on this machine may run without authentication. */
function keyProblem(key: string, { isLoopback }: Endpoint): string | undefined {
  if (key === '') return isLoopback ? undefined : l10n.t('An API key is needed.');
  return isPlausibleKey(key) ? undefined : l10n.t('An API key is one word without blanks.');
}

/** Why a secret cannot be used. */
interface SecretProblem {
  readonly text: string;
  /** Whether the server knows the secret as none of its own. */
  readonly isRejected: boolean;
}

/** Checks whether the API accepts a secret; undefined when it does. */
export async function checkSecret(
  target: SecretTarget,
  secret: string,
  scope: ProjectScope | undefined,
  signal: AbortSignal,
): Promise<SecretProblem | undefined> {
  const credential = scope ? { token: secret, ...scope } : secret;
  try {
    await withServices(target, credential, async ({ sandboxes, accounts }) => {
      // Without a project, a token cannot list sandboxes.
      if (needsScope(secret) && !scope) await accounts.listOrganizations(signal);
      else await sandboxes.withoutRetries().listPage({ limit: 1 }, signal);
    });
    return undefined;
  } catch (error) {
    if (!ApiError.is(error) || error.kind === 'cancelled') throw error;
    const text =
      secret === '' && error.kind === 'unauthenticated'
        ? l10n.t('This server asks for an API key.')
        : checkText(error, target.endpoint);
    return {
      text: (await mayNeedProxy(error, target)) ? `${text.replace(/[^.]$/, '$&.')} ${noPacText()}` : text,
      isRejected: error.kind === 'unauthenticated',
    };
  }
}

/** Whether the server was not reached, and nothing that is read here names a proxy. */
async function mayNeedProxy(error: ApiError, { endpoint, connections }: SecretTarget): Promise<boolean> {
  const isUnreached = error.kind === 'network' || error.kind === 'timeout';
  if (!isUnreached || !error.undelivered || isPermanent(error.code) || endpoint.isLoopback) return false;
  return (await connections.networkOptions()).proxyUrl === undefined;
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
