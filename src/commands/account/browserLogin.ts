import { env, l10n, Uri } from 'vscode';
import { loginPage } from '../../core/account/dashboard';
import { logIn, type LoginToken } from '../../core/account/deviceLogin';
import { namedScope } from '../../core/account/profile';
import { ApiError } from '../../core/kernel/errors';
import type { Clock } from '../../core/kernel/time/clock';
import { inBackground } from '../../core/kernel/unexpected';
import { copyAddresses } from '../../host/editor/clipboard';
import { createPick, type PickItem } from '../../host/editor/dialogs/quickPick';
import { configure } from '../../host/editor/dialogs/quickInput';
import { plainText } from '../../text/kit/plainText';
import { UserError } from '../../text/kit/failureText';
import { askScope } from './askScope';
import { type CheckedSecret, type SecretTarget, withServices } from './secretTarget';

/** What can be done with the page while the user's decision is waited for. */
type PageAction = 'open' | 'copy';

/**
 * Signs in by a browser: opens the page on which the user approves it, and waits. The token is for one project; which,
 * is asked only where the service does not say.
 *
 * @returns undefined when the user closed the list that waits
 * @throws UserError when it was refused, came too late, or is not possible with this server
 */
export async function logInByBrowser(
  target: SecretTarget,
  title: string,
  clock: Clock,
): Promise<CheckedSecret | undefined> {
  const { endpoint } = target;
  if (loginPage(endpoint, '') === undefined)
    throw new UserError(l10n.t('{0} has no known dashboard. Sign in with an API key.', endpoint.text));
  const token = await waitForToken(target, title, clock);
  if (!token) return undefined;
  const scope = namedScope(token) ?? (await askScope(target, token.token, title));
  return scope && { secret: token.token, scope };
}

async function waitForToken(
  target: SecretTarget,
  title: string,
  clock: Clock,
): Promise<LoginToken | undefined> {
  const abort = new AbortController();
  const { list, draw, answer, answered } = createPick<PickItem<PageAction>, 'decided'>();
  let page: Uri | undefined;
  const act = (action: PageAction): void => {
    if (page) inBackground(action === 'open' ? env.openExternal(page) : copyAddresses([page.toString(true)]));
  };
  configure(list, { title });
  list.busy = true;
  list.placeholder = l10n.t('Asking {0} for a code…', target.endpoint.text);
  list.onDidAccept(() => {
    const [item] = list.selectedItems;
    if (item) act(item.answer);
  });
  void answered.then(how => {
    if (how === undefined) abort.abort();
  });
  list.show();
  try {
    const outcome = await withServices(target, undefined, async ({ logins }) => {
      return await logIn(logins, clock, abort.signal, userCode => {
        page = Uri.parse(loginPage(target.endpoint, userCode) ?? '', true);
        list.placeholder = l10n.t('Waiting for you to approve the code {0} in the browser', userCode);
        draw([
          {
            icon: 'link-external',
            label: l10n.t('Open the Page Again'),
            description: plainText(page.toString(true)),
            answer: 'open',
          },
          { icon: 'copy', label: l10n.t('Copy the Link'), answer: 'copy' },
        ]);
        act('open');
      });
    });
    if (outcome.kind === 'approved') return outcome.token;
    throw new UserError(
      outcome.kind === 'denied'
        ? l10n.t('It was refused in the browser.')
        : l10n.t('It was not approved in time. Try again.'),
    );
  } catch (error) {
    if (abort.signal.aborted) return undefined;
    if (ApiError.is(error, 'notFound'))
      throw new UserError(
        l10n.t('{0} has no sign-in in the browser. Sign in with an API key.', target.endpoint.text),
      );
    throw error;
  } finally {
    answer('decided');
  }
}
