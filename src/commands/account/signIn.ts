import { l10n } from 'vscode';
import type { Endpoint } from '../../core/account/endpoint';
import type { Profile } from '../../core/account/profile';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { warn } from '../../host/editor/dialogs/messages';
import type { Credentials } from '../../host/session/credentials';
import { type ProfileStore, secretSlot } from '../../host/session/profiles';
import { configuredEndpoint } from '../../host/session/session';
import { readSetting, writeSetting } from '../../host/editor/settings';
import type { AppContext } from '../../app/appContext';
import type { LoginOffers } from '../../app/loginOffers';
import { endpointProblemText } from '../../text/account';
import { askSecret } from './askSecret';
import type { CheckedSecret } from './secretTarget';
import { signInWays } from './signInWays';

/** The services that commands for the account use. */
export interface AccountServices {
  readonly credentials: Credentials;
  readonly profiles: ProfileStore;
  readonly logins: () => Promise<Pick<LoginOffers, 'find' | 'reject'>>;
}

/**
 * Asks for an API key or an access token, checks it, and keeps it in the secret store for the profile in use. The first
 * argument is one of `signInWays`; without one it is asked for.
 */
export function signIn(context: AppContext, account: AccountServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not sign in'),
    run: async (...args) => {
      const endpoint = requireEndpoint();
      const profile = account.profiles.active(endpoint.text);
      const checked = await askSecret({
        target: { endpoint, connections: context.connections },
        title: l10n.t('Sign In to Tensorlake'),
        clock: context.clock,
        logins: await account.logins(),
        way: signInWays.find(way => way === args[0]),
      });
      if (checked) await keepSecret(context, account, endpoint, profile, checked);
    },
  };
}

/** Forgets the secret of the profile in use. A key of the environment stays there, but is no longer used. */
export function signOut(
  context: AppContext,
  { credentials }: Pick<AccountServices, 'credentials'>,
): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not sign out'),
    run: async () => {
      const { session } = await context.connections.require();
      // Otherwise the key of the environment would sign in again at once.
      if (readSetting('tensorlake.useEnvironmentKey'))
        await writeSetting('tensorlake.useEnvironmentKey', false);
      if (session.source !== 'environment')
        await credentials.forget(secretSlot(session.endpoint.text, session.profile));
    },
  };
}

/** The API endpoint of the settings. @throws UserError when it is not usable */
export function requireEndpoint(): Endpoint {
  const endpoint = configuredEndpoint();
  if ('error' in endpoint) throw new UserError(endpointProblemText(endpoint.error));
  return endpoint.ok;
}

/** Keeps a checked secret for a profile, whose scope becomes that of the secret. */
export async function keepSecret(
  context: AppContext,
  { credentials, profiles }: AccountServices,
  endpoint: Endpoint,
  profile: Profile,
  { secret, scope }: CheckedSecret,
): Promise<void> {
  const slot = secretSlot(endpoint.text, profile);
  if (scope !== undefined || profile.scope !== undefined) {
    // The old secret must not be sent with the new scope, not even for a moment.
    await credentials.forget(slot);
    await profiles.keep(endpoint.text, {
      id: profile.id,
      name: profile.name,
      ...(scope && { scope }),
      ...(profile.trustedHosts && { trustedHosts: profile.trustedHosts }),
    });
  }
  const place = await credentials.keep(slot, secret);
  // Entering the same key again makes no new session, but the server may accept it now.
  void context.connections.current?.poller.refresh();
  if (place === 'window')
    warn(
      secret === ''
        ? l10n.t(
            'The secret store of this system keeps nothing. This window is signed in without a key until it closes.',
          )
        : l10n.t(
            'The secret store of this system does not keep secrets. The API key is used in this window until it closes, and is not written anywhere.',
          ),
    );
}
