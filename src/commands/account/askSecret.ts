import { l10n } from 'vscode';
import type { NamedThing } from '../../api/control/accounts';
import { isPermanent } from '../../api/http/transportErrors';
import type { Endpoint } from '../../core/account/endpoint';
import { ApiError } from '../../core/kernel/errors';
import type { ProjectScope } from '../../core/account/profile';
import type { Connections } from '../../host/session/connection';
import type { Services } from '../../host/session/openServices';
import { isPlausibleKey } from '../../host/session/credentials';
import { UserError } from '../../text/kit/failureText';
import { startProgress } from '../../host/editor/progress';
import { askPick } from '../../host/editor/quickPick';
import { askText } from '../../host/editor/quickInput';
import { environmentKey } from '../../host/session/session';
import { noPacText } from '../../text/connection/causeText';
import { plainText } from '../../text/kit/plainText';

/** What the user signs in with: a project's API key, or a personal access token with its organization and project. */
export interface CheckedSecret {
  readonly secret: string;
  readonly scope?: ProjectScope;
}

/** A server that a secret is checked against. */
export interface SecretTarget {
  readonly endpoint: Endpoint;
  readonly connections: Pick<Connections, 'openServices' | 'networkOptions'>;
}

/** How a personal access token begins (API reference section 1.2). */
const tokenPrefix = 'tl_pat';

/**
 * Asks for an API key or a personal access token, and checks it against the API before it is kept. For a token it also
 * asks for an organization and a project, if there are several.
 *
 * @returns undefined when the user backed out
 */
export async function askSecret(target: SecretTarget, title: string): Promise<CheckedSecret | undefined> {
  const offered = environmentKey();
  const source = offered === undefined ? 'typed' : await askSource(title);
  if (source === undefined) return undefined;
  const secret =
    source === 'environment' && offered !== undefined
      ? await checkOffered(target, offered)
      : await askTyped(target, title);
  if (secret === undefined || !secret.startsWith(tokenPrefix))
    return secret === undefined ? undefined : { secret };
  const scope = await askScope(target, secret, title);
  return scope && { secret, scope };
}

async function askSource(title: string): Promise<'environment' | 'typed' | undefined> {
  const answer = await askPick<'environment' | 'typed'>({
    title,
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

async function checkOffered(target: SecretTarget, key: string): Promise<string> {
  const progress = startProgress(l10n.t('Checking the API key…'));
  const problem = await progress.until(check(target, key, progress.signal));
  if (problem !== undefined) throw new UserError(problem);
  return key;
}

async function askTyped(target: SecretTarget, title: string): Promise<string | undefined> {
  const answer = await askText({
    title,
    prompt: l10n.t(
      'API key or personal access token for {0}. It is kept in the secret store of the editor and nowhere else.',
      target.endpoint.text,
    ),
    placeholder: 'tl_apiKey_…',
    isSecret: true,
    validate: keyProblem,
    accept: async (key, signal) => await check(target, key.trim(), signal),
  });
  return answer.kind === 'value' ? answer.value.trim() : undefined;
}

function keyProblem(text: string): string | undefined {
  if (text.trim() === '') return l10n.t('An API key is needed.');
  return isPlausibleKey(text.trim()) ? undefined : l10n.t('An API key is one word without blanks.');
}

/** Checks whether the API accepts the secret. Returns a sentence about what is wrong, if anything. */
async function check(target: SecretTarget, secret: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    await withServices(target, secret, async ({ sandboxes, accounts }) => {
      // Without a project, a token cannot list sandboxes.
      if (secret.startsWith(tokenPrefix)) await accounts.listOrganizations(signal);
      else await sandboxes.withoutRetries().listPage({ limit: 1 }, signal);
    });
    return undefined;
  } catch (error) {
    if (!ApiError.is(error) || error.kind === 'cancelled') throw error;
    const text = checkText(error, target.endpoint);
    return (await mayNeedProxy(error, target)) ? `${text.replace(/[^.]$/, '$&.')} ${noPacText()}` : text;
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

/** The organization and project for a token: the only ones there are, or those that the user picks. */
async function askScope(
  target: SecretTarget,
  token: string,
  title: string,
): Promise<ProjectScope | undefined> {
  return await withServices(target, token, async ({ accounts }) => {
    const load = async (read: (signal: AbortSignal) => Promise<readonly NamedThing[]>) => {
      const progress = startProgress(l10n.t('Reading organizations and projects…'));
      return await progress.until(read(progress.signal));
    };
    for (;;) {
      const organizations = await load(signal => accounts.listOrganizations(signal));
      if (organizations.length === 0)
        throw new UserError(l10n.t('This access token belongs to no organization.'));
      const organization = await pickOne(organizations, title, l10n.t('Which organization?'), false);
      if (organization === undefined || organization === 'back') return undefined;
      const projects = await load(signal => accounts.listProjects(organization.id, signal));
      if (projects.length === 0)
        throw new UserError(l10n.t('{0} has no project.', plainText(organization.name)));
      const hasBack = organizations.length > 1;
      const project = await pickOne(projects, title, l10n.t('Which project?'), hasBack);
      if (project === undefined) return undefined;
      if (project !== 'back')
        return {
          organizationId: organization.id,
          organizationName: organization.name,
          projectId: project.id,
          projectName: project.name,
        };
    }
  });
}

async function pickOne(
  things: readonly NamedThing[],
  title: string,
  placeholder: string,
  hasBack: boolean,
): Promise<NamedThing | 'back' | undefined> {
  const [only] = things;
  if (things.length === 1 && only) return only;
  const answer = await askPick<NamedThing>({
    title,
    placeholder,
    items: things.map(thing => ({
      label: plainText(thing.name),
      description: thing.id === thing.name ? '' : plainText(thing.id),
      answer: thing,
    })),
    hasBack,
  });
  return answer.kind === 'value' ? answer.value : answer.kind === 'back' ? 'back' : undefined;
}

/** Connects with a secret that is not stored yet. */
async function withServices<T>(
  { endpoint, connections }: SecretTarget,
  secret: string,
  use: (services: Services) => Promise<T>,
): Promise<T> {
  const credential = (): Promise<string> => Promise.resolve(secret);
  const services = await connections.openServices({ endpoint, credential });
  try {
    return await use(services);
  } finally {
    services.dispose();
  }
}
