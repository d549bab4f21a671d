import { l10n } from 'vscode';
import type { LoginOffers } from '../../app/loginOffers';
import { loginPage } from '../../core/account/dashboard';
import type { Clock } from '../../core/kernel/time/clock';
import { namedScope, type ProjectScope } from '../../core/account/profile';
import { startProgress } from '../../host/editor/dialogs/progress';
import { askPick, heading, type PickHeading, type PickItem } from '../../host/editor/dialogs/quickPick';
import type { FoundLogin } from '../../host/session/foundLogins';
import { UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { askKey, checkSecret, needsScope } from './askKey';
import { askScope } from './askScope';
import { logInByBrowser } from './browserLogin';
import type { CheckedSecret, SecretTarget } from './secretTarget';
import type { SignInWay } from './signInWays';

interface SecretQuestion {
  readonly target: SecretTarget;
  readonly title: string;
  readonly clock: Clock;
  /** What finds logins on this machine, and remembers those that the server rejects. */
  readonly logins: Pick<LoginOffers, 'find' | 'reject'>;
  /** Asked for when absent. */
  readonly way?: SignInWay | undefined;
}

/**
 * Gets a secret that the API accepts: typed, approved in a browser, or found on this machine. For a token it also asks
 * for an organization and a project, where it comes without and there are several.
 *
 * @returns undefined when the user backed out
 */
export async function askSecret(question: SecretQuestion): Promise<CheckedSecret | undefined> {
  const { target, title, clock, logins, way } = question;
  const chosen = way === undefined || way === 'key' || way === 'browser' ? way : await bestOf(way, logins);
  const source = chosen ?? (await askSource(question));
  if (source === undefined) return undefined;
  if (source === 'browser') return await logInByBrowser(target, title, clock);
  if (source !== 'key') return await checkFound(question, source);
  const secret = await askKey(target, title);
  return secret === undefined ? undefined : await withScope(question, secret, undefined);
}

/** @throws UserError when what was offered is no longer there */
async function bestOf(source: FoundLogin['source'], logins: SecretQuestion['logins']): Promise<FoundLogin> {
  const best = (await logins.find()).usable.find(login => login.source === source);
  if (best) return best;
  throw new UserError(
    source === 'environment'
      ? l10n.t('TENSORLAKE_API_KEY holds no API key for this server.')
      : l10n.t('The tl command line tool is not logged in to this server.'),
  );
}

async function askSource({
  target,
  title,
  logins,
}: SecretQuestion): Promise<FoundLogin | 'key' | 'browser' | undefined> {
  const { usable, locked } = await logins.find();
  const items: readonly (PickItem<FoundLogin | 'key' | 'browser'> | PickHeading)[] = [
    ...usable.map(login => ({
      icon: login.source === 'cli' ? 'terminal' : 'key',
      label: labelOf(login),
      description: l10n.t('found on this machine'),
      answer: login,
    })),
    // The editor shows a heading above items only.
    ...(locked.length === 0 ? [] : [heading(lockedText(locked))]),
    ...(loginPage(target.endpoint, '') === undefined
      ? []
      : [{ icon: 'globe', label: l10n.t('Sign In in the Browser'), answer: 'browser' as const }]),
    { icon: 'edit', label: l10n.t('Enter an API Key…'), answer: 'key' as const },
  ];
  const answer = await askPick<FoundLogin | 'key' | 'browser'>({
    title,
    placeholder: l10n.t('How do you want to sign in?'),
    items,
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function labelOf({ source, context }: FoundLogin): string {
  if (source === 'environment') return l10n.t('Use TENSORLAKE_API_KEY');
  return context === undefined
    ? l10n.t('Use the Login of tl')
    : l10n.t('Use the Login of tl: {0}', plainText(context));
}

function lockedText(contexts: readonly string[]): string {
  return l10n.t(
    'The login of tl is in the keychain of the system, which only tl reads: {0}',
    plainText(contexts.join(', ')),
  );
}

/** Checks a login that was found; one that the server rejects is not offered again. */
async function checkFound(question: SecretQuestion, login: FoundLogin): Promise<CheckedSecret | undefined> {
  const { secret } = login;
  const scope = namedScope(login);
  const progress = startProgress(l10n.t('Checking the login…'));
  const problem = await progress.until(checkSecret(question.target, secret, scope, progress.signal));
  if (problem?.isRejected === true) await question.logins.reject(secret);
  if (problem) throw new UserError(problem.text);
  return await withScope(question, secret, scope);
}

async function withScope(
  { target, title }: SecretQuestion,
  secret: string,
  known: ProjectScope | undefined,
): Promise<CheckedSecret | undefined> {
  if (known) return { secret, scope: known };
  if (!needsScope(secret)) return { secret };
  const scope = await askScope(target, secret, title);
  return scope && { secret, scope };
}
